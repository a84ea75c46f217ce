/** Static signs that the Pod network of a node is broken: what the node's conditions, its range of addresses and the plugin's DaemonSet say. */
import { grouped } from '../facts/grouped.ts';
import type { Node } from '../facts/wire.ts';
import { expectsKubeProxy } from './dataplane.ts';
import type { Workload } from './workloads.ts';

const PLUGINS =
  /^(?:calico-node|canal|cilium|anetd|aws-node|kindnet|kube-flannel|weave-net|antrea-agent|ovnkube-node|kube-router|kube-ovn-cni)/;
/** Plugins that give Pods addresses of their node's spec.podCIDR. */
const BY_POD_CIDR = /^(?:canal|kindnet|kube-flannel|kube-router)/;

/** The DaemonSets of network plugins that want Pods. */
export function pluginsOf(workloads: readonly Workload[]): readonly Workload[] {
  return workloads.filter(({ kind, name, replicas }) => kind === 'DaemonSet' && replicas > 0 && PLUGINS.test(name));
}

/** Nodes whose condition NetworkUnavailable is True: routes or plugin are not set up. */
export function cutOff(nodes: readonly Node[]): readonly Node[] {
  return nodes.filter(
    (node) =>
      node.status?.conditions?.some(({ type, status }) => type === 'NetworkUnavailable' && status === 'True') ===
        true && expectsKubeProxy(node),
  );
}

/** Ranges that more than one node has, each with the names of its nodes. */
export function sharedRanges(nodes: readonly Node[]): readonly { range: string; names: readonly string[] }[] {
  const groups = grouped(nodes, ({ spec }) =>
    spec?.podCIDR === undefined || spec.podCIDR === '' ? [] : [spec.podCIDR],
  );
  return [...groups]
    .filter(([, all]) => all.length > 1)
    .map(([range, all]) => ({ range, names: all.map(({ metadata }) => metadata?.name ?? '').sort() }))
    .sort((a, b) => (a.range < b.range ? -1 : 1));
}

/** Nodes without a range where the plugin needs one and other nodes have theirs. */
export function withoutRange(nodes: readonly Node[], workloads: readonly Workload[]): readonly Node[] {
  const needed =
    workloads.some(({ kind, name }) => kind === 'DaemonSet' && BY_POD_CIDR.test(name)) ||
    nodes.some(({ status }) => status?.conditions?.some(({ reason }) => reason === 'FlannelIsUp'));
  const has = ({ spec }: Node): boolean => spec?.podCIDR !== undefined && spec.podCIDR !== '';
  return needed && nodes.some(has) ? nodes.filter((node) => !has(node) && expectsKubeProxy(node)) : [];
}
