/** Lists taken apart by keys. */

const NOTHING: readonly never[] = [];

/** What an item is found by: one key, or several, or none. */
export type Keys = string | readonly string[];

/** The items of each key, in their order; an item stands under every one of its keys. */
export function grouped<T>(items: readonly T[], keysOf: (item: T) => Keys): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  // lists come sorted, so that the next item often belongs where the last one went
  let last: { key: string; group: T[] } | null = null;
  const add = (key: string, item: T): void => {
    if (last?.key !== key) {
      const group = groups.get(key) ?? [];
      if (group.length === 0) groups.set(key, group);
      last = { key, group };
    }
    last.group.push(item);
  };
  for (const item of items) {
    const keys = keysOf(item);
    if (typeof keys === 'string') add(keys, item);
    else for (const key of keys) add(key, item);
  }
  return groups;
}

/**
 * The same, made once for each list and remembered as long as the list lives: a run over a whole cluster asks for every part of it.
 * Neither the list nor what its keys are made of may change afterwards.
 */
export function groupedOnce<T extends object>(
  keysOf: (item: T) => Keys,
): (items: readonly T[]) => ReadonlyMap<string, readonly T[]> {
  const made = new WeakMap<readonly T[], ReadonlyMap<string, readonly T[]>>();
  return (items) => {
    let groups = made.get(items);
    if (groups === undefined) {
      groups = grouped(items, keysOf);
      made.set(items, groups);
    }
    return groups;
  };
}

interface Variant {
  of: readonly object[];
  before: object;
  after: object;
}

const VARIANTS = new WeakMap<readonly object[], Variant>();

/** The list with one item in the place of another. What is looked up in it is looked up in the list it was made from, which needs no index of its own. */
export function withReplaced<T extends object>(items: readonly T[], before: T, after: T): readonly T[] {
  const at = items.indexOf(before);
  if (at < 0) return items;
  const variant = items.with(at, after);
  VARIANTS.set(variant, { of: items, before, after });
  return variant;
}

/** The list from which `withReplaced` made this one, or null. */
export function madeFrom<T extends object>(items: readonly T[]): readonly T[] | null {
  return (VARIANTS.get(items)?.of as readonly T[] | undefined) ?? null;
}

/**
 * Looks items up by a key. The first question about a list is answered by looking through it, for many lists are asked about once; from
 * the second on an index answers. `has` tells whether the key is among those of the item.
 */
export function lookup<T extends object>(
  keysOf: (item: T) => Keys,
  has: (item: T, key: string) => boolean,
): (items: readonly T[], key: string) => readonly T[] {
  const indexed = groupedOnce(keysOf);
  const asked = new WeakSet<readonly T[]>();
  const inVariant = (items: readonly T[], { of, before, after }: Variant, key: string): readonly T[] => {
    const found = look(of as readonly T[], key);
    const [was, is] = [has(before as T, key), has(after as T, key)];
    if (!was && is) return items.filter((item) => has(item, key));
    if (!was) return found;
    return is ? found.map((item) => (item === before ? (after as T) : item)) : found.filter((item) => item !== before);
  };
  const look = (items: readonly T[], key: string): readonly T[] => {
    const variant = VARIANTS.get(items);
    if (variant !== undefined) return inVariant(items, variant, key);
    if (asked.has(items)) return indexed(items).get(key) ?? [];
    asked.add(items);
    return items.filter((item) => has(item, key));
  };
  return look;
}

/** What carries labels by the value of one of them; each list is taken apart once by each key that is asked for. */
export function labelledOnce<T extends object>(
  labelsOf: (item: T) => Readonly<Record<string, string>> | undefined,
): (items: readonly T[], key: string, value: string) => readonly T[] {
  const byKey = new Map<string, (items: readonly T[]) => ReadonlyMap<string, readonly T[]>>();
  return (items, key, value) => {
    let values = byKey.get(key);
    if (values === undefined) {
      values = groupedOnce((item: T) => {
        return labelsOf(item)?.[key] ?? NOTHING;
      });
      byKey.set(key, values);
    }
    return values(items).get(value) ?? NOTHING;
  };
}
