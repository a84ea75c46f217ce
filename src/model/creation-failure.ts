/** Why a controller may not create the Pods of a workload: its condition ReplicaFailure, or the newest FailedCreate event. */
import type { Fact } from '../facts/fact.ts';
import type { Deployment, Event } from '../facts/wire.ts';
import { eventTime, newestFirst } from './events.ts';
import type { Workload } from './workloads.ts';

/** Every way in which the Pods of a workload are not created, in words. */
export const CREATION_CAUSES = {
  'quota-cpu': 'a ResourceQuota leaves no CPU',
  'quota-memory': 'a ResourceQuota leaves no memory',
  'quota-pods': 'a ResourceQuota leaves no Pod',
  'quota-other': 'a ResourceQuota leaves nothing of another resource',
  'quota-unspecified': 'a ResourceQuota wants requests or limits that the Pods do not state',
  'limit-range': 'a LimitRange forbids the requests or limits',
  'service-account-missing': 'the ServiceAccount does not exist',
  'priority-class-missing': 'the PriorityClass does not exist',
  'pod-security': 'Pod Security admission refuses the Pods',
  'admission-webhook': 'an admission webhook refuses the Pods or cannot be reached',
  'admission-policy': 'a ValidatingAdmissionPolicy refuses the Pods',
  'invalid-template': 'the Pod template makes an invalid Pod',
  refused: 'the API server refuses them with other words',
  untold: 'neither a condition nor an event tells',
} as const;

export interface CreationFailure {
  message: string;
  cause: Exclude<keyof typeof CREATION_CAUSES, 'untold'>;
  /** `quota "small" of shop is exceeded: pods asks 1, 5 of 5 used`. */
  words: string;
  /** The object that the message names, or null. */
  name: string | null;
  /** The Service behind a webhook that cannot be called, or null. */
  service: { namespace: string; name: string } | null;
}

type Groups = Readonly<Record<string, string | undefined>>;

interface Shape {
  expression: RegExp;
  cause: CreationFailure['cause'];
  words: (name: string, groups: Groups) => string;
}

const SHAPES: readonly Shape[] = [
  {
    expression: /failed quota: (?<name>[^\s:]+): must specify (?<what>.+)/,
    cause: 'quota-unspecified',
    words: (name, { what }) => `quota "${name}" wants ${what}`,
  },
  {
    expression: /violates PodSecurity "(?<name>[^"]+)"/,
    cause: 'pod-security',
    words: (name) => `they violate Pod Security "${name}"`,
  },
  {
    expression: /serviceaccount "(?<name>[^"]+)" not found/i,
    cause: 'service-account-missing',
    words: (name) => `ServiceAccount "${name}" does not exist`,
  },
  {
    expression: /no PriorityClass with name (?<name>\S+) was found/,
    cause: 'priority-class-missing',
    words: (name) => `PriorityClass "${name}" does not exist`,
  },
  {
    expression: /ValidatingAdmissionPolicy '(?<name>[^']+)'/,
    cause: 'admission-policy',
    words: (name) => `ValidatingAdmissionPolicy "${name}" refuses them`,
  },
  {
    expression:
      /failed calling webhook "(?<name>[^"]+)"(?:.*?https:\/\/(?<service>[a-z0-9-]+)\.(?<namespace>[a-z0-9-]+)\.svc\b)?/,
    cause: 'admission-webhook',
    words: (name, { service, namespace }) =>
      `webhook "${name}"${service === undefined ? '' : ` of Service ${namespace}/${service}`} cannot be asked`,
  },
  {
    expression: /admission webhook "(?<name>[^"]+)"/,
    cause: 'admission-webhook',
    words: (name) => `webhook "${name}" refuses them`,
  },
  {
    expression:
      /(?<name>(?:minimum|maximum) \S+ usage per (?:Container|Pod)|limit to request ratio per (?:Container|Pod)) is/,
    cause: 'limit-range',
    words: (name) => `a LimitRange sets the ${name}`,
  },
  {
    expression: /" is invalid: (?<name>[\w.[\]]+)/,
    cause: 'invalid-template',
    words: (name) => `${name} of the template is not valid`,
  },
];

