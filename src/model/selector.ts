/** Label selectors of Services: exact, case-sensitive equality of every pair. */
import { labelledOnce } from '../facts/grouped.ts';

export type Labels = Readonly<Record<string, string>> | undefined;

/** True when the labels hold every pair of the selector. An empty or absent selector of a Service matches nothing (EndpointSlice controller). */
export function matches(selector: Labels, labels: Labels): boolean {
  let pairs = 0;
  for (const key in selector) {
    if (labels?.[key] !== selector[key]) return false;
    pairs++;
  }
  return pairs > 0;
}

/** Looks up, in a list of things with labels, those that a selector matches, in their order. Each list is indexed once by each key that is asked for. */
export function matcher<T extends object>(
  labelsOf: (thing: T) => Labels,
): (selector: Labels, things: readonly T[]) => readonly T[] {
  const labelled = labelledOnce(labelsOf);
  return (selector, things) => {
    let fewest: readonly T[] | null = null;
    let pairs = 0;
    for (const key in selector) {
      const found = labelled(things, key, selector[key] ?? '');
      if (fewest === null || found.length < fewest.length) fewest = found;
      pairs++;
    }
    if (fewest === null || pairs < 2) return fewest ?? [];
    return fewest.filter((thing) => matches(selector, labelsOf(thing)));
  };
}

/** True when the Service has a selector of at least one pair. */
export function hasSelector(selector: Labels): boolean {
  for (const _ in selector) return true;
  return false;
}

/** `app=web,tier=api` in key order: for `-l`, and for people. */
export function selectorText(selector: Labels): string {
  return Object.entries(selector ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

export interface PairDifference {
  key: string;
  wanted: string;
  /** The label's value, or null where the key is missing. */
  has: string | null;
  /** Another key of the labels that carries the wanted value (`app` against `app.kubernetes.io/name`), or null. */
  renamed: string | null;
}

/** The selector pairs that the labels lack, in key order. */
export function differences(selector: Labels, labels: Labels): readonly PairDifference[] {
  return Object.entries(selector ?? {})
    .filter(([key, value]) => labels?.[key] !== value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, wanted]) => ({
      key,
      wanted,
      has: labels?.[key] ?? null,
      renamed:
        labels?.[key] === undefined
          ? (Object.entries(labels ?? {}).find(([, value]) => value === wanted)?.[0] ?? null)
          : null,
    }));
}
