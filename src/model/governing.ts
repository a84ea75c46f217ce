/** The headless Service that a StatefulSet names, and who relies on the names of its Pods. */
import type { Container, Service, StatefulSet } from '../facts/wire.ts';
import type { Workload } from './workloads.ts';

/** True for `clusterIP: None`: DNS answers with the Pods' own addresses. */
export function isHeadless(service: Service): boolean {
  return service.spec?.clusterIP === 'None';
}

/** `spec.serviceName` of a StatefulSet; null for other workloads and where it is left out. */
export function governingName(workload: Workload): string | null {
  if (workload.kind !== 'StatefulSet') return null;
  const name = (workload.object as StatefulSet).spec?.serviceName;
  return name === undefined || name === '' ? null : name;
}

/** The StatefulSets that name the Service as the one that gives their Pods names. */
export function governedBy(name: string, workloads: readonly Workload[]): readonly Workload[] {
  return workloads.filter((workload) => governingName(workload) === name);
}

/** `db-0.db-headless`, with or without the rest: the host is the name of one Pod of the StatefulSet. */
export function isPeerName(host: string, workload: Workload): boolean {
  const [pod = '', service = ''] = host.toLowerCase().split('.');
  const ordinal = pod.slice(workload.name.length + 1);
  return service === governingName(workload) && pod.startsWith(`${workload.name}-`) && /^\d+$/.test(ordinal);
}

/** A host by which the StatefulSet's own containers are told to call one of its Pods, or null. */
export function peerReference(workload: Workload): string | null {
  const { containers = [], initContainers = [] } = workload.template.spec ?? {};
  const hosts = ([...initContainers, ...containers] as readonly Container[]).flatMap((container) =>
    (container.extracts?.references ?? []).map(({ host }) => host),
  );
  return hosts.sort().find((host) => isPeerName(host, workload)) ?? null;
}
