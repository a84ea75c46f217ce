/** SARIF's own schema, as a package for tests brings it. */
import { readFileSync } from 'node:fs';
import AjvDraft04 from 'ajv-draft-04';
import addFormats from 'ajv-formats';

const SCHEMA = new URL('../../node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json', import.meta.url);
const ajv = new AjvDraft04({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats.default(ajv);
const isSarif = ajv.compile(JSON.parse(readFileSync(SCHEMA, 'utf8')));

/** What is wrong with it by SARIF's own schema. */
export function sarifErrors(text: string): unknown {
  isSarif(JSON.parse(text));
  return isSarif.errors ?? [];
}
