/** What further to read of Pods: where the scheduler speaks of volumes, or one Pod carries the Service. */
import { type FactRequest, listOf } from '../facts/resources.ts';
import { readList, readObject, type Snapshot } from '../facts/snapshot.ts';
import type { Deployment, PersistentVolumeClaim, Pod, Service } from '../facts/wire.ts';
import { claimNames } from '../model/claims.ts';
import { loneOf } from '../model/lone-pod.ts';
import { isScheduled } from '../model/readiness.ts';
import { schedulingOf } from '../model/scheduler-message.ts';
import { workloadsOf } from '../model/workloads.ts';
import type { NamedService } from './plan-dependencies.ts';

/** The budgets of a namespace where one Pod carries the Service: only there a rule asks for them. */
export function budgetsOf(snapshot: Snapshot, { namespace, name }: NamedService): readonly FactRequest[] {
  const service = readObject<Service>(snapshot, 'services', namespace, name);
  const pods = readList<Pod>(snapshot, 'pods', namespace);
  const deployments = readList<Deployment>(snapshot, 'deployments', namespace);
  if (!service.known || service.value === null || !pods.known || !deployments.known) return [];
  const lone = loneOf(service.value, pods.value, workloadsOf(deployments.value, [], []));
  return lone === null ? [] : [listOf('poddisruptionbudgets', namespace)];
}

/** The claims of Pods whose volumes keep them from a node; then what such a claim is compared with, or what may have refused it. */
export function storageOf(snapshot: Snapshot, namespace: string, pods: readonly Pod[]): readonly FactRequest[] {
  const waiting = pods.filter(
    (pod) => !isScheduled(pod) && schedulingOf(pod).clauses.some(({ kind }) => kind === 'volume'),
  );
  if (waiting.length === 0) return [];
  const claims = readList<PersistentVolumeClaim>(snapshot, 'persistentvolumeclaims', namespace);
  if (!claims.known) return [listOf('persistentvolumeclaims', namespace)];
  const wanted = new Set(waiting.flatMap(claimNames));
  const there = claims.value.filter(({ metadata }) => wanted.has(metadata?.name ?? ''));
  return [
    ...(there.length < wanted.size ? [listOf('resourcequotas', namespace)] : []),
    ...(there.some(({ status }) => status?.phase !== 'Bound')
      ? [listOf('persistentvolumes'), listOf('storageclasses')]
      : []),
  ];
}
