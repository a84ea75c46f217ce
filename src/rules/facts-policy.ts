/** Facts about policies of Pods. All are conditional: read where the Service's Pods could be called, or complain that nobody answers. */
import { type Fact, known, type Unknown } from '../facts/fact.ts';
import { listOf, logOf, RESOURCES } from '../facts/resources.ts';
import { readCaller, readList, readLog, readObject, refused, type Snapshot } from '../facts/snapshot.ts';
import type {
  Deployment,
  KubeObject,
  Namespace,
  NetworkPolicy,
  Node,
  Pod,
  PodDisruptionBudget,
  Service,
} from '../facts/wire.ts';
import type { PluginPolicy } from '../facts/wire-policy.ts';
import { DNS_NAMESPACE } from '../model/dns-service.ts';
import { pluginPolicyKinds } from '../model/plugin-policy.ts';
import { mayBePolicies } from '../model/policy-reading.ts';
import { isLive, podIPs } from '../model/readiness.ts';
import type { Labels } from '../model/selector.ts';
import { ownerOf } from '../model/workloads.ts';
import { listed } from './lists.ts';
import type { Subject } from './subject.ts';

/** The labels of one namespace; those of a namespace that does not exist are empty. */
export type NamespaceReader = (namespace: string) => Fact<Labels>;

export interface PolicyFacts {
  /** NetworkPolicies of the namespace of the Service that is called. */
  ingressPolicies: readonly NetworkPolicy[];
  /** NetworkPolicies of the subject's namespace: where a caller's Pods, or the Service's own, call from. */
  egressPolicies: readonly NetworkPolicy[];
  /** NetworkPolicies of kube-system. Read only where a caller is named, or a Service of kube-system is asked about. */
  systemPolicies: readonly NetworkPolicy[];
  /** Read only where a policy asks for a label of a namespace. */
  namespaceLabels: NamespaceReader;
  /**
   * Of the caller that was named: its Pod, or a Pod as its workload would make it, with the addresses of those it has as far as they are
   * known. None where nobody was named, or where no such caller exists.
   */
  callerPods: readonly Pod[];
  /** Policies of the network plugin: of the namespace, and of the whole cluster. Read only where Cilium or Calico is seen. */
  pluginPolicies: readonly PluginPolicy[];
  /** Pods of the namespace of the Service that is called. */
  calledPods: readonly Pod[];
  /** PodDisruptionBudgets of the subject's namespace. Read only where one Pod carries the Service. */
  disruptionBudgets: readonly PodDisruptionBudget[];
}

function calledIn(subject: Subject): { namespace: string; name: string } {
  if (subject.calls === null) return subject;
  const [namespace = '', name = ''] = subject.calls.split('/');
  return { namespace, name };
}

function notCollected(namespace: string): Unknown {
  return refused(listOf('networkpolicies', namespace), 'not-collected', null);
}

/** A file holds all policies; they count only where a live run would have read them, so that both conclude the same. */
function isLookedAt(snapshot: Snapshot, { namespace, name }: { namespace: string; name: string }): boolean {
  const service = readObject<Service>(snapshot, 'services', namespace, name);
  const pods = readList<Pod>(snapshot, 'pods', namespace);
  if (!service.known || service.value === null || !pods.known) return false;
  return mayBePolicies(service.value, pods.value, (pod, container, previous) =>
    readLog(snapshot, logOf(pod.metadata?.namespace ?? '', pod.metadata?.name ?? '', container, previous)),
  );
}

function policiesOf(snapshot: Snapshot, subject: Subject, namespace: string): Fact<readonly NetworkPolicy[]> {
  if (subject.role === 'dns') return systemPolicies(snapshot);
  const list = listed<NetworkPolicy>(snapshot, 'networkpolicies', namespace);
  if (!list.known || list.value.length === 0) return list;
  return isLookedAt(snapshot, calledIn(subject)) ? list : notCollected(namespace);
}

