/** What further to read of Pods that cannot start: only where the scheduler speaks of volumes. */
import { type FactRequest, listOf } from '../facts/resources.ts';
import { readList, type Snapshot } from '../facts/snapshot.ts';
import type { PersistentVolumeClaim, Pod } from '../facts/wire.ts';
import { claimNames } from '../model/claims.ts';
import { isScheduled } from '../model/readiness.ts';
import { schedulingOf } from '../model/scheduler-message.ts';

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
