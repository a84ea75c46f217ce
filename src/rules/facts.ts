/** The vocabulary of rules: what a rule may declare in `needs` and `uses`, and how each value comes out of a snapshot. */
import { type Fact, type Known, known, type Unknown } from '../facts/fact.ts';
import { CALLER_RESOURCES, logOf, objectOf, type ResourceName } from '../facts/resources.ts';
import { readList, readLog, readObject, refused, type Snapshot } from '../facts/snapshot.ts';
import type {
  ConfigMap,
  DaemonSet,
  Deployment,
  EndpointSlice,
  Event,
  KubeObject,
  Namespace,
  Node,
  Pod,
  Service,
} from '../facts/wire.ts';
import { DNS_NAMESPACE } from '../model/dns-service.ts';
import { IMMORTAL_NAMESPACES } from '../model/namespaces.ts';
import { type ReferencingWorkload, referencesOf } from '../model/referencing.ts';
import { selectorText } from '../model/selector.ts';
import { type Workload, workloadsOf } from '../model/workloads.ts';
import type { Subject } from './rule.ts';

export interface FactValues {
  /** The subject's Service. A rule that needs it is not applicable where the Service is known to be absent. */
  service: Service;
  /** The subject's namespace; null = it does not exist. */
  namespace: Namespace | null;
  /** All Services of the subject's namespace (for a caller: of the caller's namespace). */
  services: readonly Service[];
  servicesEverywhere: readonly Service[];
  /** All Pods of the subject's namespace, terminal ones too. */
  pods: readonly Pod[];
  /** Pods of all namespaces that carry the Service's selector. Read only when nothing matches at home. */
  podsElsewhere: readonly Pod[];
  /** EndpointSlices labelled with the subject's Service. */
  slices: readonly EndpointSlice[];
  /** EndpointSlices of the namespace, whatever their label. */
  namespaceSlices: readonly EndpointSlice[];
  /** Deployments, StatefulSets, DaemonSets of the subject's namespace in one form. */
  workloads: readonly Workload[];
  nodes: readonly Node[];
  /** Events of the subject's namespace. Read only when something there is ill. */
  events: readonly Event[];
  /** Log lines by Pod, container, previous or current. Read only for containers that fail. */
  logs: LogReader;
  /** The kubelet's configuration in ConfigMap kube-system/kubelet-config; null = no such ConfigMap. Read only when no DNS Service is found. */
  kubeletConfig: ConfigMap | null;
  /** Pods and Services and DaemonSets of kube-system. */
  systemPods: readonly Pod[];
  systemServices: readonly Service[];
  systemWorkloads: readonly Workload[];
  /** For a caller: the Service asked about that it calls; null = there is none. */
  called: Service | null;
  /** Who calls: for a caller the caller itself, else the workloads behind the Service, each with what they are told to call. */
  references: readonly ReferencingWorkload[];
}

export type FactName = keyof FactValues;

/** Reads the lines of one container's log; unknown when it was not read or not allowed. */
export type LogReader = (pod: Pod, container: string, previous: boolean) => Fact<readonly string[]>;