function listed(text: string | undefined): ReadonlyMap<string, string> {
  return new Map((text ?? '').split(',').flatMap((pair) => [pair.split('=') as [string, string]]));
}

function quotaCause(resource: string): CreationFailure['cause'] {
  if (/cpu$/.test(resource)) return 'quota-cpu';
  if (/memory$/.test(resource)) return 'quota-memory';
  return /(?:^|\/)pods$/.test(resource) ? 'quota-pods' : 'quota-other';
}

/** `exceeded quota: small, requested: pods=1, used: pods=5, limited: pods=5` (apiserver resourcequota admission); it lists what is exceeded only. */
function readQuota(message: string, namespace: string): CreationFailure | null {
  const { name, asked, used, limit } =
    /exceeded quota: (?<name>[^\s,]+)(?:, requested: (?<asked>[^ ]+?)(?=, |\s|$))?(?:, used: (?<used>[^ ]+?)(?=, |\s|$))?(?:, limited: (?<limit>[^ ,]+(?:,[^ ,]+)*))?/.exec(
      message,
    )?.groups ?? {};
  if (name === undefined) return null;
  const [uses, limits] = [listed(used), listed(limit)];
  const short = [...listed(asked)].filter(([resource]) => resource !== '');
  const parts = short.map(([resource, amount]) => {
    const room = limits.get(resource);
    return `${resource} asks ${amount}${room === undefined ? '' : `, ${uses.get(resource) ?? '0'} of ${room} used`}`;
  });
  return {
    message,
    cause: quotaCause(short[0]?.[0] ?? ''),
    words: `quota "${name}" of namespace ${namespace} is exceeded${parts.length === 0 ? '' : `: ${parts.join('; ')}`}`,
    name,
    service: null,
  };
}

function read(message: string, namespace: string): CreationFailure {
  const quota = readQuota(message, namespace);
  if (quota !== null) return quota;
  for (const { expression, cause, words } of SHAPES) {
    const groups = expression.exec(message)?.groups;
    const name = groups?.name;
    if (groups === undefined || name === undefined) continue;
    const { service, namespace: place } = groups;
    const behind = service === undefined || place === undefined ? null : { namespace: place, name: service };
    return { message, cause, words: words(name, groups), name, service: behind };
  }
  return { message, cause: 'refused', words: 'the API server refuses them', name: null, service: null };
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
  if (condition?.message !== undefined && condition.message !== '') return read(condition.message, workload.namespace);
  const event = events.known ? failuresOf(workload, events.value)[0] : undefined;
  return event?.message === undefined ? null : read(event.message, workload.namespace);
}

/** What a person does about it. */
export function failureStep({ cause, name }: CreationFailure): string {
  if (cause === 'quota-unspecified') return `state in the Pod template what ResourceQuota ${name} wants`;
  if (cause.startsWith('quota-'))
    return `raise ResourceQuota ${name}, free some of it, or ask for less in the Pod template`;
  switch (cause) {
    case 'limit-range':
      return 'bring requests and limits of the Pod template within the LimitRange of the namespace';
    case 'pod-security':
      return `make the Pod template comply with Pod Security level ${name}`;
    case 'service-account-missing':
      return `create ServiceAccount ${name}, or name one that exists in the Pod template`;
    case 'priority-class-missing':
      return `create PriorityClass ${name}, or name one that exists in the Pod template`;
    case 'admission-webhook':
      return `repair the webhook ${name} or what it asks for`;
    case 'admission-policy':
      return `make the Pod template comply with ValidatingAdmissionPolicy ${name}`;
    case 'invalid-template':
      return `correct ${name} in the Pod template`;
    default:
      return 'resolve what the message says';
  }
}
