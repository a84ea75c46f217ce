/** What the EndpointSlice controller makes of a Service and Pods (k8s.io/endpointslice reconciler), and what kube-proxy takes from slices. */
import type { EndpointSlice, Pod, Service, ServicePort } from '../facts/wire.ts';
import { derivedOnce } from './derived.ts';
import { protocolOf, resolvePort } from './ports.ts';
import { isReady, isTerminal, isTerminating, podIPs } from './readiness.ts';
import { hasSelector, matcher } from './selector.ts';

export const SLICE_CONTROLLER = 'endpointslice-controller.k8s.io';
export type Family = 'IPv4' | 'IPv6';

export interface SlicePort {
  name: string;
  protocol: string;
  port: number;
}

export interface Endpoint {
  address: string;
  family: Family;
  ready: boolean;
  serving: boolean;
  terminating: boolean;
  /** `namespace/name` of the Pod, null for a hand-made address. */
  pod: string | null;
  podUid: string | null;
  node: string | null;
  /** The ports of the slice that carries it. */
  ports: readonly SlicePort[];
}

/** Of an address that the API server has validated: only IPv6 has colons. */
export function familyOf(ip: string): Family {
  return ip.includes(':') ? 'IPv6' : 'IPv4';
}

/** The families a Service serves: `spec.ipFamilies`, else the family of its cluster IP, else IPv4. */
export function familiesOf(service: Service): readonly Family[] {
  const families = service.spec?.ipFamilies as Family[] | undefined;
  if (families !== undefined && families.length > 0) return families;
  const ip = service.spec?.clusterIP;
  return [ip !== undefined && ip !== 'None' && ip !== '' ? familyOf(ip) : 'IPv4'];
}

/** A Service whose endpoints a controller makes from Pods. */
export function selectsPods(service: Service): boolean {
  return service.spec?.type !== 'ExternalName' && hasSelector(service.spec?.selector);
}

const podsMatching = matcher((pod: Pod) => pod.metadata?.labels);

const matchedOnce = derivedOnce((service, pods: readonly Pod[]): readonly Pod[] => {
  if (!selectsPods(service)) return [];
  return podsMatching(service.spec?.selector, pods).filter(
    (pod) => pod.metadata?.namespace === service.metadata?.namespace,
  );
});

/** Pods of the Service's namespace that carry every pair of its selector, terminal and terminating ones too. */
export function matchedPods(service: Service, pods: readonly Pod[]): readonly Pod[] {
  return matchedOnce(service, pods, null);
}

/** The slice ports that this Pod gets: a named targetPort that is not found is left out, the Pod stays. */
function slicePorts(service: Service, pod: Pod): readonly SlicePort[] {
  return (service.spec?.ports ?? []).flatMap((port) => {
    const number = resolvePort(port, pod);
    return number === null ? [] : [{ name: port.name ?? '', protocol: protocolOf(port), port: number }];
  });
}

/**
 * The endpoints that the controller derives. `nodeNames` null = the nodes are not known, so no Pod is dropped for a missing node.
 * Terminal Pods, Pods without IP of the family, and Pods on a node that does not exist are left out.
 */
export function deriveEndpoints(
  service: Service,
  pods: readonly Pod[],
  nodeNames: ReadonlySet<string> | null,
): readonly Endpoint[] {
  const publishNotReady = service.spec?.publishNotReadyAddresses === true;
  const live = matchedPods(service, pods).filter((pod) => !isTerminal(pod));
  const placed = live.filter(
    (pod) => publishNotReady || nodeNames === null || !pod.spec?.nodeName || nodeNames.has(pod.spec.nodeName),
  );
  return familiesOf(service).flatMap((family) =>
    placed.flatMap((pod) => {
      const address = podIPs(pod).find((ip) => familyOf(ip) === family);
      if (address === undefined) return [];
      const serving = isReady(pod);
      const terminating = isTerminating(pod);
      return [
        {
          address,
          family,
          ready: publishNotReady || (serving && !terminating),
          serving,
          terminating,
          pod: `${pod.metadata?.namespace}/${pod.metadata?.name}`,
          podUid: pod.metadata?.uid ?? null,
          node: pod.spec?.nodeName ?? null,
          ports: slicePorts(service, pod),
        },
      ];
    }),
  );
}

