/** The published contract as YAML. */
import { stringify } from 'yaml';
import type { Judgement } from '../engine/diagnosis.ts';

/** The diagnosis as YAML; the same names and values as in JSON. */
export function yaml(judgement: Judgement): string {
  return yamlDocuments([judgement.diagnosis]);
}

/** Values as YAML documents, one after the other. */
export function yamlDocuments(values: readonly unknown[]): string {
  return values.map((value) => stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n');
}
