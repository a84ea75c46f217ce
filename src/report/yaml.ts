/** The published contract as YAML. */
import { stringify } from 'yaml';
import type { Judgement } from '../engine/diagnosis.ts';

/** The diagnosis as YAML; the same names and values as in JSON. */
export function yaml(judgement: Judgement): string {
  return stringify(judgement.diagnosis, { lineWidth: 0, aliasDuplicateObjects: false });
}
