/** Who calls: the workloads of a subject, each with the addresses it is told to call. */
import type { Reference } from '../facts/extracts.ts';
import type { Container, Pod, PodTemplate, Service } from '../facts/wire.ts';
import { matchedPods } from './endpoints.ts';
import { conditionOf, containerStates, isReady, isTerminating } from './readiness.ts';
import { ownerOf, plannedBy, podsByOwner, type Workload } from './workloads.ts';

export interface ReferencingWorkload {
  kind: string;
  name: string;
  namespace: string;
  /** Its Pods that are not finished. */
  pods: readonly Pod[];
  /** A Pod of it is not Ready although a container of it has run: it may lack what it is told to call. */
  struggles: boolean;
  references: readonly (Reference & { container: string })[];
  /** All that its containers are told to call, however they look names up. */
  told: readonly (Reference & { container: string })[];
  /** Addresses of envFrom that lose against a variable of the same name in env. */
  overridden?: readonly (Reference & { container: string })[];
  /** How its Pods are made: of a live Pod, else of the template. */
  spec: PodTemplate['spec'];
}

/** What is judged, as far as this question needs it. */
export interface ReferencingSubject {
  role: string;
  namespace: string;
  name: string;
  /** `namespace/kind/name` for the role caller. */
  caller: string | null;
}

