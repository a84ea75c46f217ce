/** `.svc-doctor.yaml`, baselines, and warnings about both. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { baselineText, readBaseline, writeBaseline } from '../../src/cli/baseline.ts';
import { findConfig } from '../../src/cli/config-path.ts';
import { UsageError } from '../../src/cli/failure.ts';
import { fileSuppressor, readConfig } from '../../src/cli/suppression-file.ts';
import { annotationWarnings, fromConfig } from '../../src/cli/suppressions.ts';
import { judge } from '../../src/engine/engine.ts';
import type { Candidate } from '../../src/engine/suppress.ts';
import { RULES } from '../../src/rules/index.ts';
import { type Scenario, snapshotOf } from '../support/scenario.ts';
import { ALL_RULES } from '../support/shop.ts';

const SCHEMA = new URL('../../schema/config.v1.json', import.meta.url);
const NOW = new Date('2026-01-31T09:00:00Z');
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'svc-doctor-suppress-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(text: string, name = '.svc-doctor.yaml'): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** What is thrown, with the folder taken out. */
async function refusal(work: Promise<unknown>): Promise<unknown> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof UsageError)) throw error;
  return error.message.replaceAll(`${folder}/`, '');
}

describe('the file', () => {
  it('is the nearest one up to the root of the repository, and outside of one that of the folder', async () => {
    const [deep, repository] = [join(folder, 'a/b/c'), join(folder, 'a')];
    mkdirSync(deep, { recursive: true });
    write('');
    expect(await findConfig(deep)).toBe(null);
    expect(await findConfig(folder)).toBe(join(folder, '.svc-doctor.yaml'));
    mkdirSync(join(repository, '.git'));
    expect(await findConfig(deep)).toBe(null);
    writeFileSync(join(repository, '.svc-doctor.yaml'), '');
    expect(await findConfig(deep)).toBe(join(repository, '.svc-doctor.yaml'));
    writeFileSync(join(deep, '.svc-doctor.yaml'), '');
    expect(await findConfig(deep)).toBe(join(deep, '.svc-doctor.yaml'));
  });

  it.each<[string, string]>([
    [
      'ignore: [',
      '.svc-doctor.yaml:1:10: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['- x', '.svc-doctor.yaml:1:1: the file must hold one key, ignore'],
    ['ignored: []', '.svc-doctor.yaml:1:1: there is no key ignored here; did you mean ignore?'],
    ['ignore: SEL-005', '.svc-doctor.yaml:1:9: ignore must be a list'],
    ['ignore:\n  - SEL-005', '.svc-doctor.yaml:2:5: an entry must have the keys rule and reason'],
    ['ignore:\n  - {rule: SEL-005}', '.svc-doctor.yaml:2:5: the entry gives no reason'],
    ['ignore:\n  - {reason: x}', '.svc-doctor.yaml:2:5: the entry names no rule'],
    [
      'ignore:\n  - {rule: X-1, reason: x, object: shop/web}',
      '.svc-doctor.yaml:2:28: there is no key object here; did you mean objects?',
    ],
    ['ignore:\n  - {rule: X-1, reason: [], expires: soon}', '.svc-doctor.yaml:2:5: the entry gives no reason'],
    ['ignore:\n  - {rule: X-1, reason: x, expires: soon}', '.svc-doctor.yaml:2:37: expires is not a day: soon'],
    [
      'ignore:\n  - {rule: X-1, reason: x, expires: 2026-02-30}',
      '.svc-doctor.yaml:2:37: expires is not a day: 2026-02-30',
    ],
    ['ignore:\n  - {rule: {a: b}, reason: x}', '.svc-doctor.yaml:2:12: rule must be a word, or a list of words'],
  ])('%j is refused: %s', async (text, message) => {
    expect(await refusal(readConfig(write(text)))).toBe(message);
  });

  it('that is not there, or is a folder, is said', async () => {
    expect(await refusal(readConfig(join(folder, 'nowhere')))).toBe('there is no file nowhere');
    expect(await refusal(readConfig(folder))).toMatch(/cannot be read/);
  });

  it('may be empty, or hold nothing', async () => {
    for (const text of ['', '# nothing\n', 'ignore:\n', 'ignore: []\n'])
      expect(await readConfig(write(text))).toEqual([]);
  });

  it("is what the editors' schema says", async () => {
    const isValid = new Ajv2020({ allowUnionTypes: true }).compile(JSON.parse(readFileSync(SCHEMA, 'utf8')));
    const texts = [
      'ignore:\n  - {rule: SEL-005, reason: x}',
      'ignore:\n  - {rule: [SEL-005, a-name], objects: "shop/*", reason: x, expires: "2026-12-31"}',
      'ignore:\n  - {rule: SEL-005, objects: [a, b], reason: x, expires: 2026-12-31}',
      'ignore:\n',
      'ignored: []',
      'ignore: x',
      'ignore:\n  - {rule: SEL-005}',
      'ignore:\n  - {rule: SEL-005, reason: x, object: y}',
      'ignore:\n  - {rule: SEL-005, reason: x, expires: soon}',
    ];
    for (const text of texts) {
      const read = await readConfig(write(text)).then(
        () => true,
        () => false,
      );
      expect({ text, valid: isValid(parse(text)) }).toEqual({ text, valid: read });
    }
  });
});

const ABOUT: Candidate = {
  names: ['SEL-005', 'selector-too-broad'],
  fingerprint: 'x',
  service: 'shop/web',
  objects: ['Service shop/web', 'Deployment shop/api', 'Pod shop/api-1'],
};

describe('an entry', () => {
  it.each<[string, boolean]>([
    ['rule: SEL-005', true],
    ['rule: [X-1, Selector-Too-Broad]', true],
    ['rule: PRT-007', false],
    ['rule: SEL-005, objects: shop/web', true],
    ['rule: SEL-005, objects: [shop/x, shop/w?b]', true],
    ['rule: SEL-005, objects: "*/web"', true],
    ['rule: SEL-005, objects: "*"', false],
    ['rule: SEL-005, objects: shop/api', false],
    ['rule: SEL-005, objects: Deployment shop/*', true],
    ['rule: SEL-005, objects: StatefulSet shop/*', false],
    ['rule: SEL-005, objects: shop/w.b', false],
    ['rule: SEL-005, expires: 2026-01-31', true],
    ['rule: SEL-005, expires: 2026-01-30', false],
  ])('{%s} covers it: %s', async (entry, covers) => {
    const entries = await readConfig(write(`ignore:\n  - {${entry}, reason: why}\n`));
    expect(fileSuppressor(entries, NOW)(ABOUT)).toEqual(covers ? { reason: 'why', by: 'file' } : null);
  });

  it('that names no rule, or has expired, is warned of', async () => {
    const path = write('ignore:\n  - rule: [SEL-01, SEL-001]\n    reason: x\n    expires: 2025-12-31\n');
    const { warnings } = await fromConfig(path, RULES, NOW);
    expect(warnings.map((warning) => warning.replaceAll(`${folder}/`, ''))).toEqual([
      '.svc-doctor.yaml:2:12: there is no rule SEL-01; did you mean SEL-001 or SEL-002 or SEL-003?',
      '.svc-doctor.yaml:2:5: the entry for SEL-01, SEL-001 expired on 2025-12-31: it suppresses nothing any more',
    ]);
  });
});

const ILL = snapshotOf({
  title: 'ill',
  kind: 'firing',
  change: {
    'Service/web': {
      metadata: { annotations: { 'svc-doctor.dev/ignore': 'SEL-1: x; PRT-007; BPR-010: one is enough' } },
      spec: { selector: { app: 'wbe' } },
    },
  },
  expect: {},
} as Scenario);

it('annotations that cannot suppress anything are warned of, once', () => {
  const [first, second, ...more] = annotationWarnings(ILL, RULES);
  expect(first).toMatch(/^Service shop\/web: annotation svc-doctor\.dev\/ignore: there is no rule SEL-1/);
  expect([second, ...more]).toEqual([
    'Service shop/web: annotation svc-doctor.dev/ignore gives no reason: write "PRT-007: why it is meant"',
  ]);
});

describe('a baseline', () => {
  it('leaves alone what was found, and only that', async () => {
    const before = judge(ILL, RULES, ALL_RULES).diagnosis;
    const file = join(folder, 'baseline.json');
    expect(await writeBaseline(file, before)).toBe(
      before.findings.filter(({ role }) => role !== 'consequence' && role !== 'suppressed').length,
    );
    const after = judge(ILL, RULES, { ...ALL_RULES, suppressors: [await readBaseline(file)] }).diagnosis;
    expect({ roots: after.summary.roots, exitCode: after.exitCode, by: after.suppressed.map(({ by }) => by) }).toEqual({
      roots: 0,
      exitCode: 0,
      by: after.suppressed.map(() => 'baseline'),
    });
    const two = snapshotOf({
      title: 'two',
      kind: 'firing',
      change: { 'Service/web': { spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'nobody' }] } } },
      expect: {},
    });
    const other = judge(two, RULES, { ...ALL_RULES, suppressors: [await readBaseline(file)] }).diagnosis;
    expect({ roots: other.summary.roots, exitCode: other.exitCode }).toEqual({ roots: 1, exitCode: 1 });
  });

  it('is the same however the findings are ordered', () => {
    const { diagnosis } = { diagnosis: judge(ILL, RULES, ALL_RULES).diagnosis };
    expect(baselineText({ ...diagnosis, findings: [...diagnosis.findings].reverse() })).toBe(baselineText(diagnosis));
  });

  it.each([
    ['{', 'odd.json is not a baseline'],
    ['{"kind":"Diagnosis","findings":[]}', 'odd.json is not a baseline'],
    ['{"kind":"Baseline","findings":[{}]}', 'odd.json is not a baseline'],
  ])('%s is none', async (text, message) => {
    expect(await refusal(readBaseline(write(text, 'odd.json')))).toBe(message);
  });

  it('that is not there is said', async () => {
    expect(await refusal(readBaseline(join(folder, 'none.json')))).toBe('there is no baseline none.json');
  });
});
