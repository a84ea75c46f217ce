/** Which findings somebody has said to leave alone: by an annotation on an object they are about, in a file, or in a baseline. */
import { RESOURCES, type ResourceName } from '../facts/resources.ts';
import { readObject, type Snapshot } from '../facts/snapshot.ts';
import type { KubeObject, Pod } from '../facts/wire.ts';
import { IGNORE, readIgnore } from '../model/ignore-annotation.ts';
import { ownerOf } from '../model/workloads.ts';
import type { Located } from './evaluate.ts';
import { fingerprintOf } from './fingerprint.ts';

export interface Suppressed {
  reason: string;
  by: 'annotation' | 'file' | 'baseline';
}

/** What a suppression is asked about. */
export interface Candidate {
  /** Id and name of the rule, and of the reason where there is one. */
  names: readonly string[];
  fingerprint: string;
  /** `shop/web` of the Service it is about; null where it is about none. */
  service: string | null;
  /** `Service shop/web`, then the objects named in evidence. */
  objects: readonly string[];
}

/** Says why a finding is to be left alone, or null. */
export type Suppressor = (candidate: Candidate) => Suppressed | null;

const RESOURCE_OF = new Map(
  (Object.keys(RESOURCES) as ResourceName[]).map((resource) => [RESOURCES[resource].kind as string, resource]),
);

function objectAt(snapshot: Snapshot, text: string): KubeObject | null {
  const [, kind = '', namespace, name = ''] = /^(\S+) (?:([^/\s]+)\/)?(\S+)$/.exec(text) ?? [];
  const resource = RESOURCE_OF.get(kind);
  if (resource === undefined) return null;
  const fact = readObject(snapshot, resource, namespace ?? null, name);
  return fact.known ? fact.value : null;
}

/** What is written on the object and, for a Pod, on the workload that made it. */
function annotationsAt(snapshot: Snapshot, text: string): readonly string[] {
  const object = objectAt(snapshot, text);
  const own = object?.metadata?.annotations?.[IGNORE];
  const owner = text.startsWith('Pod ') && object !== null ? ownerOf(object as Pod) : null;
  const above =
    owner === null || owner.kind === 'Pod'
      ? undefined
      : objectAt(snapshot, `${owner.kind} ${object?.metadata?.namespace}/${owner.name}`)?.metadata?.annotations?.[
          IGNORE
        ];
  return [own, above].filter((value) => value !== undefined);
}

function candidateOf({ rule, finding }: Located): Candidate {
  const { reason, scope, evidence } = finding;
  const special = reason === null ? [] : [reason, rule.reasons?.[reason]?.name ?? reason];
  const about = [
    ...(scope.service === null ? [] : [`Service ${scope.service}`]),
    ...(scope.policy === null ? [] : [`NetworkPolicy ${scope.policy}`]),
    ...(scope.node === null ? [] : [`Node ${scope.node}`]),
    ...evidence.map(({ object }) => object).filter((object) => object !== ''),
  ];
  return {
    names: [rule.id, rule.name, ...special],
    fingerprint: fingerprintOf(rule.id, finding),
    service: scope.service,
    objects: [...new Set(about)],
  };
}

/** The suppressor that reads annotations. An entry without a reason suppresses nothing. */
function byAnnotation(snapshot: Snapshot): Suppressor {
  return ({ names, objects }) => {
    const entries = objects.flatMap((object) => annotationsAt(snapshot, object).flatMap(readIgnore));
    const found = entries.find(({ rule, reason }) => reason !== '' && isNamed(names, rule));
    return found === undefined ? null : { reason: found.reason, by: 'annotation' };
  };
}

/** True when one of the names is meant, in whatever case. */
export function isNamed(names: readonly string[], word: string): boolean {
  return names.some((name) => name.toLowerCase() === word.toLowerCase());
}

/** Why each finding is to be left alone, or null: annotations first, then the suppressors in their order. */
export function suppressing(
  snapshot: Snapshot,
  suppressors: readonly Suppressor[],
): (located: Located) => Suppressed | null {
  const all = [byAnnotation(snapshot), ...suppressors];
  return (located) => {
    const candidate = candidateOf(located);
    for (const suppressor of all) {
      const suppressed = suppressor(candidate);
      if (suppressed !== null) return suppressed;
    }
    return null;
  };
}