function isFinished(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

/** Not what holds a Pod back before it runs (no node, no image, no configuration), nor what its node or a readiness gate does to it. */
function struggles(pod: Pod): boolean {
  if (isReady(pod) || isTerminating(pod) || conditionOf(pod, 'ContainersReady')?.status === 'True') return false;
  return containerStates(pod).some(({ status }) => {
    const { state, lastState, restartCount = 0 } = status ?? {};
    return restartCount > 0 || (state?.running ?? state?.terminated ?? lastState?.terminated) !== undefined;
  });
}

/** Pods that do not look names up in the way of dnsPolicy ClusterFirst: their names mean something else. */
function resolvesOtherwise(spec: PodTemplate['spec']): boolean {
  const { dnsPolicy, dnsConfig, hostNetwork } = spec ?? {};
  if (dnsPolicy === 'None' || dnsPolicy === 'Default') return true;
  return (hostNetwork === true && dnsPolicy !== 'ClusterFirstWithHostNet') || (dnsConfig?.searches ?? []).length > 0;
}

type Told = readonly (Reference & { container: string })[];

const TOLD = new WeakMap<readonly Container[], Told>();

/** Of one list of containers; Pods that were read together share theirs. */
function toldTo(containers: readonly Container[]): Told {
  let told = TOLD.get(containers);
  if (told === undefined) {
    told = containers.flatMap(({ name, extracts }) =>
      (extracts?.references ?? []).map((reference) => ({ ...reference, container: name })),
    );
    TOLD.set(containers, told);
  }
  return told;
}

/** What the containers are told to call. */
function toldIn(spec: PodTemplate['spec']): Told {
  const inits = (spec?.initContainers ?? []) as readonly Container[];
  const told = toldTo((spec?.containers ?? []) as readonly Container[]);
  return inits.length === 0 ? told : [...toldTo(inits), ...told];
}

/** One of each kind, as far as who is told and how it resolves names can tell. */
function different(specs: readonly PodTemplate['spec'][]): readonly PodTemplate['spec'][] {
  const seen = new Map<unknown, PodTemplate['spec'][]>();
  return specs.filter((spec) => {
    const alike = seen.get(spec?.containers) ?? [];
    const isKnown = alike.some(
      (one) =>
        one?.initContainers === spec?.initContainers &&
        one?.dnsPolicy === spec?.dnsPolicy &&
        one?.hostNetwork === spec?.hostNetwork &&
        one?.dnsConfig === undefined &&
        spec?.dnsConfig === undefined &&
        one?.hostAliases === undefined &&
        spec?.hostAliases === undefined,
    );
    if (!isKnown) seen.set(spec?.containers, [...alike, spec]);
    return !isKnown;
  });
}

/** What of it goes through the cluster's DNS; names in hostAliases never get there. */
export function throughDns<T extends Reference>(spec: PodTemplate['spec'], told: readonly T[]): readonly T[] {
  if (resolvesOtherwise(spec)) return [];
  if (spec?.hostAliases === undefined) return told;
  const aliases = new Set(spec.hostAliases.flatMap((alias) => alias.hostnames ?? []));
  return told.filter(({ host }) => !aliases.has(host));
}

const DISTINCT = new WeakMap<Told, Told>();

/** Each once; of one list the very same answer. */
function distinct(told: Told): Told {
  let one = DISTINCT.get(told);
  if (one === undefined) {
    one = told.length < 2 ? told : [...new Map(told.map((item) => [JSON.stringify(item), item])).values()];
    DISTINCT.set(told, one);
  }
  return one;
}

/** What several are told, in one list. */
function together(lists: readonly Told[]): Told {
  const [first = [], ...others] = lists;
  return distinct(others.length === 0 ? first : lists.flat());
}

function group(
  kind: string,
  name: string,
  namespace: string,
  pods: readonly Pod[],
  templates: readonly PodTemplate[],
): ReferencingWorkload {
  const live = pods.filter((pod) => !isFinished(pod));
  const all = live.length > 0 ? live.map((pod) => pod.spec) : templates.map((template) => template.spec);
  const specs = different(all);
  const references = together(specs.map((spec) => throughDns(spec, toldIn(spec))));
  return {
    kind,
    name,
    namespace,
    pods: live,
    struggles: live.some(struggles),
    references,
    told: together(specs.map(toldIn)),
    spec: specs[0],
  };
}

function ofCaller(
  pods: readonly Pod[],
  workloads: readonly Workload[],
  caller: string,
): readonly ReferencingWorkload[] {
  const [namespace = '', kind = '', name = ''] = caller.split('/');
  const same = kind.toLowerCase();
  const own = pods.filter((pod) => {
    if (pod.metadata?.namespace !== namespace) return false;
    const owner = same === 'pod' ? { kind: 'Pod', name: pod.metadata.name } : ownerOf(pod);
    return owner.kind.toLowerCase() === same && owner.name === name;
  });
  const workload = workloads.find(
    (one) => one.namespace === namespace && one.kind.toLowerCase() === same && one.name === name,
  );
  if (own.length === 0 && workload === undefined) return [];
  const known = workload?.kind ?? (own[0] === undefined || same === 'pod' ? 'Pod' : ownerOf(own[0]).kind);
  return [group(known, name, namespace, own, workload === undefined ? [] : [workload.template])];
}

function ofService(
  pods: readonly Pod[],
  workloads: readonly Workload[],
  service: Service,
): readonly ReferencingWorkload[] {
  const namespace = service.metadata?.namespace ?? '';
  const selector = service.spec?.selector;
  const selected = matchedPods(service, pods).filter((pod) => !isFinished(pod));
  if (selected.length === 0) {
    return plannedBy(selector, workloads)
      .filter((one) => one.namespace === namespace)
      .map((one) => group(one.kind, one.name, namespace, [], [one.template]));
  }
  return [...podsByOwner(selected).values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const { kind, name } = ownerOf(first);
    return group(kind, name, namespace, own, []);
  });
}

/**
 * The named caller (role caller), or the workloads behind the Service: owners of the Pods its selector matches, and where
 * there are no Pods the templates it matches. In the order of the Pods or workloads given.
 */
export function referencesOf(
  pods: readonly Pod[],
  workloads: readonly Workload[],
  subject: ReferencingSubject,
  service: Service | null,
): readonly ReferencingWorkload[] {
  if (subject.role === 'caller') return subject.caller === null ? [] : ofCaller(pods, workloads, subject.caller);
  return service === null ? [] : ofService(pods, workloads, service);
}
