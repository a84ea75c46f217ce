/** Every rule, in the order of the catalogue's groups. A new rule is one import and one entry here. */
import type { Rule } from './rule.ts';
import { sel001 } from './sel/sel-001-selector-matches-no-pods.ts';

export const RULES: readonly Rule[] = [sel001];
