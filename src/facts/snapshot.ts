/** All that was read for one run, known and unknown: what every source produces and every rule is judged from. */
import { type Fact, known, type Unknown, unknown } from './fact.ts';
import { groupedOnce } from './grouped.ts';
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

function pairsOf({ metadata }: KubeObject): readonly string[] {
  return Object.entries(metadata?.labels ?? {}).map(([key, value]) => `${key}=${value}`);
}

const byNamespace = groupedOnce(({ metadata }: KubeObject) => [metadata?.namespace ?? '']);
const byName = groupedOnce(({ metadata }: KubeObject) => [metadata?.name ?? '']);
const byLabel = groupedOnce(pairsOf);
const NONE: Items = [];

function inNamespace(items: Items, namespace: string): Items {
  const part = byNamespace(items).get(namespace) ?? NONE;
  return part.length === items.length ? items : part;
}

function labelled(items: Items, selector: string): Items {
  const [first = '', ...more] = selector.split(',');
  const part = byLabel(items).get(first) ?? NONE;
  return more.length === 0 ? part : part.filter((item) => more.every((pair) => pairsOf(item).includes(pair)));
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
  const request = listOf(resource, namespace, labelSelector);
  const candidates: ObjectRequest[] = [
    request,
    listOf(resource, namespace),
    listOf(resource, null, labelSelector),
    listOf(resource, null),
  ];
  let refusal: Unknown | null = null;
  for (const candidate of candidates) {
    const answer = snapshot.answers[keyOf(candidate)];
    if (answer === undefined) continue;
    if (!answer.known) {
      refusal ??= refused(candidate, answer.why, answer.detail);
      continue;
    }
    if (!('items' in answer)) continue;
    let items = answer.items;
    if (namespace !== null && candidate.namespace === null) items = inNamespace(items, namespace);
    if (labelSelector !== null && candidate.labelSelector === null) items = labelled(items, labelSelector);
    return { known: true, value: items as readonly T[], complete: answer.complete };
  }
  return refusal ?? refused(request, 'not-collected', null);
}

/** A named object: null = known to be absent. A complete list that should hold it answers too. */
export function readObject<T extends KubeObject>(
  snapshot: Snapshot,
  resource: ResourceName,
  namespace: string | null,
  name: string,
): Fact<T | null> {
  const request: ObjectRequest = { type: 'objects', resource, namespace, name, labelSelector: null };
  const answer = snapshot.answers[keyOf(request)];
  if (answer?.known && 'object' in answer) return known(answer.object as T | null);
  const list = readList<T>(snapshot, resource, RESOURCES[resource].namespaced ? namespace : null);
  if (list.known) {
    const found = byName(list.value).get(name)?.[0] as T | undefined;
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
