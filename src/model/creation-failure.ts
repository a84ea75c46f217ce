/** Why a controller may not create the Pods of a workload: its condition ReplicaFailure, or the newest FailedCreate event. */
import type { Fact } from '../facts/fact.ts';
import type { Deployment, Event } from '../facts/wire.ts';
import { eventTime, newestFirst } from './events.ts';
import type { Workload } from './workloads.ts';

export interface CreationFailure {
  message: string;
  /** `quota`, `pod-security`, `service-account`, `webhook`, `other`. */
  kind: 'quota' | 'pod-security' | 'service-account' | 'webhook' | 'other';
  /** In a few words: `quota "small" is exceeded`. */
  cause: string;
  name: string | null;
}

const SHAPES: readonly (readonly [RegExp, CreationFailure['kind'], (name: string) => string])[] = [
  [/exceeded quota: (?<name>[^\s,]+)/, 'quota', (name) => `quota "${name}" is exceeded`],
  [/violates PodSecurity "(?<name>[^"]+)"/, 'pod-security', (name) => `they violate Pod Security "${name}"`],
  [
    /serviceaccount "(?<name>[^"]+)" not found/i,
    'service-account',
    (name) => `ServiceAccount "${name}" does not exist`,
  ],
  [/(?:failed calling|admission) webhook "(?<name>[^"]+)"/, 'webhook', (name) => `webhook "${name}" stands in the way`],
];

function read(message: string): CreationFailure {
  for (const [shape, kind, cause] of SHAPES) {
    const name = shape.exec(message)?.groups?.name;
    if (name !== undefined) return { message, kind, cause: cause(name), name };
  }
  return { message, kind: 'other', cause: 'the API server refuses them', name: null };
}

/** Events of the workload's controller: of the workload itself, or of a ReplicaSet named after it, not older than the workload. */
function failuresOf({ kind, name, object }: Workload, events: readonly Event[]): readonly Event[] {
  const born = Date.parse(object.metadata?.creationTimestamp ?? '');
  return newestFirst(
    events.filter((event) => {
      const on = event.involvedObject;
      const own =
        kind === 'Deployment'
          ? on.kind === 'ReplicaSet' && on.name?.replace(/-[^-]+$/, '') === name
          : on.kind === kind && on.name === name;
      const at = eventTime(event);
      return own && event.reason === 'FailedCreate' && (Number.isNaN(born) || at === null || at >= born);
    }),
  );
}

/** The failure that the condition or the newest event tells; null when neither does. */
export function creationFailure(workload: Workload, events: Fact<readonly Event[]>): CreationFailure | null {
  const condition = (workload.object as Deployment).status?.conditions?.find(
    ({ type, status }) => type === 'ReplicaFailure' && status === 'True',
  );
  if (condition?.message !== undefined && condition.message !== '') return read(condition.message);
  const event = events.known ? failuresOf(workload, events.value)[0] : undefined;
  return event?.message === undefined ? null : read(event.message);
}

/** What a person does about it. */
export function failureStep({ kind, name }: CreationFailure): string {
  if (kind === 'quota') return `raise ResourceQuota ${name}, free some of it, or ask for less in the Pod template`;
  if (kind === 'pod-security') return `make the Pod template comply with Pod Security level ${name}`;
  if (kind === 'service-account') return `create ServiceAccount ${name}, or name one that exists in the Pod template`;
  if (kind === 'webhook') return `repair the webhook ${name} or what it asks for`;
  return 'resolve what the message says';
}
