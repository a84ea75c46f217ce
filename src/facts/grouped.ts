/** Lists taken apart by keys. */

const NO_KEYS: readonly string[] = [];
const NOTHING: readonly never[] = [];

/** The items of each key, in their order; an item stands under every one of its keys. */
export function grouped<T>(
  items: readonly T[],
  keysOf: (item: T) => readonly string[],
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    for (const key of keysOf(item)) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [item]);
      else group.push(item);
    }
  }
  return groups;
}

/**
 * The same, made once for each list and remembered as long as the list lives: a run over a whole cluster asks for every part of it.
 * Neither the list nor what its keys are made of may change afterwards.
 */
export function groupedOnce<T extends object>(
  keysOf: (item: T) => readonly string[],
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

/**
 * Looks items up by a key. The first question about a list is answered by looking through it, for many lists are asked about once; from
 * the second on an index answers. `has` tells whether the key is among those of the item.
 */
export function lookup<T extends object>(
  keysOf: (item: T) => readonly string[],
  has: (item: T, key: string) => boolean,
): (items: readonly T[], key: string) => readonly T[] {
  const indexed = groupedOnce(keysOf);
  const asked = new WeakSet<readonly T[]>();
  return (items, key) => {
    if (asked.has(items)) return indexed(items).get(key) ?? [];
    asked.add(items);
    return items.filter((item) => has(item, key));
  };
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
        const own = labelsOf(item)?.[key];
        return own === undefined ? NO_KEYS : [own];
      });
      byKey.set(key, values);
    }
    return values(items).get(value) ?? NOTHING;
  };
}
