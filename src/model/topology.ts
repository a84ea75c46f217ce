/** Nodes, zones, and the hints in EndpointSlices by which calls stay near. */
import type { EndpointSlice, Node, Service } from '../facts/wire.ts';

const ZONE = 'topology.kubernetes.io/zone';

/** A node on which ordinary Pods may run and call: Ready, schedulable, without a taint that keeps them away. */
export function isOpenNode(node: Node): boolean {
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
  const closed = node.spec?.taints?.some(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute') === true;
  return ready && !closed && node.spec?.unschedulable !== true && node.metadata?.deletionTimestamp === undefined;
}

/** The node's zone, or null. */
export function zoneOf(node: Node): string | null {
  return node.metadata?.labels?.[ZONE] ?? null;
}

/** How the Service asks for near endpoints: the annotation, which has precedence, or the field; null where it does not. */
export function nearnessOf(service: Service): string | null {
  const notes = service.metadata?.annotations ?? {};
  const mode = notes['service.kubernetes.io/topology-mode'] ?? notes['service.kubernetes.io/topology-aware-hints'];
  if (mode !== undefined && /^auto$/i.test(mode)) return 'topology-mode Auto';
  const { trafficDistribution } = service.spec ?? {};
  return trafficDistribution === undefined ? null : `trafficDistribution ${trafficDistribution}`;
}

/** The ready endpoints by the zones that their hints name; endpoints without hints under null. */
export function hintedZones(slices: readonly EndpointSlice[]): ReadonlyMap<string | null, number> {
  const counts = new Map<string | null, number>();
  for (const endpoint of slices.flatMap((slice) => slice.endpoints ?? [])) {
    if (endpoint.conditions?.ready === false) continue;
    const zones = endpoint.hints?.forZones?.map(({ name }) => name) ?? [];
    for (const zone of zones.length === 0 ? [null] : zones) counts.set(zone, (counts.get(zone) ?? 0) + 1);
  }
  return counts;
}
