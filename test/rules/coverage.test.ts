/** What every rule owes: scenarios of the three kinds, a page's worth of words, and its place in an acyclic graph of causes. */
import { existsSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { RULES } from '../../src/rules/index.ts';
import { loadScenarios } from '../support/scenario.ts';

const FOLDER = new URL('../../fixtures/rules/', import.meta.url);
const KINDS = ['firing', 'silent', 'denied'] as const;
const IDS = RULES.map(({ id }) => id);

function doubles(values: readonly string[]): string[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}

test('every rule has a firing, a silent and a denied scenario', () => {
  const missing = IDS.flatMap((id) => {
    const file = new URL(`${id}.yaml`, FOLDER);
    const kinds = existsSync(file) ? loadScenarios(file.pathname).map(({ kind }) => kind) : [];
    return KINDS.filter((kind) => !kinds.includes(kind)).map((kind) => `${id}: ${kind}`);
  });
  expect(missing).toEqual([]);
});

test('every firing scenario makes its rule fire, and every reason is shown by one', () => {
  const shown = IDS.flatMap((id) => loadScenarios(new URL(`${id}.yaml`, FOLDER).pathname)).flatMap(({ expect: of }) =>
    [...(of.roots ?? []), ...(of.consequences ?? []), ...(of.next ?? []), ...(of.hints ?? [])].flatMap(
      (label) => label.split(' ')[0]?.split('/') ?? [],
    ),
  );
  const wanted = RULES.flatMap(({ id, reasons }) => [id, ...Object.keys(reasons ?? {})]);
  expect(wanted.filter((id) => !shown.includes(id))).toEqual([]);
});

test('every cause that a rule tells apart is shown by one of its scenarios', () => {
  const unshown = RULES.flatMap(({ id, causes }) => {
    const shown = loadScenarios(new URL(`${id}.yaml`, FOLDER).pathname).flatMap(({ expect: of }) => of.causes ?? []);
    return Object.keys(causes ?? {}).filter((cause) => !shown.includes(`${id} ${cause}`));
  });
  expect(unshown).toEqual([]);
});

test('every scenario file is of a rule, and no title stands twice in it', () => {
  const files = readdirSync(FOLDER).sort();
  expect(files.filter((file) => !IDS.includes(file.replace('.yaml', '')))).toEqual([]);
  const twice = files.flatMap((file) =>
    doubles(loadScenarios(new URL(file, FOLDER).pathname).map(({ title }) => title)),
  );
  expect(twice).toEqual([]);
});

test('ids and names are used once, reasons among them', () => {
  const reasons = RULES.flatMap((rule) => Object.entries(rule.reasons ?? {}));
  expect(doubles([...IDS, ...reasons.map(([id]) => id)])).toEqual([]);
  expect(doubles([...RULES.map(({ name }) => name), ...reasons.map(([, { name }]) => name)])).toEqual([]);
});

test('ids and names have their form', () => {
  const odd = RULES.filter(({ id, name }) => !/^[A-Z]{3}-\d{3}$/.test(id) || !/^[a-z0-9]+(?:-[a-z0-9]+)+$/.test(name));
  expect(odd.map(({ id, name }) => `${id} ${name}`)).toEqual([]);
});

test('what a rule explains exists', () => {
  const unknown = RULES.flatMap(({ id, explains }) =>
    explains.filter((other) => !IDS.includes(other)).map((other) => `${id} → ${other}`),
  );
  expect(unknown).toEqual([]);
});

test('no rule explains itself, over whatever path', () => {
  const reached = (from: string, seen = new Set<string>()): Set<string> => {
    for (const next of RULES.find(({ id }) => id === from)?.explains ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      reached(next, seen);
    }
    return seen;
  };
  expect(IDS.filter((id) => reached(id).has(id))).toEqual([]);
});

test('every rule is for somebody, reads something and says what it is about', () => {
  const mute = RULES.flatMap(({ id, roles, needs, uses, title, healthy, docs }) => {
    const words = [title, healthy, docs.why, docs.fix, ...docs.confirm, ...docs.references];
    const empty = [roles, [...needs, ...uses], docs.confirm, docs.references].some((list) => list.length === 0);
    const both = uses.some((name) => needs.includes(name));
    return empty || both || words.some((text) => text.trim() === '') ? [id] : [];
  });
  expect(mute).toEqual([]);
});

test('titles end without a full stop', () => {
  expect(RULES.flatMap(({ title, healthy }) => [title, healthy]).filter((text) => text.endsWith('.'))).toEqual([]);
});
