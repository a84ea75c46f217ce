import fc from 'fast-check';
import { expect, test } from 'vitest';
import { distance, nearNames } from '../../src/model/near-names.ts';

/** Optimal string alignment by its recursive definition. */
function oracle(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const same = a.at(-1) === b.at(-1) ? 0 : 1;
  const swap =
    a.length > 1 && b.length > 1 && a.at(-1) === b.at(-2) && a.at(-2) === b.at(-1)
      ? oracle(a.slice(0, -2), b.slice(0, -2)) + 1
      : Number.POSITIVE_INFINITY;
  return Math.min(
    oracle(a.slice(0, -1), b) + 1,
    oracle(a, b.slice(0, -1)) + 1,
    oracle(a.slice(0, -1), b.slice(0, -1)) + same,
    swap,
  );
}

test('the distance equals its definition', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(distance(a, b)).toBe(oracle(a, b));
    }),
    { numRuns: 500 },
  );
});

test('near names: typos and endings, nearest first, never the name itself', () => {
  expect(nearNames('backend', ['backend', 'backend-service', 'bakcend', 'frontend', 'backend-svc'])).toEqual([
    'bakcend',
    'backend-svc',
    'backend-service',
  ]);
});
