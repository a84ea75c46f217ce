/** Whatever a file holds, reading and judging it ends, in words for people. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { judge } from '../../src/engine/engine.ts';
import { withPlaces } from '../../src/engine/locate.ts';
import { RULES } from '../../src/rules/index.ts';
import { gathered, readManifests, readText } from '../../src/sources/manifests/read.ts';
import { worldOf } from '../../src/sources/manifests/world.ts';
import { objectsOf } from '../support/scenario.ts';
import { ALL_RULES } from '../support/shop.ts';

const RUNS = Number(process.env.SVC_DOCTOR_FUZZ_RUNS ?? 60);
const FILE = { file: 'fuzz.yaml', root: null, path: 'fuzz.yaml' };

const OBJECTS = objectsOf({ title: 'healthy', kind: 'silent', expect: {} }).filter(({ kind }) =>
  ['Service', 'Deployment', 'Pod', 'EndpointSlice'].includes(kind ?? ''),
);
const ODD = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer(),
  fc.double(),
  fc.string(),
  fc.constantFrom('', '-1', '99999', '{{ .x }}', '$(X)', '__proto__', '\u0000', '💥'),
  fc.constant([]),
  fc.constant({}),
  fc.constant([null, 1, 'a', {}]),
  fc.constant({ a: { b: { c: [] } } }),
);

/** The value with something odd at one place of it. */
function spoilt(value: unknown, steps: readonly number[], odd: unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined || typeof value !== 'object' || value === null) return odd;
  if (Array.isArray(value)) {
    return value.length === 0
      ? odd
      : value.map((item, at) => (at === step % value.length ? spoilt(item, rest, odd) : item));
  }
  const keys = Object.keys(value);
  const key = keys[step % Math.max(keys.length, 1)];
  return key === undefined ? odd : { ...value, [key]: spoilt((value as Record<string, unknown>)[key], rest, odd) };
}

/** What went wrong in judging the text; nothing should. */
function crashes(text: string): readonly string[] {
  const { sets } = gathered([readText(FILE, text)], [], 0);
  return sets.flatMap(({ manifests }) => {
    const { snapshot, locate } = worldOf(manifests, { namespace: null, now: '2026-01-31T09:00:00Z' });
    const { verdicts } = withPlaces(judge(snapshot, RULES, ALL_RULES), locate);
    return verdicts.filter(({ verdict }) => verdict === 'crashed').map(({ rule, why }) => `${rule}: ${why}`);
  });
}

test('objects with something odd anywhere in them', { timeout: 120_000 }, () => {
  const path = fc.array(fc.nat(40), { minLength: 1, maxLength: 8 });
  const damage = fc.array(fc.tuple(fc.nat(OBJECTS.length - 1), path, ODD), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(damage, (all) => {
      const objects: unknown[] = [...OBJECTS];
      for (const [at, steps, odd] of all) objects[at] = spoilt(objects[at], steps, odd);
      const text = objects.map((object) => stringify(object)).join('---\n');
      expect(crashes(text)).toEqual([]);
    }),
    { numRuns: RUNS },
  );
});

test('texts that are cut, torn and mixed', { timeout: 120_000 }, () => {
  const whole = OBJECTS.map((object) => stringify(object)).join('---\n');
  const scrap = fc.oneof(
    fc.string(),
    fc.constantFrom(
      '---\n',
      '&a',
      '*a',
      '<<: *a\n',
      '\t',
      '- ',
      ': ',
      '{',
      '[',
      '"',
      "'",
      '|\n',
      '\r\n',
      '\ufeff',
      '!!binary x',
      '%YAML 9\n',
    ),
  );
  const tear = fc.array(fc.tuple(fc.nat(whole.length), fc.nat(60), scrap), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(tear, (all) => {
      const text = all.reduce((sum, [at, cut, put]) => sum.slice(0, at) + put + sum.slice(at + cut), whole);
      expect(crashes(text)).toEqual([]);
    }),
    { numRuns: RUNS },
  );
});

test.each([
  [
    'aliases that unfold to too much',
    `kind: List\n${['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']
      .map(
        (name, at, all) =>
          `${name}: &${name} [${Array(9)
            .fill(at === 0 ? 'x' : `*${all[at - 1]}`)
            .join(', ')}]`,
      )
      .join('\n')}\n`,
    'its aliases unfold to too much',
  ],
  ['an alias of what holds it', 'kind: List\na: &a\n  <<: *a\n', 'its aliases unfold to too much'],
  ['brackets within brackets', `kind: List\na: ${'['.repeat(100_000)}`, 'it is nested too deeply'],
  [
    'maps within maps',
    `kind: List\n${Array.from({ length: 3000 }, (_, at) => `${' '.repeat(at)}a:`).join('\n')}\n`,
    'it is nested too deeply',
  ],
  ['lists within lists', `kind: List\na:\n${'- '.repeat(50_000)}x\n`, 'it is nested too deeply'],
])('%s', (_, text, why) => {
  const { manifests, problems } = readText(FILE, text);
  expect({ manifests, problems: problems.map(({ message }) => message) }).toEqual({ manifests: [], problems: [why] });
});

test('a file that is too large is refused, a folder that leads outside is not followed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'svc-doctor-fuzz-'));
  try {
    mkdirSync(join(folder, 'in'));
    writeFileSync(
      join(folder, 'in', 'large.yaml'),
      `kind: Service\napiVersion: v1\nx: ${'y'.repeat(17 * 1024 * 1024)}\n`,
    );
    symlinkSync('..', join(folder, 'in', 'up'));
    symlinkSync('/etc', join(folder, 'in', 'etc'));
    const { sets, problems, counts } = readManifests([join(folder, 'in')]);
    expect({ sets, problems: problems.map(({ message }) => message), files: counts.files, left: counts.left }).toEqual({
      sets: [],
      problems: ['it is larger than 16 MB'],
      files: 1,
      left: 2,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
