/** The published schema holds, and holds everything; every scenario is compared with it where it is judged. */
import { readdirSync, readFileSync } from 'node:fs';
import { XMLValidator } from 'fast-xml-parser';
import { expect, it } from 'vitest';
import { judge } from '../../src/engine/engine.ts';
import { junit } from '../../src/report/junit.ts';
import { sarif } from '../../src/report/sarif.ts';
import { RULES } from '../../src/rules/index.ts';
import { loadSnapshot } from '../../src/sources/snapshot/file.ts';
import { complaints, isPublished } from '../support/diagnosis-schema.ts';
import { sarifErrors } from '../support/sarif-schema.ts';
import { ALL_RULES } from '../support/shop.ts';
import { FILED } from './filed.ts';
import { JUDGEMENTS } from './judgements.ts';

const INCIDENTS = new URL('../../fixtures/incidents/', import.meta.url);
const OPTIONS_OF_REPORT = { colour: false, width: 80, ascii: false, verbose: false, headers: true };

it('every incident, and what reports are drawn from', () => {
  const incidents = readdirSync(INCIDENTS).map((file) => {
    const { snapshot } = JSON.parse(readFileSync(new URL(file, INCIDENTS), 'utf8')) as { snapshot: unknown };
    return judge(loadSnapshot(JSON.stringify(snapshot), file), RULES, { ...ALL_RULES, symptom: 'refused' }).diagnosis;
  });
  const drawn = [...Object.values(JUDGEMENTS), FILED].map(({ diagnosis }) => diagnosis);
  expect([...incidents, ...drawn].flatMap(complaints)).toEqual([]);
  const judgements = incidents.map((diagnosis) => ({ verdicts: [], diagnosis }));
  expect(judgements.flatMap((judgement) => sarifErrors(sarif(judgement, OPTIONS_OF_REPORT)))).toEqual([]);
  expect(judgements.map((judgement) => XMLValidator.validate(junit(judgement)))).toEqual(judgements.map(() => true));
});

it('names that are added later are no breach, names that are missing are', () => {
  const { diagnosis } = FILED;
  expect(isPublished({ ...diagnosis, later: 1 })).toBe(true);
  expect(isPublished({ ...diagnosis, findings: undefined })).toBe(false);
  expect(isPublished({ ...diagnosis, exitCode: 4 })).toBe(false);
});
