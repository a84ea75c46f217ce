/** A `--from` that names nobody: said before anything is judged, for the answer would be about nobody. */
import { CALLER_RESOURCES, RESOURCES } from '../facts/resources.ts';
import { readCaller, readList, type Snapshot } from '../facts/snapshot.ts';
import { nearNames } from '../model/near-names.ts';
import { UsageError } from './failure.ts';

/** Throws a UsageError with the nearest names where the caller is known to be absent. What may not be read is left to the rules. */
export function refuseAbsentCaller(snapshot: Snapshot): void {
  const { caller } = snapshot.ask;
  if (caller === null) return;
  const read = readCaller(snapshot, caller);
  if (!read.known || read.value !== null) return;
  const resource = CALLER_RESOURCES[caller.kind];
  const { namespaced } = RESOURCES[resource];
  const all = readList(snapshot, resource, namespaced ? caller.namespace : null);
  const names = all.known ? all.value.map(({ metadata }) => metadata?.name ?? '') : [];
  const near = nearNames(caller.name, names).slice(0, 3);
  const where = namespaced ? ` in namespace ${caller.namespace}` : '';
  const meant = near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`;
  throw new UsageError(
    `there is no ${caller.kind} ${caller.name}${where}${meant}`,
    `see: kubectl get ${resource}${namespaced ? ` -n ${caller.namespace}` : ''}`,
  );
}
