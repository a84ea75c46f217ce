/** What the EndpointSliceMirroring controller makes of Endpoints that are written beside a Service without selector. */
import type { EndpointSlice, Endpoints, Service } from '../../facts/wire.ts';
import { familyOf, selectsPods } from '../../model/endpoints.ts';

/** The slices of Endpoints that have the name of a Service without selector. */
export function mirrored(services: readonly Service[], endpoints: readonly Endpoints[]): readonly EndpointSlice[] {
  return endpoints.flatMap((one) => {
    const { namespace = '', name = '', labels } = one.metadata ?? {};
    const service = services.find(({ metadata }) => metadata?.namespace === namespace && metadata.name === name);
    const isSkipped = labels?.['endpointslice.kubernetes.io/skip-mirror'] === 'true';
    if (service === undefined || selectsPods(service) || isSkipped) return [];
    return (one.subsets ?? []).map(({ addresses = [], ports = [] }, index): EndpointSlice => {
      const [first] = addresses;
      return {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: {
          name: `${name}-${index}`,
          namespace,
          labels: {
            'kubernetes.io/service-name': name,
            'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
          },
        },
        addressType: first === undefined ? 'IPv4' : familyOf(first.ip),
        ports: ports.map((port) => ({ ...port, name: port.name ?? '' })),
        endpoints: addresses.map(({ ip }) => ({ addresses: [ip], conditions: { ready: true } })),
      };
    });
  });
}