/** A list in the order of namespace and name, so that what a rule shows never depends on the order of an answer. */
function listed<T extends KubeObject>(
  snapshot: Snapshot,
  resource: ResourceName,
  namespace?: string | null,
  labelSelector?: string,
): Fact<readonly T[]> {
  const list = readList<T>(snapshot, resource, namespace, labelSelector);
  if (!list.known) return list;
  const key = ({ metadata }: KubeObject): string => `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
  return { ...list, value: [...list.value].sort((a, b) => (key(a) < key(b) ? -1 : 1)) };
}

function combine<T>(value: (...values: never[]) => T, ...facts: readonly Fact<unknown>[]): Fact<T> {
  const missing = facts.find((fact): fact is Unknown => !fact.known);
  if (missing !== undefined) return missing;
  const all = facts as readonly Known<unknown>[];
  return {
    known: true,
    value: value(...(all.map((fact) => fact.value) as never[])),
    complete: all.every((fact) => fact.complete),
  };
}

function serviceOf(snapshot: Snapshot, subject: Subject): Fact<Service | null> {
  return readObject<Service>(snapshot, 'services', subject.namespace, subject.name);
}

function workloadsIn(snapshot: Snapshot, namespace: string): Fact<readonly Workload[]> {
  return combine(
    workloadsOf,
    listed(snapshot, 'deployments', namespace),
    listed(snapshot, 'statefulsets', namespace),
    listed(snapshot, 'daemonsets', namespace),
  );
}

function immortal(name: string): Namespace {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name }, status: { phase: 'Active' } };
}

/** What the Pods behind a Service are told to call. */
function serviceReferences(snapshot: Snapshot, subject: Subject): Fact<readonly ReferencingWorkload[]> {
  return combine(
    (pods: readonly Pod[], workloads: readonly Workload[], service: Service | null) =>
      referencesOf(pods, workloads, subject, service),
    listed<Pod>(snapshot, 'pods', subject.namespace),
    workloadsIn(snapshot, subject.namespace),
    serviceOf(snapshot, subject),
  );
}

/** What the caller is told to call: of a Pod its own containers, of a workload its template, so that one object is all that is read. */
function callerReferences(snapshot: Snapshot, subject: Subject): Fact<readonly ReferencingWorkload[]> {
  const [namespace = '', kind = '', name = ''] = subject.caller?.split('/') ?? [];
  const resource = CALLER_RESOURCES[kind];
  if (resource === undefined) return known([]);
  return combine(
    (object: Pod | Deployment | null) => {
      if (object === null) return [];
      if (kind === 'Pod') return referencesOf([object as Pod], [], subject, null);
      const only = (of: string): never[] => (of === kind ? [object as never] : []);
      return referencesOf([], workloadsOf(only('Deployment'), only('StatefulSet'), only('DaemonSet')), subject, null);
    },
    readObject<Pod | Deployment>(snapshot, resource, namespace, name),
  );
}

const READERS: { [K in FactName]: (snapshot: Snapshot, subject: Subject) => Fact<FactValues[K] | null> } = {
  service: serviceOf,
  namespace: (s, on) =>
    IMMORTAL_NAMESPACES.includes(on.namespace)
      ? known(immortal(on.namespace))
      : readObject<Namespace>(s, 'namespaces', null, on.namespace),
  services: (s, on) => listed<Service>(s, 'services', on.namespace),
  servicesEverywhere: (s) => listed<Service>(s, 'services'),
  pods: (s, on) => listed<Pod>(s, 'pods', on.namespace),
  podsElsewhere: (s, on) => {
    const service = serviceOf(s, on);
    if (!service.known) return service;
    return listed<Pod>(s, 'pods', null, selectorText(service.value?.spec?.selector));
  },
  slices: (s, on) => listed<EndpointSlice>(s, 'endpointslices', on.namespace, `kubernetes.io/service-name=${on.name}`),
  namespaceSlices: (s, on) => listed<EndpointSlice>(s, 'endpointslices', on.namespace),
  workloads: (s, on) => workloadsIn(s, on.namespace),
  nodes: (s) => listed<Node>(s, 'nodes'),
  events: (s, on) => listed<Event>(s, 'events', on.namespace),
  logs: (s) =>
    known((pod: Pod, container: string, previous: boolean) =>
      readLog(s, logOf(pod.metadata?.namespace ?? '', pod.metadata?.name ?? '', container, previous)),
    ),
  kubeletConfig: (s) => readObject<ConfigMap>(s, 'configmaps', DNS_NAMESPACE, 'kubelet-config'),
  systemPods: (s) => listed<Pod>(s, 'pods', DNS_NAMESPACE),
  systemServices: (s) => listed<Service>(s, 'services', DNS_NAMESPACE),
  systemWorkloads: (s) =>
    combine(
      (daemonSets: readonly DaemonSet[]) => workloadsOf([], [], daemonSets),
      listed(s, 'daemonsets', DNS_NAMESPACE),
    ),
  called: (s, on) => {
    const [namespace = '', name = ''] = on.calls?.split('/') ?? [];
    return readObject<Service>(s, 'services', namespace, name);
  },
  references: (s, on) => (on.role === 'caller' ? callerReferences(s, on) : serviceReferences(s, on)),
};

/** Every fact name there is. */
export const FACT_NAMES = Object.keys(READERS) as readonly FactName[];

/** One fact for one subject. `service` comes back unknown-free but null where the Service is known to be absent. */
export function readFact<K extends FactName>(
  name: K,
  snapshot: Snapshot,
  subject: Subject,
): Fact<FactValues[K] | null> {
  return READERS[name](snapshot, subject);
}

/** The unknown that says a conditional fact was not read: for rules that turn out to need it. */
export function notRead(resource: 'configmaps', namespace: string, name: string): Unknown {
  return refused(objectOf(resource, namespace, name), 'not-collected', null);
}
