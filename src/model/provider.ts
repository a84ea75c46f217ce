/** Who runs the nodes, as far as they tell. */
import type { Node } from '../facts/wire.ts';

/** `aws`, `gce`, `azure`, `kind`, `k3s`, `minikube` …: the scheme of the nodes' providerID, or a label; null where they say nothing. */
export function providerOf(nodes: readonly Node[]): string | null {
  for (const { spec, metadata } of nodes) {
    if (metadata?.labels?.['minikube.k8s.io/name'] !== undefined) return 'minikube';
    const scheme = /^(?<name>[a-z0-9-]+):\/\//.exec(spec?.providerID ?? '')?.groups?.name;
    if (scheme !== undefined) return scheme;
  }
  return null;
}

/** True for clusters whose nodes are containers or one virtual machine on somebody's own computer. */
export function isLocalCluster(nodes: readonly Node[]): boolean {
  const provider = providerOf(nodes);
  return provider === 'kind' || provider === 'minikube';
}
