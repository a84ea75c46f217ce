/** Kleene's three-valued logic: over unknown facts an answer may be unknown, never wrong. */
import type { Fact } from './fact.ts';

export type Tri = true | false | 'unknown';

export function not(a: Tri): Tri {
  return a === 'unknown' ? a : !a;
}

export function and(...all: readonly Tri[]): Tri {
  if (all.includes(false)) return false;
  return all.includes('unknown') ? 'unknown' : true;
}

export function or(...all: readonly Tri[]): Tri {
  if (all.includes(true)) return true;
  return all.includes('unknown') ? 'unknown' : false;
}

/** Does some item satisfy the predicate? Over an incomplete list a found item is a yes, but the lack of one is unknown. */
export function some<T>(list: Fact<readonly T[]>, predicate: (item: T) => Tri): Tri {
  if (!list.known) return 'unknown';
  const found = or(...list.value.map(predicate));
  return found === false && !list.complete ? 'unknown' : found;
}

/** Does every item satisfy the predicate? Over an incomplete list one counter-example is a no, but their lack is unknown. */
export function every<T>(list: Fact<readonly T[]>, predicate: (item: T) => Tri): Tri {
  return not(some(list, (item) => not(predicate(item))));
}
