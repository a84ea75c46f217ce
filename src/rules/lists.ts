/** Lists as facts: in one order, and the very same list for everyone who asks. */
import type { Fact, Known, Unknown } from '../facts/fact.ts';
import { madeFrom } from '../facts/grouped.ts';
import type { ResourceName } from '../facts/resources.ts';
import { readList, type Snapshot } from '../facts/snapshot.ts';
import type { KubeObject } from '../facts/wire.ts';

const REMEMBERED = new WeakMap<Snapshot, Map<string, Fact<unknown>>>();

/** Made once for a snapshot: many subjects share it, and rules may then remember what they derive from the very same list. */
export function remembered<T>(snapshot: Snapshot, key: string, make: () => Fact<T>): Fact<T> {
  const facts = REMEMBERED.get(snapshot) ?? new Map<string, Fact<unknown>>();
  REMEMBERED.set(snapshot, facts);
  let fact = facts.get(key) as Fact<T> | undefined;
  if (fact === undefined) {
    fact = make();
    facts.set(key, fact);
  }
  return fact;
}

/** By namespace and name. */
function byName({ metadata: a }: KubeObject, { metadata: b }: KubeObject): number {
  const [left, right] = [a?.namespace ?? '', b?.namespace ?? ''];
  if (left !== right) return left < right ? -1 : 1;
  return (a?.name ?? '') < (b?.name ?? '') ? -1 : a?.name === b?.name ? 0 : 1;
}

const ORDERED = new WeakMap<readonly KubeObject[], readonly KubeObject[]>();

/** One item with the place of another: a what-if patches an object, and never its name. */
function isVariantOfOrdered(items: readonly KubeObject[]): boolean {
  const base = madeFrom(items);
  return base !== null && ORDERED.get(base) === base;
}

/** The very same list for each that was given: of a world that differs in one list the others stay as they are. */
function ordered<T extends KubeObject>(items: readonly T[]): readonly T[] {
  let list = ORDERED.get(items);
  if (list === undefined) {
    const isOrdered =
      isVariantOfOrdered(items) || items.every((item, at) => at === 0 || byName(items[at - 1] ?? item, item) <= 0);
    list = isOrdered ? items : [...items].sort(byName);
    ORDERED.set(items, list);
  }
  return list as readonly T[];
}

/** A list in the order of namespace and name, so that what a rule shows never depends on the order of an answer. */
export function listed<T extends KubeObject>(
  snapshot: Snapshot,
  resource: ResourceName,
  namespace: string | null = null,
  labelSelector: string | null = null,
): Fact<readonly T[]> {
  const list = readList<T>(snapshot, resource, namespace, labelSelector);
  if (!list.known) return list;
  const value = ordered(list.value);
  return value === list.value ? list : { ...list, value };
}

/** A fact made of others: unknown where one of them is, complete where all are. */
export function combine<T>(value: (...values: never[]) => T, ...facts: readonly Fact<unknown>[]): Fact<T> {
  const missing = facts.find((fact): fact is Unknown => !fact.known);
  if (missing !== undefined) return missing;
  const all = facts as readonly Known<unknown>[];
  return {
    known: true,
    value: value(...(all.map((fact) => fact.value) as never[])),
    complete: all.every((fact) => fact.complete),
  };
}
