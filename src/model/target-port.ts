/** What the Pods behind a Service say about a targetPort: what they declare, probe and are told to listen on. */
import type { Container, Pod, Service } from '../facts/wire.ts';
import { matchedPods } from './endpoints.ts';
import { type DeclaredPort, declaredPorts, type PodLike, servingContainers } from './ports.ts';
import { isLive, isTerminal } from './readiness.ts';
import { ownerOf, ownerText, plannedBy, type Workload } from './workloads.ts';

/** A Pod that takes, or a template whose Pods will take, the Service's traffic. */
export interface Backend {
  /** Null for a template. */
  pod: Pod | null;
  like: PodLike;
  /** `Deployment web`. */
  owner: string;
  /** `Pod shop/web-1` or `Deployment shop/web`. */
  object: string;
}

class PodBackend implements Backend {
  readonly pod: Pod;

  constructor(pod: Pod) {
    this.pod = pod;
  }

  get like(): PodLike {
    return this.pod;
  }

  get owner(): string {
    return ownerText(ownerOf(this.pod));
  }

  get object(): string {
    return `Pod ${this.pod.metadata?.namespace}/${this.pod.metadata?.name}`;
  }
}

/** The live Pods that the Service selects; where there are none its other non-terminal ones, else the templates that match. */
export function backendsOf(service: Service, pods: readonly Pod[], workloads: readonly Workload[]): readonly Backend[] {
  const matched = matchedPods(service, pods).filter((pod) => !isTerminal(pod));
  const live = matched.filter(isLive);
  const chosen = live.length > 0 ? live : matched;
  if (chosen.length > 0) return chosen.map((pod) => new PodBackend(pod));
  if (service.spec?.type === 'ExternalName') return [];
  return plannedBy(service.spec?.selector, workloads).map((workload) => ({
    pod: null,
    like: workload.template,
    owner: ownerText(workload),
    object: `${workload.kind} ${workload.namespace}/${workload.name}`,
  }));
}

/** `2 of 3 Pods`, or `the template of Deployment web` where there are no Pods yet. */
export function backendsText(some: readonly Backend[], all: readonly Backend[]): string {
  const [first] = some;
  if (first !== undefined && first.pod === null) {
    return `the template of ${[...new Set(some.map(({ owner }) => owner))].sort().join(', ')}`;
  }
  return `${some.length} of ${all.length} Pods`;
}

const AUXILIARY =
  /^(?:.*-)?(?:metrics?|prom(?:etheus)?|telemetry|health(?:z|check)?|probes?|status|stats|admin|debug|management|mgmt|jmx|pprof)(?:-.*)?$/;
const MESH_PROXY = /^(?:istio-proxy|linkerd-proxy|envoy-sidecar|consul-dataplane|kuma-sidecar|dapr?d)$/;

/** True for the name of a port that is for metrics, health, debugging or administration. */
export function isAuxiliaryName(name: string): boolean {
  return AUXILIARY.test(name);
}

/** True when a container of it names a port so. */
export function hasAuxiliaryPort({ spec }: PodLike): boolean {
  const names = ({ ports }: Pick<Container, 'ports'>): boolean =>
    ports?.some(({ name }) => name !== undefined && AUXILIARY.test(name)) === true;
  return spec?.containers.some(names) === true || spec?.initContainers?.some(names) === true;
}

/** True when a mesh proxy stands in front of the application: it takes the traffic whatever the containers declare. */
export function hasMeshProxy(like: PodLike): boolean {
  return servingContainers(like).some(({ name }) => MESH_PROXY.test(name));
}

/** Declared ports of the protocol that may be meant for callers: not those named for metrics, health or debugging. */
export function trafficPorts(like: PodLike, protocol: string): readonly DeclaredPort[] {
  return declaredPorts(like).filter((port) => port.protocol === protocol && !AUXILIARY.test(port.name ?? ''));
}

/** One sign, besides a declaration, that a container serves a port. */
export interface PortSign {
  number: number;
  container: string;
  /** `readinessProbe`, or the variable or argument that gives the port. */
  source: string;
  kind: 'probe' | 'listens';
}

function probeSigns(container: Container): readonly PortSign[] {
  return (['readinessProbe', 'livenessProbe', 'startupProbe'] as const).flatMap((source) => {
    const probe = container[source];
    const port = (probe?.httpGet?.port ?? probe?.tcpSocket?.port ?? probe?.grpc?.port) as number | string | undefined;
    const number = typeof port === 'string' ? container.ports?.find(({ name }) => name === port)?.containerPort : port;
    return number === undefined ? [] : [{ number, container: container.name, source, kind: 'probe' as const }];
  });
}

/** Ports that probes reach and that env or arguments say the containers listen on. */
export function portSigns(like: PodLike): readonly PortSign[] {
  return servingContainers(like).flatMap((container) => [
    ...probeSigns(container),
    ...(container.extracts?.listens ?? []).map(({ port, source }) => ({
      number: port,
      container: container.name,
      source,
      kind: 'listens' as const,
    })),
  ]);
}

/** True when something in the Pod speaks for this port: a declaration, a probe, or a setting. */
export function speaksFor(like: PodLike, number: number, protocol: string): boolean {
  return (
    declaredPorts(like).some((port) => port.number === number && port.protocol === protocol) ||
    portSigns(like).some((sign) => sign.number === number)
  );
}
