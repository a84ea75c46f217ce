import fc from 'fast-check';
import { expect, test } from 'vitest';
import { differences, matches, selectorText } from '../../src/model/selector.ts';

const labels = fc.dictionary(
  fc.constantFrom('app', 'tier', 'version', 'app.kubernetes.io/name'),
  fc.constantFrom('web', 'Web', 'api', ''),
);

test('an empty selector of a Service matches nothing', () => {
  expect([matches({}, { app: 'web' }), matches(undefined, { app: 'web' })]).toEqual([false, false]);
});

test('a selector matches exactly when the labels, cut to its keys, equal it (oracle: JSON of the cut)', () => {
  fc.assert(
    fc.property(labels, labels, (selector, carried) => {
      const keys = Object.keys(selector).sort();
      const cut = JSON.stringify(keys.map((key) => [key, carried[key] ?? null]));
      const wanted = JSON.stringify(keys.map((key) => [key, selector[key]]));
      expect(matches(selector, carried)).toBe(keys.length > 0 && cut === wanted);
    }),
    { numRuns: 1000 },
  );
});

test('there are differences exactly where it does not match', () => {
  fc.assert(
    fc.property(labels, labels, (selector, carried) => {
      fc.pre(Object.keys(selector).length > 0);
      expect(differences(selector, carried).length === 0).toBe(matches(selector, carried));
    }),
    { numRuns: 1000 },
  );
});

test('a missing key whose value stands under another key is told as renamed', () => {
  expect(differences({ app: 'web', tier: 'api' }, { 'app.kubernetes.io/name': 'web', tier: 'db' })).toEqual([
    { key: 'app', wanted: 'web', has: null, renamed: 'app.kubernetes.io/name' },
    { key: 'tier', wanted: 'api', has: 'db', renamed: null },
  ]);
});

test('the text of a selector is in key order', () => {
  expect(selectorText({ tier: 'api', app: 'web' })).toBe('app=web,tier=api');
});