/** Those of kube-system count where a caller's way is walked, or a Service of kube-system is what was asked about. */
function systemPolicies(snapshot: Snapshot): Fact<readonly NetworkPolicy[]> {
  const { caller, services, namespace } = snapshot.ask;
  const list = listed<NetworkPolicy>(snapshot, 'networkpolicies', DNS_NAMESPACE);
  if (list.known && list.value.length === 0) return list;
  const asked = services.length > 0 ? services : [{ namespace, name: 'kube-dns' }];
  const wanted = asked.filter((one) => caller !== null || one.namespace === DNS_NAMESPACE);
  return wanted.some((one) => isLookedAt(snapshot, one)) ? list : notCollected(DNS_NAMESPACE);
}

function addressesOf(snapshot: Snapshot, namespace: string, kind: string, name: string): readonly string[] {
  const pods = readList<Pod>(snapshot, 'pods', namespace);
  if (!pods.known || !pods.complete) return [];
  const own = pods.value.filter((pod) => {
    const owner = ownerOf(pod);
    return isLive(pod) && owner.kind === kind && owner.name === name;
  });
  return own.flatMap(podIPs).sort();
}

/** A process of the node itself, as an end of traffic. */
function processOf({ metadata, status }: Node): Pod {
  const podIPs = (status?.addresses ?? [])
    .filter(({ type }) => type === 'InternalIP')
    .map(({ address }) => ({ ip: address }));
  const nodeName = metadata?.name ?? '';
  return { spec: { hostNetwork: true, nodeName, dnsPolicy: 'Default', containers: [] }, status: { podIPs } };
}

function callerPods(snapshot: Snapshot): Fact<readonly Pod[]> {
  const { caller } = snapshot.ask;
  if (caller === null) return known([]);
  const { namespace, kind, name } = caller;
  const object = readCaller<KubeObject>(snapshot, caller);
  if (!object.known) return object;
  if (object.value === null) return known([]);
  if (kind === 'Pod') return known([object.value as Pod]);
  if (kind === 'Namespace') return known([{ metadata: { namespace } }]);
  if (kind === 'Node') return known([processOf(object.value as Node)]);
  const { metadata, spec } = (object.value as Deployment).spec?.template ?? {};
  const ips = addressesOf(snapshot, namespace, kind, name).map((ip) => ({ ip }));
  const made: Pod = { metadata: { ...metadata, namespace }, status: { podIPs: ips } };
  return known([spec === undefined ? made : { ...made, spec }]);
}

function pluginPolicies(snapshot: Snapshot, { namespace, name }: Subject): Fact<readonly PluginPolicy[]> {
  const nodes = readList<Node>(snapshot, 'nodes');
  const daemonSets = readList<KubeObject>(snapshot, 'daemonsets', DNS_NAMESPACE);
  const kinds = pluginPolicyKinds(nodes.known ? nodes.value : [], daemonSets.known ? daemonSets.value : []);
  if (kinds.length === 0 || !isLookedAt(snapshot, { namespace, name })) return known([]);
  const lists = kinds.map((kind) =>
    listed<PluginPolicy>(snapshot, kind, RESOURCES[kind].namespaced ? namespace : null),
  );
  const missing = lists.find((list): list is Unknown => !list.known);
  return missing ?? known(lists.flatMap((list) => (list.known ? list.value : [])));
}

type Reader<T> = (snapshot: Snapshot, subject: Subject) => Fact<T>;

export const POLICY_READERS: { [K in keyof PolicyFacts]: Reader<PolicyFacts[K]> } = {
  ingressPolicies: (s, on) => policiesOf(s, on, calledIn(on).namespace),
  egressPolicies: (s, on) => policiesOf(s, on, on.namespace),
  systemPolicies,
  namespaceLabels: (s) =>
    known((name: string) => {
      const namespace = readObject<Namespace>(s, 'namespaces', null, name);
      return namespace.known ? known(namespace.value?.metadata?.labels ?? {}) : namespace;
    }),
  callerPods,
  pluginPolicies,
  calledPods: (s, on) => listed<Pod>(s, 'pods', calledIn(on).namespace),
  disruptionBudgets: (s, on) => listed<PodDisruptionBudget>(s, 'poddisruptionbudgets', on.namespace),
};
