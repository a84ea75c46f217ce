/** Lists taken apart by keys. */

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
