/** The ConfigMaps that are read: few, by name, and only those of workloads that struggle or that were named as the caller. */
import { type FactRequest, objectOf } from '../facts/resources.ts';
import type { Snapshot } from '../facts/snapshot.ts';
import { configUses } from '../model/config-references.ts';
import { callerOf, workloadsBehind } from './plan-references.ts';

const MOST = 3;

/** The requests for all targets together. */
export function ofConfigMaps(
  snapshot: Snapshot,
  targets: readonly { namespace: string; name: string }[],
): readonly FactRequest[] {
  const ill = targets.flatMap((target) => workloadsBehind(snapshot, target)).filter(({ struggles }) => struggles);
  const wanted = [...callerOf(snapshot), ...ill].flatMap(({ spec, namespace }) =>
    configUses(spec).map(({ configMap }) => `${namespace}/${configMap}`),
  );
  return [...new Set(wanted)].slice(0, MOST).map((key) => {
    const [namespace = '', name = ''] = key.split('/');
    return objectOf('configmaps', namespace, name);
  });
}
