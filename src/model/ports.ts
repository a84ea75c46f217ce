/** Which container port a Service port reaches: FindPort of k8s.io/endpointslice. */
import type { Container, Pod, PodTemplate, ServicePort } from '../facts/wire.ts';

/** Pod or Pod template: what port resolution needs of either. */
export type PodLike = Pod | PodTemplate;

export interface DeclaredPort {
  container: string;
  name: string | null;
  number: number;
  protocol: string;
}

/** Containers whose ports count: regular ones, then init containers with restartPolicy Always (native sidecars, from 1.32). */
export function servingContainers(pod: PodLike): readonly Container[] {
  return [
    ...((pod.spec?.containers ?? []) as Container[]),
    ...((pod.spec?.initContainers ?? []) as Container[]).filter((container) => container.restartPolicy === 'Always'),
  ];
}

function portsOf(container: Container): readonly DeclaredPort[] {
  return (container.ports ?? []).map((port) => ({
    container: container.name,
    name: port.name ?? null,
    number: port.containerPort,
    protocol: port.protocol ?? 'TCP',
  }));
}

const DECLARED = new WeakMap<readonly unknown[], readonly DeclaredPort[]>();

/** All declared ports in the order in which names are searched. Pods that were read together share their containers, and are looked through once. */
export function declaredPorts(pod: PodLike): readonly DeclaredPort[] {
  const { containers, initContainers } = pod.spec ?? {};
  if (containers === undefined || (initContainers?.length ?? 0) > 0) return servingContainers(pod).flatMap(portsOf);
  let declared = DECLARED.get(containers);
  if (declared === undefined) {
    declared = (containers as Container[]).flatMap(portsOf);
    DECLARED.set(containers, declared);
  }
  return declared;
}

/** Ports of plain init containers, which never count. */
export function initContainerPorts(pod: PodLike): readonly DeclaredPort[] {
  return ((pod.spec?.initContainers ?? []) as Container[])
    .filter((container) => container.restartPolicy !== 'Always')
    .flatMap(portsOf);
}

/** The Service port's protocol, TCP by default. */
export function protocolOf(port: ServicePort): string {
  return port.protocol ?? 'TCP';
}

/** The targetPort as the API server defaults it: the port itself where it is left out or 0. */
export function targetPortOf(port: ServicePort): number | string {
  const target = port.targetPort as number | string | undefined;
  return target === undefined || target === 0 || target === '' ? port.port : target;
}

/**
 * The number that the Service port reaches on this Pod, or null when a named targetPort is not found.
 * An integer is used as it stands, declared or not; a name must match in name and protocol, first container wins.
 */
export function resolvePort(port: ServicePort, pod: PodLike): number | null {
  const target = targetPortOf(port);
  if (typeof target === 'number') return target;
  const protocol = protocolOf(port);
  return (
    declaredPorts(pod).find((declared) => declared.name === target && declared.protocol === protocol)?.number ?? null
  );
}

/** True when a regular container of the Pod declares the port that the Service port asks for, by number or name, with its protocol. */
export function declaresPort(port: ServicePort, pod: PodLike): boolean {
  const target = targetPortOf(port);
  const protocol = protocolOf(port);
  return (
    pod.spec?.containers.some(({ ports }) =>
      ports?.some(
        (one) =>
          (one.protocol ?? 'TCP') === protocol &&
          (typeof target === 'string' ? one.name : one.containerPort) === target,
      ),
    ) === true
  );
}

/** The containers that declare the resolved port; where none does, the only container; else none. */
export function containersServing(port: ServicePort, pod: PodLike): readonly Container[] {
  const number = resolvePort(port, pod);
  if (number === null) return [];
  const containers = servingContainers(pod);
  const declaring = containers.filter((container) =>
    container.ports?.some(
      (declared) => declared.containerPort === number && (declared.protocol ?? 'TCP') === protocolOf(port),
    ),
  );
  if (declaring.length > 0) return declaring;
  return containers.length === 1 ? containers : [];
}

/** The port's name, or its number as text where it has none: how findings and people call it. */
export function portLabel(port: ServicePort): string {
  return port.name === undefined || port.name === '' ? String(port.port) : port.name;
}

/** `80 → 8080`, or `80 → http (8080)` for a resolved name. */
export function portText(port: ServicePort, pod: PodLike | null): string {
  const target = targetPortOf(port);
  const resolved = pod === null ? null : resolvePort(port, pod);
  return `${port.port} → ${target}${typeof target === 'string' && resolved !== null ? ` (${resolved})` : ''}`;
}
