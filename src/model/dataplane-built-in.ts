/** Distributions in which Services are implemented by a part of the node, not by a Pod that could be seen. */
import type { Node } from '../facts/wire.ts';

export interface BuiltIn {
  name: string;
  /** True where a kube-proxy DaemonSet, if there is one, is not what serves these nodes. */
  always: boolean;
}

function some(nodes: readonly Node[], test: (labels: Readonly<Record<string, string>>, version: string) => boolean) {
  return nodes.some(({ metadata, status }) => test(metadata?.labels ?? {}, status?.nodeInfo?.kubeletVersion ?? ''));
}

/**
 * k3s and MicroK8s run kube-proxy inside their own process; RKE2 may be told to run none; EKS Auto Mode, OpenShift and virtual clusters
 * bring a dataplane from elsewhere. Null where the nodes say nothing of the kind.
 */
export function builtIn(nodes: readonly Node[]): BuiltIn | null {
  if (some(nodes, (_, version) => version.includes('+k3s')))
    return { name: 'kube-proxy inside the k3s process', always: true };
  if (some(nodes, (labels) => labels['microk8s.io/cluster'] === 'true'))
    return { name: 'kube-proxy inside the kubelite process of MicroK8s', always: true };
  if (some(nodes, (labels) => labels['vcluster.loft.sh/fake-node'] === 'true'))
    return { name: 'the dataplane of the host cluster', always: true };
  if (some(nodes, (_, version) => version.includes('+rke2')))
    return { name: 'a dataplane of RKE2 other than kube-proxy', always: false };
  if (some(nodes, (labels) => labels['eks.amazonaws.com/compute-type'] === 'auto'))
    return { name: 'EKS Auto Mode', always: false };
  if (some(nodes, (labels) => labels['node.openshift.io/os_id'] !== undefined))
    return { name: 'the network operator of OpenShift', always: false };
  return null;
}
