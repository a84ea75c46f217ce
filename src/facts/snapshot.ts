/** All that was read for one run, known and unknown: what every source produces and every rule is judged from. */
import { type Fact, known, type Unknown, unknown } from './fact.ts';
import { groupedOnce, labelledOnce, lookup } from './grouped.ts';
import {
  type CallerKind,
  callerRequest,
  type FactRequest,
  keyOf,
  listOf,
  type ObjectRequest,
  permissionOf,
  RESOURCES,
  type ResourceName,
  wordsOf,
} from './resources.ts';
import type { KubeObject } from './wire.ts';

export type SourceKind = 'live' | 'snapshot' | 'manifests' | 'overlay';

export interface AskedService {
  namespace: string;
  name: string;
  /** The port that is called, where a URL or `web:8080` names it. */
  port?: number;
}

export interface Ask {
  /** The Services asked about; none = all of `namespace`. */
  services: readonly AskedService[];
  namespace: string;
  /** All namespaces, where no Service is named. */
  everywhere?: true;
  /** Where no Service is named: only those with these labels, as kubectl's `-l` takes them. */
  selector?: string;
  /** Who calls. A Namespace: any Pod of it, of which nothing more is known; a Node: a process of its own. */
  caller: { namespace: string; kind: CallerKind; name: string } | null;
}

export interface Snapshot {
  source: SourceKind;
  /** The kubeconfig context, or null. */
  context: string | null;
  /** The API server's version, such as `v1.36.3`, or null. */
  server: string | null;
  /** ISO time of collection: the "now" of every rule. */
  collectedAt: string;
  ask: Ask;
  /** Answers by `keyOf(request)`: a list, an object or null (404), or log lines. */
  answers: Readonly<Record<string, Answer>>;
  /** Custom resources of the files that may make Pods which no template shows: `Prometheus k8s`. Only where files are judged. */
  makers?: readonly string[];
}

export type Answer =
  | { known: true; items: readonly KubeObject[]; complete: boolean }
  | { known: true; object: KubeObject | null }
  | { known: true; lines: readonly string[] }
  | Omit<Unknown, 'asked' | 'permission'>;

/** The unknown fact of an unanswered or refused request. */
export function refused(request: FactRequest, why: Unknown['why'], detail: string | null): Unknown {
  return unknown(why, wordsOf(request), why === 'denied' ? permissionOf(request) : null, detail);
}

type Items = readonly KubeObject[];

const byNamespace = groupedOnce(({ metadata }: KubeObject) => metadata?.namespace ?? '');
const named = lookup(
  ({ metadata }: KubeObject) => metadata?.name ?? '',
  ({ metadata }, name) => (metadata?.name ?? '') === name,
);
const withLabel = labelledOnce(({ metadata }: KubeObject) => metadata?.labels);
const NONE: Items = [];

/** The items of one namespace; looked up, because each list is taken apart once. */
export function inNamespace(items: Items, namespace: string): Items {
  const part = byNamespace(items).get(namespace) ?? NONE;
  return part.length === items.length ? items : part;
}

function labelled(items: Items, selector: string): Items {
  const [first = '', ...more] = selector.includes(',') ? selector.split(',') : [selector];
  const at = first.indexOf('=');
  const part = at < 0 ? withLabel(items, first, '') : withLabel(items, first.slice(0, at), first.slice(at + 1));
  if (more.length === 0) return part;
  return part.filter(({ metadata }) =>
    more.every((pair) => {
      const [name = '', wanted = ''] = pair.split('=');
      return metadata?.labels?.[name] === wanted;
    }),
  );
}

type List = Fact<Items>;

/** What is known of the answers of a snapshot, found once, so that reading one of thousands of objects need not look at every key. */
interface Held {
  /** Kinds of which lists narrowed by labels, or single objects, were asked for. */
  narrowed: ReadonlySet<string>;
  single: ReadonlySet<string>;
  /** Lists without selector by kind and namespace (all of them: null); null where none was asked for. */
  lists: Map<string, Map<string | null, List | null>>;
  /** Why such a list is unknown that nobody asked for. */
  unasked: Map<string, Unknown>;
}

const HELD = new WeakMap<Snapshot['answers'], Held>();

function heldBy({ answers }: Snapshot): Held {
  let held = HELD.get(answers);
  if (held === undefined) {
    const keys = Object.keys(answers);
    const kindsOf = (pattern: RegExp): ReadonlySet<string> =>
      new Set(keys.filter((key) => pattern.test(key)).map((key) => key.slice(0, key.indexOf('/'))));
    held = {
      narrowed: kindsOf(/^[^/]+\/[^/?]+\?/),
      single: kindsOf(/^[^/]+\/[^/]+\/[^/]+$/),
      lists: new Map(),
      unasked: new Map(),
    };
    HELD.set(answers, held);
  }
  return held;
}

/** The answer to one request for a list, or undefined where nobody asked. */
function answered(snapshot: Snapshot, request: ObjectRequest): List | undefined {
  const answer = snapshot.answers[keyOf(request)];
  if (answer === undefined) return undefined;
  if (!answer.known) return refused(request, answer.why, answer.detail);
  return 'items' in answer ? { known: true, value: answer.items, complete: answer.complete } : undefined;
}

