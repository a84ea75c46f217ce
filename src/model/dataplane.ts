/** What implements Services on the nodes: kube-proxy as DaemonSet or static Pods, something that replaces it, or nothing that can be seen. */
import type { Node, Pod } from '../facts/wire.ts';
import { builtIn } from './dataplane-built-in.ts';
import { isLive } from './readiness.ts';
import type { Workload } from './workloads.ts';

export interface KubeProxy {
  kind: 'kube-proxy';
  /** Null where static Pods of the nodes run it. */
  daemonSet: Workload | null;
  /** Its Pods that are neither finished nor terminating. */
  pods: readonly Pod[];
  /** An agent beside it that may serve Services as well, or null: then a missing kube-proxy proves nothing. */
  beside: string | null;
}

/** Something else: by name, and its DaemonSet where it has one in kube-system. */
export interface Replacement {
  kind: 'other';
  name: string;
  agent: Workload | null;
}

/** Nothing that can be seen in kube-system. `parked`: a kube-proxy DaemonSet that wants no Pod. */
export interface Unseen {
  kind: 'unseen';
  name: string;
  parked: boolean;
}

export type Dataplane = KubeProxy | Replacement | Unseen;

/** DaemonSets that can implement Services without kube-proxy. */
export const REPLACEMENTS: Readonly<Record<string, string>> = {
  cilium: 'Cilium',
  anetd: 'GKE Dataplane V2',
  'kube-router': 'kube-router',
  'antrea-agent': 'Antrea',
  'ovnkube-node': 'OVN-Kubernetes',
  'kube-ovn-cni': 'Kube-OVN',
};

/** DaemonSets of Calico: in place of kube-proxy only where that is absent or parked. */
export const CALICO: readonly string[] = ['calico-node', 'canal'];

/** A Pod that runs kube-proxy, by the labels of kubeadm and clouds, or a static Pod of that name. */
export function isKubeProxy(pod: Pod): boolean {
  const { labels, name } = pod.metadata ?? {};
  const labelled = labels?.['k8s-app'] === 'kube-proxy' || labels?.component === 'kube-proxy';
  const mirrored = pod.metadata?.ownerReferences?.some((owner) => owner.kind === 'Node') === true;
  return labelled || (mirrored && name?.startsWith('kube-proxy-') === true);
}

function isForWindows(workload: Workload): boolean {
  return workload.template.spec?.nodeSelector?.['kubernetes.io/os'] === 'windows';
}

interface Seen {
  workloads: readonly Workload[];
  nodes: readonly Node[];
  dataplane: Dataplane;
}

const SEEN = new WeakMap<readonly Pod[], Seen>();

/** The dataplane as kube-system and the nodes show it; looked up once for the same lists. */
export function dataplaneOf(workloads: readonly Workload[], pods: readonly Pod[], nodes: readonly Node[]): Dataplane {
  const seen = SEEN.get(pods);
  if (seen?.workloads === workloads && seen.nodes === nodes) return seen.dataplane;
  const dataplane = lookFor(workloads, pods, nodes);
  SEEN.set(pods, { workloads, nodes, dataplane });
  return dataplane;
}

/**
 * A kube-proxy DaemonSet that wants no Pod is parked (Calico eBPF, Cilium): its absence is no fault. Nothing seen is no fault
 * either, for it may live in another namespace or run as a service of the node.
 */
function lookFor(workloads: readonly Workload[], pods: readonly Pod[], nodes: readonly Node[]): Dataplane {
  const own = builtIn(nodes);
  if (own?.always === true) return { kind: 'other', name: own.name, agent: null };
  const daemonSets = workloads.filter(({ kind, replicas }) => kind === 'DaemonSet' && replicas > 0);
  const agent = daemonSets.find(({ name }) => REPLACEMENTS[name] !== undefined) ?? null;
  const beside = agent === null ? null : (REPLACEMENTS[agent.name] ?? null);
  const named = workloads.find((one) => one.kind === 'DaemonSet' && one.name === 'kube-proxy' && !isForWindows(one));
  const live = pods.filter((pod) => isKubeProxy(pod) && isLive(pod));
  if (named !== undefined && named.replicas > 0) return { kind: 'kube-proxy', daemonSet: named, pods: live, beside };
  const mirrored = live.filter((pod) => pod.metadata?.ownerReferences?.some((owner) => owner.kind === 'Node'));
  if (mirrored.length > 0) return { kind: 'kube-proxy', daemonSet: null, pods: mirrored, beside };
  if (agent !== null) return { kind: 'other', name: beside ?? agent.name, agent };
  const calico = daemonSets.find(({ name }) => CALICO.includes(name));
  if (calico !== undefined) return { kind: 'other', name: 'Calico without kube-proxy', agent: calico };
  if (own !== null) return { kind: 'other', name: own.name, agent: null };
  const parked = named !== undefined;
  return {
    kind: 'unseen',
    name: parked ? 'kube-proxy is parked: it wants no Pod' : 'no kube-proxy in kube-system',
    parked,
  };
}

/** True for a Ready Linux node with a kubelet of its own: where a Pod of the dataplane is expected to run. */
export function expectsKubeProxy(node: Node): boolean {
  const labels = node.metadata?.labels ?? {};
  const os = labels['kubernetes.io/os'] ?? node.status?.nodeInfo?.operatingSystem;
  const compute = labels['eks.amazonaws.com/compute-type'];
  const isVirtual =
    labels.type === 'virtual-kubelet' ||
    compute === 'fargate' ||
    compute === 'auto' ||
    node.spec?.taints?.some((taint) => taint.key === 'virtual-kubelet.io/provider') === true;
  const ready = node.status?.conditions?.find((condition) => condition.type === 'Ready');
  return os === 'linux' && !isVirtual && ready?.status === 'True' && node.metadata?.deletionTimestamp === undefined;
}

/** The nodeSelector pairs of the template that the node does not carry. */
export function unmetNodeSelector(workload: Workload, node: Node): readonly (readonly [string, string])[] {
  return Object.entries(workload.template.spec?.nodeSelector ?? {})
    .filter(([key, value]) => node.metadata?.labels?.[key] !== value)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
