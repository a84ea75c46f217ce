/** What may exist beside what was read: files never show a whole cluster, so what they lack is no proof that it is missing. */
import { type Fact, known } from '../facts/fact.ts';
import type { Snapshot } from '../facts/snapshot.ts';
import type { Finding } from './finding.ts';

export interface Unseen {
  /** True where only files were read: what they do not hold may be there already, or be made by an operator. */
  isPossible: boolean;
  /** Custom resources among them that may make Pods which nothing shows: `Prometheus k8s`. */
  makers: readonly string[];
}

/** What the snapshot leaves out of a cluster. */
export function unseenIn({ source, makers = [] }: Snapshot): Fact<Unseen> {
  return known({ isPossible: source === 'manifests', makers });
}

/** True where something that was not read may be what is missed. */
export function mayExist(unseen: Fact<Unseen>): boolean {
  return unseen.known && unseen.value.isPossible;
}

/** A finding that rests on something not being there: over files it is a mere possibility. */
export function doubted(found: Finding, unseen: Fact<Unseen>): Finding {
  if (!mayExist(unseen)) return found;
  const text = 'what is missed here may be there already, or be made by something else: only files were read';
  return { ...found, confidence: 'possible', notes: [...found.notes, { label: 'note', text }] };
}
