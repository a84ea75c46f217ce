/** The published schema of a diagnosis. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Diagnosis } from '../../src/engine/diagnosis.ts';

const SCHEMA = new URL('../../schema/diagnosis.v1.json', import.meta.url);

/** The schema that knows of no other names than those it lists. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (schema === null || typeof schema !== 'object') return schema;
  const parts = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return 'properties' in parts ? { ...parts, additionalProperties: false } : parts;
}

const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
addFormats.default(ajv);
const text = readFileSync(SCHEMA, 'utf8');
const isClosed = ajv.compile(closed(JSON.parse(text)) as object);

/** True for what the schema as it is published takes. */
export const isPublished = ajv.compile(JSON.parse(text));

/** What of a diagnosis the schema does not hold, names that it does not list among it. */
export function complaints(diagnosis: Diagnosis): string[] {
  const published: unknown = JSON.parse(JSON.stringify(diagnosis));
  return isClosed(published)
    ? []
    : (isClosed.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
