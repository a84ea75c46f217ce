/** The vocabulary of rules: what a rule may declare in `needs` and `uses`, and how each value comes out of a snapshot. */
import { type Fact, known } from '../facts/fact.ts';
import { groupedOnce } from '../facts/grouped.ts';
import { logOf } from '../facts/resources.ts';
import { type Ask, readCaller, readLog, readObject, type Snapshot } from '../facts/snapshot.ts';
import type {
  ConfigMap,
  DaemonSet,
  Deployment,
  EndpointSlice,
  Endpoints,
  Event,
  Namespace,
  Node,
  Pod,
  Service,
  ServiceCIDR,
} from '../facts/wire.ts';
import { type ReadConfigMap, withConfig } from '../model/config-references.ts';
import { DNS_NAMESPACE } from '../model/dns-service.ts';
import { IMMORTAL_NAMESPACES } from '../model/namespaces.ts';
import { type ReferencingWorkload, referencesOf } from '../model/referencing.ts';
import { selectorText } from '../model/selector.ts';
import { type Workload, workloadsOf } from '../model/workloads.ts';
import { API_SERVER_READERS, type ApiServerFacts } from './facts-api-server.ts';
import { DATAPLANE_READERS, type DataplaneFacts } from './facts-dataplane.ts';
import { DNS_READERS, type DnsFacts } from './facts-dns.ts';
import { ENTRANCE_READERS, type EntranceFacts } from './facts-entrance.ts';
import { POLICY_READERS, type PolicyFacts } from './facts-policy.ts';
import { STORAGE_READERS, type StorageFacts } from './facts-storage.ts';
import { combine, listed, remembered } from './lists.ts';
import type { Subject } from './subject.ts';
import { type Unseen, unseenIn } from './unseen.ts';

export interface FactValues extends ApiServerFacts, DataplaneFacts, DnsFacts, EntranceFacts, PolicyFacts, StorageFacts {
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
  /** Pods of all namespaces. Read only when a hand-made address lies in the range of the Pods. */
  podsEverywhere: readonly Pod[];
  /** EndpointSlices labelled with the subject's Service. */
  slices: readonly EndpointSlice[];
  /** EndpointSlices of all namespaces labelled with the Service's name. Read only when a Service without selector has no endpoint. */
  slicesElsewhere: readonly EndpointSlice[];
  /** The v1 Endpoints of the Service's name; null = there are none. Read only when a Service without selector has no endpoint. */
  endpoints: Endpoints | null;
  /** The ranges of cluster IPs. Read only when the Service's cluster IP lies apart from those of other Services. */
  serviceCidrs: readonly ServiceCIDR[];
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
  /** The port of the Service that the user says is called; null = none was named. */
  calledPort: number;
  /** What may exist beside what was read; nothing where a cluster was. */
  unseen: Unseen;
  /** For a caller: the Service asked about that it calls; null = there is none. */
  called: Service | null;
  /** ConfigMaps by namespace and name. Read only for workloads that struggle, and for a named caller. */
  configMaps: ReadConfigMap;
  /** Who calls: for a caller the caller itself, else the workloads behind the Service, each with what they are told to call. */
  references: readonly ReferencingWorkload[];
}

export type FactName = keyof FactValues;

/** Reads the lines of one container's log; unknown when it was not read or not allowed. */
export type LogReader = (pod: Pod, container: string, previous: boolean) => Fact<readonly string[]>;

function serviceOf(snapshot: Snapshot, subject: Subject): Fact<Service | null> {
  return readObject<Service>(snapshot, 'services', subject.namespace, subject.name);
}

function workloadsIn(snapshot: Snapshot, namespace: string): Fact<readonly Workload[]> {
  return remembered(snapshot, `workloads ${namespace}`, () =>
    combine(
      workloadsOf,
      listed(snapshot, 'deployments', namespace),
      listed(snapshot, 'statefulsets', namespace),
      listed(snapshot, 'daemonsets', namespace),
    ),
  );
}

function immortal(name: string): Namespace {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name }, status: { phase: 'Active' } };
}

function configMapsOf(snapshot: Snapshot): ReadConfigMap {
  return (namespace, name) => readObject<ConfigMap>(snapshot, 'configmaps', namespace, name);
}

/** What the Pods behind a Service are told to call. */
function serviceReferences(snapshot: Snapshot, subject: Subject): Fact<readonly ReferencingWorkload[]> {
  return combine(
    (pods: readonly Pod[], workloads: readonly Workload[], service: Service | null) =>
      referencesOf(pods, workloads, subject, service).map((one) => withConfig(one, configMapsOf(snapshot))),
    listed<Pod>(snapshot, 'pods', subject.namespace),
    workloadsIn(snapshot, subject.namespace),
    serviceOf(snapshot, subject),
  );
}

function callersPods(snapshot: Snapshot, namespace: string): readonly Pod[] {
  const pods = listed<Pod>(snapshot, 'pods', namespace);
  return pods.known ? pods.value : [];
}