/** The endpoints that slices hold. A port without name or number, and addresses but the first, are ignored as kube-proxy does. */
export function endpointsOf(slices: readonly EndpointSlice[]): readonly Endpoint[] {
  return slices
    .filter((slice) => slice.addressType !== 'FQDN')
    .flatMap((slice) => {
      const ports = (slice.ports ?? []).flatMap((port) =>
        port.name === undefined || port.name === null || !port.port
          ? []
          : [{ name: port.name, protocol: port.protocol ?? 'TCP', port: port.port }],
      );
      return (slice.endpoints ?? []).flatMap((endpoint) => {
        const address = endpoint.addresses?.[0];
        if (address === undefined) return [];
        const { ready, serving, terminating } = endpoint.conditions ?? {};
        const target = endpoint.targetRef?.kind === 'Pod' ? endpoint.targetRef : undefined;
        return [
          {
            address,
            family: familyOf(address),
            ready: ready !== false,
            serving: serving ?? ready !== false,
            terminating: terminating === true,
            pod: target === undefined ? null : `${target.namespace ?? slice.metadata?.namespace}/${target.name}`,
            podUid: target?.uid ?? null,
            node: endpoint.nodeName ?? null,
            ports,
          },
        ];
      });
    });
}

/** The endpoints that kube-proxy may use for this Service port: ready ones, or where there is none the serving terminating ones (KEP-1669). */
export function usableEndpoints(port: ServicePort, endpoints: readonly Endpoint[]): readonly Endpoint[] {
  const here = endpoints.filter((endpoint) =>
    endpoint.ports.some((entry) => entry.name === (port.name ?? '') && entry.protocol === protocolOf(port)),
  );
  const ready = here.filter((endpoint) => endpoint.ready);
  return ready.length > 0 ? ready : here.filter((endpoint) => endpoint.serving && endpoint.terminating);
}

/** How many endpoints the slices hold for this Service port's name, and how many of them kube-proxy may use: the counts of the above, without making them. */
export function countEndpoints(port: ServicePort, slices: readonly EndpointSlice[]): { usable: number; all: number } {
  let [ready, draining, all] = [0, 0, 0];
  for (const { addressType, ports, endpoints } of slices) {
    const named = ports?.filter((entry) => entry.port && entry.name === (port.name ?? '')) ?? [];
    if (addressType === 'FQDN' || named.length === 0) continue;
    const isServed = named.some((entry) => (entry.protocol ?? 'TCP') === protocolOf(port));
    for (const { addresses, conditions } of endpoints ?? []) {
      if (addresses[0] === undefined) continue;
      all++;
      const isReady = conditions?.ready !== false;
      if (isServed && isReady) ready++;
      else if (isServed && conditions?.terminating === true && conditions.serving === true) draining++;
    }
  }
  return { usable: ready > 0 ? ready : draining, all };
}

/** The slices that the controllers would write for the Service: one for each family and port list, a placeholder where a family is empty. */
export function deriveSlices(
  service: Service,
  pods: readonly Pod[],
  nodeNames: ReadonlySet<string> | null,
): readonly EndpointSlice[] {
  if (!selectsPods(service)) return [];
  const endpoints = deriveEndpoints(service, pods, nodeNames);
  const name = service.metadata?.name ?? '';
  return familiesOf(service).flatMap((family) => {
    const groups = new Map<string, Endpoint[]>();
    for (const endpoint of endpoints.filter((entry) => entry.family === family)) {
      const key = JSON.stringify([...endpoint.ports].sort((a, b) => (a.name < b.name ? -1 : 1)));
      groups.set(key, [...(groups.get(key) ?? []), endpoint]);
    }
    if (groups.size === 0) groups.set('[]', []);
    return [...groups.values()].map((group, index) =>
      sliceOf(service, `${name}-${family.toLowerCase()}-${index}`, family, group),
    );
  });
}

function sliceOf(service: Service, name: string, family: Family, endpoints: readonly Endpoint[]): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name,
      ...(service.metadata?.namespace === undefined ? {} : { namespace: service.metadata.namespace }),
      labels: {
        'kubernetes.io/service-name': service.metadata?.name ?? '',
        'endpointslice.kubernetes.io/managed-by': SLICE_CONTROLLER,
      },
    },
    addressType: family,
    ports: (endpoints[0]?.ports ?? []).map((port) => ({ ...port })),
    endpoints: endpoints.map((endpoint) => ({
      addresses: [endpoint.address],
      conditions: { ready: endpoint.ready, serving: endpoint.serving, terminating: endpoint.terminating },
      ...(endpoint.node === null ? {} : { nodeName: endpoint.node }),
      ...(endpoint.pod === null
        ? {}
        : {
            targetRef: {
              kind: 'Pod',
              namespace: endpoint.pod.split('/')[0] ?? '',
              name: endpoint.pod.split('/')[1] ?? '',
              ...(endpoint.podUid === null ? {} : { uid: endpoint.podUid }),
            },
          }),
    })),
  };
}
