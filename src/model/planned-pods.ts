/** Pods that files speak of: no cluster has them yet, so whether they will be Ready is not known. They are judged as if they came up. */
import type { Container, ContainerStatus, Pod, PodTemplate } from '../facts/wire.ts';
import { probePort, resolveProbePort } from './probe.ts';
import { conditionOf } from './readiness.ts';

/** Why a planned Pod counts as Ready. */
const PLANNED = 'NotYetCreated';

/** True for a Pod that is only written in a file: rules that speak of it may not call it Ready. */
export function isPlanned(pod: Pod): boolean {
  return conditionOf(pod, 'Ready')?.reason === PLANNED;
}

export interface Maker {
  apiVersion: string;
  kind: string;
  name: string;
  namespace: string;
}

/** Labels that controllers add to the Pods they make, where they follow from the maker's name. */
function addedLabels({ kind, name }: Maker, pod: string, index: number): Record<string, string> {
  if (kind === 'StatefulSet') {
    return { 'statefulset.kubernetes.io/pod-name': pod, 'apps.kubernetes.io/pod-index': String(index) };
  }
  if (kind === 'Job') return { 'job-name': name, 'batch.kubernetes.io/job-name': name };
  return {};
}

/** True where the readiness probe names a port that its container does not have: such a container is never ready, whatever it does. */
function isNeverReady(container: Container): boolean {
  const probe = container.readinessProbe;
  return probe !== undefined && typeof probePort(probe) === 'string' && resolveProbePort(probe, container) === null;
}

function statusOf(container: Container): ContainerStatus {
  const ready = !isNeverReady(container);
  const { name, image = '' } = container;
  return { name, image, imageID: '', ready, started: true, restartCount: 0, state: { running: {} } };
}

/** The Pod with the status that it would have once it serves. Addresses are of the ranges kept for documentation. */
export function planned(pod: Pod, index: number): Pod {
  const [high, low] = [Math.floor(index / 250) % 250, (index % 250) + 1];
  const containers = (pod.spec?.containers ?? []) as readonly Container[];
  // Pods of a Job end: none of them is an endpoint for long
  if (pod.metadata?.ownerReferences?.some(({ kind }) => kind === 'Job' || kind === 'CronJob')) {
    return {
      ...pod,
      status: { phase: 'Succeeded', conditions: [{ type: 'Ready', status: 'False', reason: PLANNED }] },
    };
  }
  return {
    ...pod,
    status: {
      phase: 'Running',
      podIP: `198.18.${high}.${low}`,
      podIPs: [{ ip: `198.18.${high}.${low}` }, { ip: `2001:db8::${high.toString(16)}:${low.toString(16)}` }],
      conditions: [{ type: 'Ready', status: containers.some(isNeverReady) ? 'False' : 'True', reason: PLANNED }],
      containerStatuses: containers.map(statusOf),
    },
  };
}

/** The Pod that the maker makes of a template. */
export function plannedFrom(maker: Maker, template: PodTemplate, index: number): Pod {
  const name = `${maker.name}-${index}`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: maker.namespace,
      uid: `planned-${maker.kind}-${maker.namespace}-${name}`,
      labels: { ...template.metadata?.labels, ...addedLabels(maker, name, index) },
      ...(template.metadata?.annotations === undefined ? {} : { annotations: template.metadata.annotations }),
      ownerReferences: [
        { apiVersion: maker.apiVersion, kind: maker.kind, name: maker.name, uid: '', controller: true },
      ],
    },
    spec: { ...template.spec, containers: template.spec?.containers ?? [] },
  };
}