/** Of the answers the first that is known, else the first that is not. */
function best(first: List | undefined, second: () => List | undefined): List | undefined {
  if (first?.known) return first;
  const other = second();
  return other?.known ? other : (first ?? other);
}

/** The list of a namespace, or out of that of all namespaces; null where nobody asked for either. */
function wholeList(snapshot: Snapshot, resource: ResourceName, namespace: string | null): List | null {
  const { lists } = heldBy(snapshot);
  let ofKind = lists.get(resource);
  if (ofKind === undefined) {
    ofKind = new Map();
    lists.set(resource, ofKind);
  }
  let list = ofKind.get(namespace);
  if (list === undefined) {
    list = best(answered(snapshot, listOf(resource, namespace)), () => widest(snapshot, resource, namespace)) ?? null;
    ofKind.set(namespace, list);
  }
  return list;
}

function unasked(snapshot: Snapshot, resource: ResourceName, namespace: string | null): Unknown {
  const { unasked: known } = heldBy(snapshot);
  const key = `${resource}/${namespace}`;
  const why = known.get(key) ?? refused(listOf(resource, namespace), 'not-collected', null);
  known.set(key, why);
  return why;
}

function widest(snapshot: Snapshot, resource: ResourceName, namespace: string | null): List | undefined {
  const all = namespace === null ? undefined : answered(snapshot, listOf(resource, null));
  return all?.known && namespace !== null ? { ...all, value: inNamespace(all.value, namespace) } : all;
}

/** Where lists narrowed by labels were asked for: the narrowest that is known. */
function narrowList(
  snapshot: Snapshot,
  resource: ResourceName,
  namespace: string | null,
  selector: string,
): List | null {
  const narrow = (items: List | undefined): List | undefined =>
    items?.known ? { ...items, value: labelled(items.value, selector) } : items;
  const here = (items: List | undefined): List | undefined =>
    items?.known && namespace !== null ? { ...items, value: inNamespace(items.value, namespace) } : items;
  const ask = (place: string | null, labels: string | null) => (): List | undefined =>
    answered(snapshot, listOf(resource, place, labels));
  const steps = [ask(namespace, selector), () => narrow(ask(namespace, null)())];
  if (namespace !== null)
    steps.push(
      () => here(ask(null, selector)()),
      () => narrow(here(ask(null, null)())),
    );
  return steps.reduce<List | undefined>((found, step) => best(found, step), undefined) ?? null;
}

/**
 * The list that a request asks for. An answer to a wider request (all namespaces, no label selector) serves a narrower one.
 * Items come as the API sent them; not asked = unknown, not-collected.
 */
export function readList<T extends KubeObject>(
  snapshot: Snapshot,
  resource: ResourceName,
  namespace: string | null = null,
  labelSelector: string | null = null,
): Fact<readonly T[]> {
  let list: List | null;
  if (labelSelector === null) list = wholeList(snapshot, resource, namespace);
  else if (heldBy(snapshot).narrowed.has(resource)) list = narrowList(snapshot, resource, namespace, labelSelector);
  else {
    list = wholeList(snapshot, resource, namespace);
    if (list?.known) list = { ...list, value: labelled(list.value, labelSelector) };
  }
  if (list !== null) return list as Fact<readonly T[]>;
  return labelSelector === null
    ? unasked(snapshot, resource, namespace)
    : refused(listOf(resource, namespace, labelSelector), 'not-collected', null);
}

/** A named object: null = known to be absent. A complete list that should hold it answers too. */
export function readObject<T extends KubeObject>(
  snapshot: Snapshot,
  resource: ResourceName,
  namespace: string | null,
  name: string,
): Fact<T | null> {
  const request: ObjectRequest = { type: 'objects', resource, namespace, name, labelSelector: null };
  const answer = heldBy(snapshot).single.has(resource) ? snapshot.answers[keyOf(request)] : undefined;
  if (answer?.known && 'object' in answer) return known(answer.object as T | null);
  const list = readList<T>(snapshot, resource, RESOURCES[resource].namespaced ? namespace : null);
  if (list.known) {
    const found = named(list.value, name)[0] as T | undefined;
    if (found !== undefined) return known(found);
    if (list.complete) return known(null);
  }
  if (answer !== undefined && !answer.known) return refused(request, answer.why, answer.detail);
  // it may be in the part of the list that did not come
  return list.known ? refused(request, 'timed-out', 'the list is not complete') : list;
}

/** The object that calls; null = it is known to be absent. */
export function readCaller<T extends KubeObject>(
  snapshot: Snapshot,
  caller: NonNullable<Ask['caller']>,
): Fact<T | null> {
  const { resource, namespace, name } = callerRequest(caller);
  return readObject<T>(snapshot, resource, namespace, name ?? '');
}

/** The lines of a log that was asked for. */
export function readLog(snapshot: Snapshot, request: FactRequest): Fact<readonly string[]> {
  const answer = snapshot.answers[keyOf(request)];
  if (answer === undefined) return refused(request, 'not-collected', null);
  if (!answer.known) return refused(request, answer.why, answer.detail);
  return 'lines' in answer ? known(answer.lines) : refused(request, 'malformed', null);
}