/** What the caller is told to call: of a Pod its own containers, of a workload its live Pods, where these may be read, else its template. */
function callerReferences(snapshot: Snapshot, subject: Subject): Fact<readonly ReferencingWorkload[]> {
  const { caller } = snapshot.ask;
  if (caller === null) return known([]);
  const { kind } = caller;
  return combine(
    (object: Pod | Deployment | null) => {
      if (object === null) return [];
      const only = (of: string): never[] => (of === kind ? [object as never] : []);
      const workloads = workloadsOf(only('Deployment'), only('StatefulSet'), only('DaemonSet'));
      const pods = kind === 'Pod' ? [object as Pod] : callersPods(snapshot, caller.namespace);
      return referencesOf(pods, workloads, subject, null).map((one) => withConfig(one, configMapsOf(snapshot)));
    },
    readCaller<Pod | Deployment>(snapshot, caller),
  );
}

const askedByName = groupedOnce(({ namespace, name }: Ask['services'][number]) => `${namespace}/${name}`);

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
  podsEverywhere: (s) => listed<Pod>(s, 'pods'),
  slicesElsewhere: (s, on) => listed<EndpointSlice>(s, 'endpointslices', null, `kubernetes.io/service-name=${on.name}`),
  endpoints: (s, on) => readObject<Endpoints>(s, 'endpoints', on.namespace, on.name),
  serviceCidrs: (s) => listed<ServiceCIDR>(s, 'servicecidrs'),
  slices: (s, on) => listed<EndpointSlice>(s, 'endpointslices', on.namespace, `kubernetes.io/service-name=${on.name}`),
  namespaceSlices: (s, on) => listed<EndpointSlice>(s, 'endpointslices', on.namespace),
  workloads: (s, on) => workloadsIn(s, on.namespace),
  nodes: (s) => listed<Node>(s, 'nodes'),
  events: (s, on) => listed<Event>(s, 'events', on.namespace),
  logs: (s) =>
    known((pod: Pod, container: string, previous: boolean) =>
      readLog(s, logOf(pod.metadata?.namespace ?? '', pod.metadata?.name ?? '', container, previous)),
    ),
  configMaps: (s) => known(configMapsOf(s)),
  kubeletConfig: (s) => readObject<ConfigMap>(s, 'configmaps', DNS_NAMESPACE, 'kubelet-config'),
  systemPods: (s) => listed<Pod>(s, 'pods', DNS_NAMESPACE),
  systemServices: (s) => listed<Service>(s, 'services', DNS_NAMESPACE),
  systemWorkloads: (s) =>
    combine(
      (daemonSets: readonly DaemonSet[]) => workloadsOf([], [], daemonSets),
      listed(s, 'daemonsets', DNS_NAMESPACE),
    ),
  calledPort: (s, { namespace, name }) =>
    known(askedByName(s.ask.services).get(`${namespace}/${name}`)?.[0]?.port ?? null),
  called: (s, on) => {
    const [namespace = '', name = ''] = on.calls?.split('/') ?? [];
    return readObject<Service>(s, 'services', namespace, name);
  },
  references: (s, on) => (on.role === 'caller' ? callerReferences(s, on) : serviceReferences(s, on)),
  unseen: unseenIn,
  ...API_SERVER_READERS,
  ...DATAPLANE_READERS,
  ...DNS_READERS,
  ...ENTRANCE_READERS,
  ...POLICY_READERS,
  ...STORAGE_READERS,
};

/** All that a rule may declare. */
export const FACT_NAMES = Object.keys(READERS) as readonly FactName[];

/** What a fact is about: equal for all subjects of a namespace, or of the cluster; otherwise each subject has its own. */
export type Breadth = 'namespace' | 'cluster';

const BREADTHS: Readonly<Partial<Record<FactName, Breadth>>> = {
  namespace: 'namespace',
  services: 'namespace',
  pods: 'namespace',
  namespaceSlices: 'namespace',
  workloads: 'namespace',
  events: 'namespace',
  servicesEverywhere: 'cluster',
  podsEverywhere: 'cluster',
  serviceCidrs: 'cluster',
  nodes: 'cluster',
  kubeletConfig: 'cluster',
  corefile: 'cluster',
  dnsRole: 'cluster',
  systemPods: 'cluster',
  systemServices: 'cluster',
  systemWorkloads: 'cluster',
  logs: 'cluster',
  configMaps: 'cluster',
  namespaceLabels: 'cluster',
  callerPods: 'cluster',
  ingressClasses: 'cluster',
  kubeProxyConfig: 'cluster',
  ciliumConfig: 'cluster',
  felixConfiguration: 'cluster',
  daemonSetsEverywhere: 'cluster',
  systemPolicies: 'cluster',
  peerAuthentications: 'namespace',
  authorizationPolicies: 'namespace',
  referenceGrants: 'namespace',
  disruptionBudgets: 'namespace',
  unseen: 'cluster',
};

/** Null where each subject has its own. */
export function breadthOf(name: FactName): Breadth | null {
  return BREADTHS[name] ?? null;
}

/** One fact for one subject. `service` comes back unknown-free but null where the Service is known to be absent. */
export function readFact<K extends FactName>(
  name: K,
  snapshot: Snapshot,
  subject: Subject,
): Fact<FactValues[K] | null> {
  return READERS[name](snapshot, subject);
}
