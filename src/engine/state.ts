/** What is true of a Service, in one line: its ports and how many endpoints each has. */
import { readList, readObject, type Snapshot } from '../facts/snapshot.ts';
import type { EndpointSlice, Pod, Service } from '../facts/wire.ts';
import { countEndpoints, matchedPods, selectsPods } from '../model/endpoints.ts';
import { isPlanned } from '../model/planned-pods.ts';
import { containersServing, portText } from '../model/ports.ts';
import { isLive, isReady } from '../model/readiness.ts';
import { ownerOf, ownerText } from '../model/workloads.ts';

/** `80 → 8080, 2 of 2 endpoints ready`; for an ExternalName its target; null where a fact is missing. */
export function serviceState(snapshot: Snapshot, namespace: string, name: string): string | null {
  const service = readObject<Service>(snapshot, 'services', namespace, name);
  if (!service.known || service.value === null) return null;
  if (service.value.spec?.type === 'ExternalName') return `an alias of ${service.value.spec.externalName}`;
  if (snapshot.source === 'manifests' || isPlannedAt(snapshot, service.value))
    return plannedState(snapshot, service.value);
  const slices = readList<EndpointSlice>(snapshot, 'endpointslices', namespace, `kubernetes.io/service-name=${name}`);
  if (!slices.known || !slices.complete) return null;
  const ports = (service.value.spec?.ports ?? []).map((port) => {
    const { usable, all } = countEndpoints(port, slices.value);
    return `${portText(port, null)} ${usable} of ${all} endpoints ready`;
  });
  return ports.length > 0 ? ports.join(', ') : null;
}

function isPlannedAt(snapshot: Snapshot, service: Service): boolean {
  const pods = readList<Pod>(snapshot, 'pods', service.metadata?.namespace ?? '');
  return snapshot.source === 'overlay' && pods.known && matchedPods(service, pods.value).some(isPlanned);
}

/** `80 → 8080 on container "web" of Deployment web`: what files say, where nothing runs yet. */
function plannedState(snapshot: Snapshot, service: Service): string | null {
  const pods = readList<Pod>(snapshot, 'pods', service.metadata?.namespace ?? '');
  if (!pods.known) return null;
  const [first] = matchedPods(service, pods.value);
  return first === undefined ? null : `${portsOn(service, first)} of ${ownerText(ownerOf(first))}`;
}

function portsOn(service: Service, pod: Pod): string {
  const ports = (service.spec?.ports ?? []).map((port) => {
    const container = containersServing(port, pod)[0]?.name;
    return `${portText(port, pod)}${container === undefined ? '' : ` on container "${container}"`}`;
  });
  return ports.join(', ');
}

/** `80 → 8080 on container "web" of Deployment web, 2 of 2 Pods Ready`, judged on a repaired world; null where nothing is matched. */
export function repairedState(snapshot: Snapshot, namespace: string, name: string): string | null {
  const service = readObject<Service>(snapshot, 'services', namespace, name);
  const pods = readList<Pod>(snapshot, 'pods', namespace);
  if (!service.known || service.value === null || !pods.known || !selectsPods(service.value)) return null;
  const live = matchedPods(service.value, pods.value).filter(isLive);
  const first = live[0];
  if (first === undefined) return null;
  const ports = `${portsOn(service.value, first)} of ${ownerText(ownerOf(first))}`;
  if (snapshot.source === 'manifests' || live.some(isPlanned)) return ports;
  return `${ports}, ${live.filter(isReady).length} of ${live.length} Pods Ready`;
}
