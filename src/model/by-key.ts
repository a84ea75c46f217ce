/** Items that belong together. */
import { grouped } from '../facts/grouped.ts';

/** The items in groups of equal key, ordered by key; within a group in the order given. */
export function byKey<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly T[])[] {
  return [...grouped(items, keyOf)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}
