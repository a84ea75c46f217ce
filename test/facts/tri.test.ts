import fc from 'fast-check';
import { expect, test } from 'vitest';
import { known, unknown } from '../../src/facts/fact.ts';
import { and, every, not, or, some, type Tri } from '../../src/facts/tri.ts';

/** What an answer can be once the unknown parts are filled in either way. */
function possible(values: readonly Tri[], decide: (filled: readonly boolean[]) => boolean): Tri {
  const worlds = values.reduce<boolean[][]>(
    (all, value) =>
      all.flatMap((world) =>
        value === 'unknown'
          ? [
              [...world, true],
              [...world, false],
            ]
          : [[...world, value]],
      ),
    [[]],
  );
  const answers = new Set(worlds.map(decide));
  return answers.size === 2 ? 'unknown' : (answers.values().next().value ?? false);
}

const tri = fc.constantFrom<Tri>(true, false, 'unknown');

test('and, or, not say yes or no only where every filling of the unknown agrees', () => {
  fc.assert(
    fc.property(fc.array(tri, { maxLength: 5 }), tri, (values, one) => {
      expect(and(...values)).toBe(possible(values, (world) => world.every(Boolean)));
      expect(or(...values)).toBe(possible(values, (world) => world.some(Boolean)));
      expect(not(one)).toBe(possible([one], ([value]) => !value));
    }),
    { numRuns: 1000 },
  );
});

test('over an incomplete list some may be yes, but none and every are unknown', () => {
  const partial = { ...known([1, 2]), complete: false };
  expect([
    some(partial, (n) => n === 1),
    some(partial, (n) => n === 3),
    every(partial, (n) => n > 0),
    every(partial, (n) => n > 1),
  ]).toEqual([true, 'unknown', 'unknown', false]);
  expect([some(known([1]), (n) => n === 3), every(known([1]), (n) => n === 1)]).toEqual([false, true]);
  expect(some(unknown('denied', 'pods of shop'), () => true)).toBe('unknown');
});
