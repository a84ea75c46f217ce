/** What implements Services on the nodes: kube-proxy as DaemonSet or static Pods, something that replaces it, or nothing that can be seen. */
import type { Node, Pod } from '../facts/wire.ts';
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

export type Dataplane = KubeProxy | { kind: 'other'; name: string };

/** DaemonSets of kube-system that can implement Services without kube-proxy. */
const REPLACEMENTS: Readonly<Record<string, string>> = {
  cilium: 'Cilium',
  anetd: 'GKE Dataplane V2',
  'kube-router': 'kube-router',
  'antrea-agent': 'Antrea',
  'ovnkube-node': 'OVN-Kubernetes',
};

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

/** The kubelet of k3s says so in its version; there, kube-proxy is a part of the k3s process. */
function embeds(nodes: readonly Node[]): boolean {
  return nodes.some((node) => node.status?.nodeInfo?.kubeletVersion.includes('+k3s') === true);
}

/**
 * The dataplane as kube-system and the nodes show it. A kube-proxy DaemonSet that wants no Pod is parked (Calico eBPF, Cilium):
 * its absence is no fault. Nothing found is no fault either, for it may live in another namespace or in the node's image.
 */
export function dataplaneOf(workloads: readonly Workload[], pods: readonly Pod[], nodes: readonly Node[]): Dataplane {
  if (embeds(nodes)) return { kind: 'other', name: 'kube-proxy inside the k3s process' };
  const daemonSets = workloads.filter((workload) => workload.kind === 'DaemonSet');
  const agent = daemonSets.find(({ name, replicas }) => REPLACEMENTS[name] !== undefined && replicas > 0);
  const beside = agent === undefined ? null : (REPLACEMENTS[agent.name] ?? null);
  const daemonSet = daemonSets.find((workload) => workload.name === 'kube-proxy' && !isForWindows(workload)) ?? null;
  const own = pods.filter((pod) => isKubeProxy(pod) && isLive(pod));
  if (daemonSet !== null && daemonSet.replicas > 0) return { kind: 'kube-proxy', daemonSet, pods: own, beside };
  const mirrored = own.filter((pod) => pod.metadata?.ownerReferences?.some((owner) => owner.kind === 'Node'));
  if (mirrored.length > 0) return { kind: 'kube-proxy', daemonSet: null, pods: mirrored, beside };
  if (beside !== null) return { kind: 'other', name: beside };
  return {
    kind: 'other',
    name: daemonSet === null ? 'no kube-proxy in kube-system' : 'kube-proxy is parked: it wants no Pod',
  };
}

/** True for a Ready Linux node with a kubelet of its own: where kube-proxy is expected to run as a Pod. */
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
