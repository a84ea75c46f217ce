/** Which workload a Service that selects nothing was meant for, and the selector that would select it. */
import type { Pod, Service } from '../facts/wire.ts';
import { isNear, stem } from './near-names.ts';
import { isPlanned } from './planned-pods.ts';
import { declaredPorts, type PodLike, resolvePort } from './ports.ts';
import { isLive, isReady } from './readiness.ts';
import { differences, type Labels, matches, type PairDifference } from './selector.ts';
import { type Owner, ownerOf, ownerText, podsByOwner, podsOf, type Workload } from './workloads.ts';

/** Labels by which people name an application: a match of one of them is no accident. */
const IDENTITY = new Set(['app', 'app.kubernetes.io/name', 'k8s-app', 'run', 'name', 'component']);

/** Labels that change with each revision or release, which a selector must not pin. */
export const REVISION_KEYS: ReadonlySet<string> = new Set([
  'pod-template-hash',
  'controller-revision-hash',
  'rollouts-pod-template-hash',
  'helm.sh/chart',
  'app.kubernetes.io/version',
  'version',
  'release',
]);

export interface Candidate {
  owner: Owner;
  /** Null for Pods that no Deployment, StatefulSet or DaemonSet of the namespace owns. */
  workload: Workload | null;
  labels: Labels;
  template: PodLike;
  /** Its live Pods. */
  pods: number;
  ready: number;
  /** True where its Pods are only written in files. */
  planned: boolean;
  differences: readonly PairDifference[];
  points: number;
}

function isExtended(long: string, short: string): boolean {
  return long[short.length] === '-' && long.startsWith(short);
}

/** Near in spelling, or one the other with something appended: `web` and `web-frontend`. */
function isKin(a: string, b: string): boolean {
  return isNear(a, b) || isExtended(a, b) || isExtended(b, a);
}

function pointsOf(service: Service, owner: Owner, labels: Labels, template: PodLike): number {
  const selector = service.spec?.selector ?? {};
  const missing = differences(selector, labels);
  const identity = Object.entries(selector).filter(([key, value]) => IDENTITY.has(key) && labels?.[key] === value);
  const nearValues = missing.filter(({ key, wanted, has, renamed }) =>
    has === null ? renamed !== null : IDENTITY.has(key) && isKin(wanted, has),
  );
  const name = service.metadata?.name ?? '';
  const labelled = Object.entries(labels ?? {}).some(([key, value]) => IDENTITY.has(key) && stem(value) === stem(name));
  const named = stem(owner.name) === stem(name) ? 3 : labelled || isNear(owner.name, name) ? 2 : 0;
  const near = 3 * identity.length + 2 * nearValues.length + named;
  if (near === 0) return 0;
  const ports = service.spec?.ports ?? [];
  const declares = ports.some((port) => {
    const number = resolvePort(port, template);
    return number !== null && declaredPorts(template).some((declared) => declared.number === number);
  });
  return near + (Object.keys(selector).length - missing.length) + (declares ? 1 : 0);
}

/**
 * Workloads and Pods of other owners that the selector may have meant, best first: by pairs that match, by values and names that
 * are near, by a declared targetPort. What shares nothing but release-wide labels is left out.
 */
export function nearestWorkloads(
  service: Service,
  workloads: readonly Workload[],
  pods: readonly Pod[],
): readonly Candidate[] {
  const isHere = (pod: Pod): boolean => isLive(pod) && pod.metadata?.namespace === service.metadata?.namespace;
  const known = new Set(workloads.map((workload) => `${workload.namespace}/${ownerText(workload)}`));
  const candidates: Candidate[] = workloads.map(
    (workload) =>
      new Found(service, workload, workload, workload.template, () => podsOf(workload, pods).filter(isHere)),
  );
  for (const [owner, group] of podsByOwner(pods)) {
    const [first] = known.has(owner) ? [] : group.filter(isHere);
    if (first === undefined) continue;
    candidates.push(new Found(service, ownerOf(first), null, first, () => group.filter(isHere)));
  }
  const text = ({ owner }: Candidate): string => `${owner.kind}/${owner.name}`;
  return candidates
    .filter((candidate) => candidate.points > 0)
    .sort((a, b) => b.points - a.points || (text(a) < text(b) ? -1 : 1));
}

/** How it differs matters only where it has points; its Pods are counted only for the few that are shown. */
class Found implements Candidate {
  readonly owner: Owner;
  readonly workload: Workload | null;
  readonly labels: Labels;
  readonly template: PodLike;
  readonly points: number;
  readonly #service: Service;
  readonly #podsOfIt: () => readonly Pod[];

  constructor(
    service: Service,
    owner: Owner,
    workload: Workload | null,
    like: PodLike,
    podsOfIt: () => readonly Pod[],
  ) {
    this.owner = { kind: owner.kind, name: owner.name };
    this.workload = workload;
    this.labels = like.metadata?.labels;
    this.template = like;
    this.points = pointsOf(service, owner, this.labels, like);
    this.#service = service;
    this.#podsOfIt = podsOfIt;
  }

  get differences(): readonly PairDifference[] {
    return this.points === 0 ? [] : differences(this.#service.spec?.selector, this.labels);
  }

  get pods(): number {
    return this.#podsOfIt().length;
  }

  get ready(): number {
    return this.#podsOfIt().filter(isReady).length;
  }

  get planned(): boolean {
    return this.#podsOfIt().some(isPlanned);
  }
}

/** True when no other candidate fits as well as the first. */
export function isClear(candidates: readonly Candidate[]): boolean {
  const [first, second] = candidates;
  return first !== undefined && (second === undefined || second.points < first.points);
}

/**
 * The merge patch body for `spec.selector` that makes the Service select exactly this candidate: values corrected, keys that its labels
 * lack or that change with each revision set to null. Where that would leave nothing, or select other templates too, the workload's own
 * `spec.selector.matchLabels` replaces it. Null when its labels cannot be told from those of other workloads.
 */
export function selectorPatch(
  service: Service,
  candidate: Candidate,
  workloads: readonly Workload[],
): Record<string, string | null> | null {
  const labels = candidate.labels ?? {};
  const before = service.spec?.selector ?? {};
  const after: Record<string, string> = {};
  for (const [key, value] of Object.entries(before)) if (labels[key] === value) after[key] = value;
  for (const { key, has, renamed } of candidate.differences) {
    if (has !== null && !REVISION_KEYS.has(key)) after[key] = has;
    if (has === null && renamed !== null) after[renamed] = labels[renamed] ?? '';
  }
  const others = workloads.filter((workload) => workload !== candidate.workload);
  const isDistinct = (selector: Record<string, string>): boolean =>
    Object.keys(selector).length > 0 &&
    !others.some((workload) => matches(selector, workload.template.metadata?.labels));
  const wanted = [after, { ...candidate.workload?.selector }].find(isDistinct);
  if (wanted === undefined) return null;
  const body: Record<string, string | null> = {};
  for (const key of Object.keys(before).sort()) if (wanted[key] === undefined) body[key] = null;
  for (const key of Object.keys(wanted).sort()) if (wanted[key] !== before[key]) body[key] = wanted[key] ?? null;
  return body;
}
