/** Clusters whose names are served outside of any Pod: GKE with Cloud DNS, EKS Auto Mode. There, no DNS Pod is no fault. */
import type { Node } from '../facts/wire.ts';

/** The managed DNS that these nodes may use instead of DNS Pods, or null where nothing points at one. */
export function managedDnsOf(nodes: readonly Node[]): string | null {
  if (nodes.some((node) => node.spec?.providerID?.startsWith('gce://'))) return 'Cloud DNS of GKE';
  if (nodes.some((node) => node.metadata?.labels?.['eks.amazonaws.com/compute-type'] === 'auto'))
    return 'the built-in DNS of EKS Auto Mode';
  return null;
}
