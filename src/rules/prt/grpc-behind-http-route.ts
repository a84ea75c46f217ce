/** An HTTPRoute that will speak HTTP/1 to Pods which prove to speak gRPC (Gateway API GEP-1911: appProtocol tells the backend's protocol). */
import type { Pod, Service } from '../../facts/wire.ts';
import type { Route } from '../../facts/wire-entrance.ts';
import { isOfGateway, type RouteBackend, routeBackends } from '../../model/entrance.ts';
import { portLabel, resolvePort, servingContainers } from '../../model/ports.ts';
import { resolveProbePort } from '../../model/probe.ts';
import { isReady } from '../../model/readiness.ts';
import { type Finding, finding } from '../finding.ts';
import { nameOf, portFix } from './port-text.ts';

const CLEARTEXT_HTTP2 = 'kubernetes.io/h2c';

/** The container whose gRPC probe a Ready Pod answers on that port; null where none shows it. */
function grpcContainer(pod: Pod, number: number | null): string | null {
  if (number === null || !isReady(pod)) return null;
  const found = servingContainers(pod).find(
    (container) =>
      container.readinessProbe?.grpc !== undefined && resolveProbePort(container.readinessProbe, container) === number,
  );
  return found?.name ?? null;
}

/** The backends of HTTPRoutes of Gateways that are this Service: of a GRPCRoute a Gateway knows what to speak. */
function httpBackends({ metadata }: Service, routes: readonly Route[]): readonly RouteBackend[] {
  return routes
    .filter((route) => route.kind === 'HTTPRoute' && isOfGateway(route))
    .flatMap(routeBackends)
    .filter(({ namespace, reference }) => namespace === metadata?.namespace && reference.name === metadata?.name);
}

/** One finding for each port of the Service to which an HTTPRoute leads, whose Pods all speak gRPC, and which does not say so. */
export function grpcBehindHttpRoutes(service: Service, pods: readonly Pod[], routes: readonly Route[]): Finding[] {
  const backends = httpBackends(service, routes);
  return (service.spec?.ports ?? []).flatMap((port, index): Finding[] => {
    const backend = backends.find(({ reference }) => reference.port === port.port);
    const containers = pods.map((pod) => grpcContainer(pod, resolvePort(port, pod)));
    const [container] = containers;
    if (backend === undefined || container === undefined || container === null || containers.includes(null)) return [];
    if (port.appProtocol !== undefined && !/^http$/i.test(port.appProtocol)) return [];
    const { kind, metadata } = backend.route;
    const route = `${kind} ${metadata?.namespace}/${metadata?.name}`;
    return [
      finding({
        severity: 'medium',
        confidence: 'possible',
        scope: { port: portLabel(port) },
        message: `${route} will speak HTTP/1 to ${nameOf(service)} port ${portLabel(port)}, but its Pods speak gRPC there, which is HTTP/2`,
        evidence: [
          {
            label: 'Service',
            text: `port ${portLabel(port)}: appProtocol ${port.appProtocol ?? 'not set'}`,
            object: `Service ${nameOf(service)}`,
            path: `spec.ports[${index}].appProtocol`,
            found: port.appProtocol ?? null,
            expected: CLEARTEXT_HTTP2,
          },
          {
            label: 'probe',
            text: `the readinessProbe of container "${container}" succeeds with gRPC`,
            object: `Pod ${pods[0]?.metadata?.namespace}/${pods[0]?.metadata?.name}`,
            path: `spec.containers[name=${container}].readinessProbe.grpc.port`,
            found: 'gRPC',
            expected: null,
          },
        ],
        effects: ['calls through the Gateway may be answered 502 or 503'],
        fix: portFix(service, index, 'appProtocol', CLEARTEXT_HTTP2, 'say what the port speaks', 'review'),
      }),
    ];
  });
}
