/** `npm run docs` and `--check`: pages, table and README follow the rules, and drift is said. */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { writeDocumentation } from '../../scripts/docs-files.mjs';
import { documentation } from '../../scripts/rule-pages.mjs';
import { loadIncident } from '../../src/cli/incidents.ts';
import { judge } from '../../src/engine/engine.ts';
import { LIMITS } from '../../src/engine/limits.ts';
import { RESOURCES } from '../../src/facts/resources.ts';
import { human } from '../../src/report/human.ts';
import { RULES } from '../../src/rules/index.ts';
import { loadScenarios, snapshotOf } from '../support/scenario.ts';

const JUDGED = RULES.flatMap(({ id, reasons }) => [id, ...Object.keys(reasons ?? {})]);
const MARKERS = ['example', 'reads'].map((name) => `<!-- ${name} -->\n<!-- /${name} -->\n`).join('');
const IDS = [
  ...RULES.flatMap(({ id, reasons, aliases }) => [id, ...Object.keys(reasons ?? {}), ...(aliases ?? [])]),
  ...LIMITS.map(({ id }) => id),
];

const made = await documentation({
  RULES,
  LIMITS,
  RESOURCES,
  judge,
  human,
  loadIncident,
  loadScenarios,
  snapshotOf,
  home: fileURLToPath(new URL('../../', import.meta.url)),
});

function docs(root: string, check = false): { code: number; stdout: string; stderr: string } {
  return writeDocumentation(made, root, check);
}

test('pages for every rule, reason and limit, a table, and no drift after that', () => {
  const root = mkdtempSync(join(tmpdir(), 'docs-'));
  writeFileSync(join(root, 'README.md'), `# x\n${MARKERS}end\n`);
  const count = IDS.length + 2;
  expect(docs(root)).toEqual({ code: 0, stdout: `${count} of ${count} files written\n`, stderr: '' });
  expect(readdirSync(join(root, 'docs/rules')).sort()).toEqual([...IDS, 'README'].map((id) => `${id}.md`).sort());
  const listed = [
    ...readFileSync(join(root, 'docs/rules/README.md'), 'utf8').matchAll(/^\| \[([A-Z]{3}-\d{3})\]/gm),
  ].map(([, id]) => id);
  expect(listed).toEqual(IDS);
  expect(docs(root, true)).toEqual({ code: 0, stdout: '', stderr: '' });

  const page = join(root, 'docs/rules/SEL-001.md');
  writeFileSync(page, readFileSync(page, 'utf8').replace('SEL-001', 'SEL-01'));
  writeFileSync(join(root, 'docs/rules/SEL-990.md'), '# SEL-990\n');
  writeFileSync(join(root, 'docs/rules/SEL-991.md'), '# SEL-991\n\nRetired: part of SEL-001 now.\n');
  expect(docs(root, true)).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'docs/rules/SEL-001.md is not what the rules say now\n' +
      'docs/rules/SEL-990.md is of no rule: ids are never used again, so say "Retired" and why in it\n' +
      'run: npm run docs\n',
  });
});

test('every page of a rule has an example with its id in it', () => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const bare = JUDGED.filter((id) => {
    const example = readFileSync(join(root, 'docs/rules', `${id}.md`), 'utf8').split('## Example')[1] ?? '';
    return !example.split('## ')[0]?.includes(id);
  });
  expect(bare).toEqual([]);
});

test('a README without markers is said, and fails the check', () => {
  const root = mkdtempSync(join(tmpdir(), 'docs-'));
  writeFileSync(join(root, 'README.md'), '# x\n');
  docs(root);
  expect(docs(root, true)).toEqual({
    code: 1,
    stdout: '',
    stderr: ['example', 'reads']
      .map((name) => `README.md has no markers <!-- ${name} --> and <!-- /${name} -->: that part is left out\n`)
      .join(''),
  });
});
