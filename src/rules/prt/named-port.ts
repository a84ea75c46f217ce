/** What PRT-001, PRT-002 and PRT-003 make of a named targetPort: which Pods lack it, and what it may have meant. */
import type { EndpointSlice, Service, ServicePort } from '../../facts/wire.ts';
import { endpointsOf, SLICE_CONTROLLER } from '../../model/endpoints.ts';
import { managerOf } from '../../model/hand-made.ts';
import { nearNames } from '../../model/near-names.ts';
import { type DeclaredPort, declaredPorts, protocolOf, resolvePort, targetPortOf } from '../../model/ports.ts';
import { type Backend, trafficPorts } from '../../model/target-port.ts';
import { isRollingOut, ownerText, type Workload } from '../../model/workloads.ts';
import type { Fix } from '../finding.ts';
import { portFix, stepsFix } from './port-text.ts';

export interface NamedPort {
  port: ServicePort;
  index: number;
  target: string;
  /** Backends in which the name is not found. */
  lacking: readonly Backend[];
}

/** The Service ports whose named targetPort some backend lacks. */
export function unresolvedPorts(service: Service, backends: readonly Backend[]): readonly NamedPort[] {
  return (service.spec?.ports ?? []).flatMap((port, index) => {
    const target = targetPortOf(port);
    if (typeof target === 'number') return [];
    const lacking = backends.filter(({ like }) => resolvePort(port, like) === null);
    return lacking.length === 0 ? [] : [{ port, index, target, lacking }];
  });
}

/**
 * The Service ports whose name only native sidecars have, and which the controller left out of every slice: servers before 1.32
 * do not look there. What the slices hold decides, not a version.
 */
export function ignoredSidecarPorts(
  service: Service,
  backends: readonly Backend[],
  slices: readonly EndpointSlice[],
): readonly NamedPort[] {
  const own = endpointsOf(slices.filter((slice) => managerOf(slice) === SLICE_CONTROLLER));
  if (own.length === 0) return [];
  return (service.spec?.ports ?? []).flatMap((port, index) => {
    const target = targetPortOf(port);
    if (typeof target === 'number' || own.some(({ ports }) => ports.some(({ name }) => name === (port.name ?? ''))))
      return [];
    const onSidecarOnly = backends.every(({ like }) => {
      const regular = new Set((like.spec?.containers ?? []).map(({ name }) => name));
      const found = declaredPorts(like).filter(
        ({ name, protocol }) => name === target && protocol === protocolOf(port),
      );
      return found.length > 0 && found.every(({ container }) => !regular.has(container));
    });
    return onSidecarOnly ? [{ port, index, target, lacking: backends }] : [];
  });
}

/** True when every backend that lacks the port has the name with another protocol. */
export function hasOtherProtocol({ target, lacking }: NamedPort): boolean {
  return lacking.every(({ like }) => declaredPorts(like).some(({ name }) => name === target));
}

/** True while a workload behind these backends replaces its Pods: then some have the new ports and some the old. */
export function areRollingOut(backends: readonly Backend[], workloads: readonly Workload[]): boolean {
  const owners = new Set(backends.map(({ owner }) => owner));
  return workloads.some((workload) => owners.has(ownerText(workload)) && isRollingOut(workload));
}

/** A declared port that every backend has by this number; by name where all have one and the same. */
function common(all: readonly (readonly DeclaredPort[])[]): readonly DeclaredPort[] {
  const [first = [], ...others] = all;
  return first.filter(({ number }) => others.every((ports) => ports.some((port) => port.number === number)));
}

/**
 * Points the Service at the port that was meant: the only one declared, or the one of nearest name. Only where the Service has no other port
 * is that beyond doubt: a second one may be meant for a port that the Pods have yet to declare.
 */
export function namedPortFix(service: Service, { port, index, target, lacking }: NamedPort): Fix {
  const shared = common(lacking.map(({ like }) => trafficPorts(like, protocolOf(port))));
  const names = shared.flatMap(({ name }) => (name === null ? [] : [name]));
  const [near] = nearNames(target, names);
  const chosen = shared.length === 1 ? shared[0] : shared.find(({ name }) => near !== undefined && name === near);
  if (chosen === undefined) {
    return stepsFix(
      `name the container port "${target}"`,
      `give the container port that serves callers the name "${target}" in the Pod template, or set targetPort to its number`,
    );
  }
  const value = chosen.name ?? chosen.number;
  const siblings = (service.spec?.ports ?? []).filter((other) => protocolOf(other) === protocolOf(port));
  const summary = `send traffic to ${chosen.name === null ? '' : `"${chosen.name}" `}${chosen.number}, which container "${chosen.container}" declares`;
  return portFix(
    service,
    index,
    'targetPort',
    value,
    summary,
    shared.length === 1 && siblings.length === 1 ? 'safe' : 'review',
  );
}
