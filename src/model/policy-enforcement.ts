/** Whether anything here enforces NetworkPolicies: the API server stores them, a network plugin must act on them. */
import type { Node } from '../facts/wire.ts';
import type { Workload } from './workloads.ts';

export interface Enforcement {
  level: 'enforced' | 'unknown' | 'not-enforced';
  /** The component that shows it, or null. */
  by: string | null;
}

/** DaemonSets of kube-system that enforce NetworkPolicies. */
const ENFORCERS: Readonly<Record<string, string>> = {
  'calico-node': 'Calico',
  canal: 'Canal',
  cilium: 'Cilium',
  anetd: 'GKE Dataplane V2',
  'kube-router': 'kube-router',
  'antrea-agent': 'Antrea',
  'ovnkube-node': 'OVN-Kubernetes',
  'weave-net': 'Weave Net',
  'azure-npm': 'Azure NPM',
  'kube-network-policies': 'kube-network-policies',
};

/** What plugins write as the reason of a node's condition NetworkUnavailable. */
const CONDITIONS: Readonly<Record<string, string>> = {
  CalicoIsUp: 'Calico',
  CiliumIsUp: 'Cilium',
  WeaveIsUp: 'Weave Net',
};

function imageOf(daemonSets: readonly Workload[], name: string): string | null {
  const found = daemonSets.find((workload) => workload.name === name);
  return found === undefined ? null : (found.template.spec?.containers[0]?.image ?? '');
}

/** kindnet enforces since kind 0.24: its images carry the date of their build. */
function kindnetIsOld(image: string): boolean {
  const built = /:v(\d{8})/.exec(image)?.[1];
  return built !== undefined && Number(built) < 20240813;
}

/** What the DaemonSets of kube-system and the conditions of the nodes tell. Flannel alone enforces nothing; k3s brings an enforcer of its own. */
export function enforcementOf(nodes: readonly Node[], daemonSets: readonly Workload[]): Enforcement {
  const enforcer = daemonSets.find(({ name }) => ENFORCERS[name] !== undefined);
  if (enforcer !== undefined) return { level: 'enforced', by: ENFORCERS[enforcer.name] ?? null };
  if (nodes.some(({ status }) => status?.nodeInfo?.kubeletVersion.includes('+k3s')))
    return { level: 'enforced', by: 'k3s' };
  const reasons = nodes.map(
    ({ status }) => status?.conditions?.find(({ type }) => type === 'NetworkUnavailable')?.reason ?? '',
  );
  const plugin = reasons.find((reason) => CONDITIONS[reason] !== undefined);
  if (plugin !== undefined) return { level: 'enforced', by: CONDITIONS[plugin] ?? null };
  const kindnet = imageOf(daemonSets, 'kindnet');
  if (kindnet !== null) return { level: kindnetIsOld(kindnet) ? 'not-enforced' : 'enforced', by: 'kindnet' };
  const hasFlannel = reasons.includes('FlannelIsUp') || daemonSets.some(({ name }) => name.startsWith('kube-flannel'));
  return hasFlannel ? { level: 'not-enforced', by: 'Flannel' } : { level: 'unknown', by: null };
}
