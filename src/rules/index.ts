/** Every rule, in the order of the catalogue's groups. A new rule is one import and one entry here. */
import type { Rule } from './rule.ts';

export const RULES: readonly Rule[] = [];
