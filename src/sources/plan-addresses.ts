/** What is read beyond a namespace's lists because of addresses: of Services without selector, and of cluster IPs that lie apart. */
import { type FactRequest, listOf, objectOf } from '../facts/resources.ts';
import { readList, readObject, type Snapshot } from '../facts/snapshot.ts';
import type { EndpointSlice, Node, Pod, Service } from '../facts/wire.ts';
import { DNS_NAMESPACE } from '../model/dns-service.ts';
import { handMadeAddresses, isSelectorless, isServed, SERVICE_NAME } from '../model/hand-made.ts';
import { clusterIps, isWithin, neighbourhood } from '../model/ip-range.ts';
import { podIPs } from '../model/readiness.ts';

/** The requests for one Service, where it exists. */
export function ofAddresses(
  snapshot: Snapshot,
  { namespace, name }: { namespace: string; name: string },
): readonly FactRequest[] {
  const read = readObject<Service>(snapshot, 'services', namespace, name);
  if (!read.known || read.value === null) return [];
  const service = read.value;
  return [...ofClusterIp(snapshot, service), ...(isSelectorless(service) ? ofHandMade(snapshot, service) : [])];
}

function servicesNearby(snapshot: Snapshot, namespace: string): readonly Service[] {
  return [namespace, DNS_NAMESPACE].flatMap((where) => {
    const list = readList<Service>(snapshot, 'services', where);
    return list.known ? list.value : [];
  });
}

/** Cluster IPs come out of one range: one that shares no range with any other Service's is looked at. */
function ofClusterIp(snapshot: Snapshot, service: Service): readonly FactRequest[] {
  const own = clusterIps(service.spec);
  if (own.length === 0) return [];
  const namespace = service.metadata?.namespace ?? '';
  const others = servicesNearby(snapshot, namespace).filter(
    ({ spec, metadata }) =>
      clusterIps(spec).length > 0 && (metadata?.name !== service.metadata?.name || metadata?.namespace !== namespace),
  );
  const isNear = (ip: string): boolean =>
    others.some(({ spec }) => clusterIps(spec).some((other) => isWithin(other, [neighbourhood(ip)])));
  const apart = others.length > 0 && !own.every(isNear);
  return apart ? [listOf('servicecidrs'), listOf('events', namespace)] : [];
}

function ofHandMade(snapshot: Snapshot, service: Service): readonly FactRequest[] {
  const { namespace = '', name = '' } = service.metadata ?? {};
  const slices = readList<EndpointSlice>(snapshot, 'endpointslices', namespace, `${SERVICE_NAME}=${name}`);
  if (!slices.known) return [];
  if (!isServed(service, slices.value)) {
    return [
      objectOf('endpoints', namespace, name),
      listOf('endpointslices', null, `${SERVICE_NAME}=${name}`),
      listOf('services'),
    ];
  }
  const addresses = handMadeAddresses(slices.value);
  if (addresses.length === 0) return [];
  const virtual = servicesNearby(snapshot, namespace).flatMap(({ spec }) => clusterIps(spec).map(neighbourhood));
  return [
    ...(addresses.some((ip) => isWithin(ip, virtual)) ? [listOf('services')] : []),
    ...(isAmongPods(snapshot, namespace, addresses) ? [listOf('pods')] : []),
  ];
}

/** True when an address lies in the Pod range of a node and is that of no Pod known so far. */
function isAmongPods(snapshot: Snapshot, namespace: string, addresses: readonly string[]): boolean {
  const nodes = readList<Node>(snapshot, 'nodes');
  if (!nodes.known) return false;
  const ranges = nodes.value.flatMap(({ spec }) => spec?.podCIDRs ?? (spec?.podCIDR ? [spec.podCIDR] : []));
  const known = new Set(
    [namespace, DNS_NAMESPACE].flatMap((where) => {
      const pods = readList<Pod>(snapshot, 'pods', where);
      return pods.known ? pods.value.flatMap(podIPs) : [];
    }),
  );
  return addresses.some((ip) => !known.has(ip) && isWithin(ip, ranges));
}
