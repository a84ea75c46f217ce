/** Why the kubelet or the runtime cannot make a container, or its Pod's sandbox and volumes, from their own words. */
import type { Fact } from '../facts/fact.ts';
import type { ContainerStatus, Event, Pod } from '../facts/wire.ts';
import { eventContainer, eventsOf } from './events.ts';

/** Every way in which a container is not made, in words. */
export const CONTAINER_CAUSES = {
  'configmap-missing': 'a ConfigMap does not exist',
  'secret-missing': 'a Secret does not exist',
  'key-missing': 'a ConfigMap or Secret lacks a key',
  'runs-as-root': 'the image runs as root, which the Pod forbids',
  'command-not-found': 'the command is not in the image',
  'command-not-executable': 'the command may not be executed',
  'volume-path': 'a path of a volume cannot be mounted',
  untold: 'the message names another reason, or there is none',
} as const;

/** Every way in which a Pod has a node but no address, in words. */
export const SANDBOX_CAUSES = {
  'network-not-ready': 'the Pod network of the node is not ready',
  'addresses-exhausted': 'the Pod network has no address left',
  'sandbox-failed': 'the sandbox of the Pods cannot be made',
  'volume-attach': 'a volume cannot be attached to the node',
  'volume-mount': 'a volume cannot be mounted',
  untold: 'no event tells why',
} as const;

export interface ContainerFailure {
  cause: keyof typeof CONTAINER_CAUSES;
  message: string;
  /** `ConfigMap web-config`, `key url in Secret db`; null where the message names none. */
  missing: string | null;
}

const KINDS: Readonly<Record<string, 'ConfigMap' | 'Secret'>> = { configmap: 'ConfigMap', secret: 'Secret' };

const SHAPES: readonly (readonly [RegExp, ContainerFailure['cause']])[] = [
  [/runAsNonRoot/, 'runs-as-root'],
  [/subPath|not a directory|error mounting|failed to create directory|read-only file system/i, 'volume-path'],
  [/executable file not found|no such file or directory|no command specified/, 'command-not-found'],
  [/exec:? .*permission denied|permission denied: unknown/, 'command-not-executable'],
];

/** What a message says of a container that cannot be made. */
export function readContainerFailure(message: string): ContainerFailure {
  const object = /(?<kind>configmap|secret) "(?<name>[^"]+)" not found/i.exec(message)?.groups;
  const kind = KINDS[object?.kind?.toLowerCase() ?? ''];
  if (kind !== undefined) {
    const cause = kind === 'Secret' ? 'secret-missing' : 'configmap-missing';
    return { cause, message, missing: `${kind} ${object?.name?.split('/').at(-1)}` };
  }
  const key =
    /couldn't find key (?<key>\S+) in (?<kind>ConfigMap|Secret) (?<name>\S+)/i.exec(message)?.groups ??
    /references non-existent (?<kind>config|secret) key: (?<key>\S+)/.exec(message)?.groups;
  if (key !== undefined) {
    const holder = key.kind === 'config' ? 'its ConfigMap' : key.kind === 'secret' ? 'its Secret' : key.kind;
    const name = key.name === undefined ? '' : ` ${key.name.split('/').at(-1)}`;
    return { cause: 'key-missing', message, missing: `key ${key.key} in ${holder}${name}` };
  }
  return { cause: SHAPES.find(([shape]) => shape.test(message))?.[1] ?? 'untold', message, missing: null };
}

/** The Pod's newest event that tells of a container which cannot be made: the status does not always keep the words. */
export function containerEvent(pod: Pod, container: string, events: Fact<readonly Event[]>): string {
  if (!events.known) return '';
  const told = eventsOf('Pod', pod, events.value).find(
    (event) =>
      (event.reason === 'Failed' || event.reason === 'FailedMount') &&
      [null, container].includes(eventContainer(event)) &&
      !/^Error: \w+$/.test(event.message ?? ''),
  );
  return (told?.message ?? '').replace(/^Error: /, '');
}

/** True where the runtime could not even start the process within the memory limit. */
export function isStartOutOfMemory(message: string | undefined): boolean {
  return /container init was OOM-killed|unable to set memory limit to \d+ \(current usage/.test(message ?? '');
}

const MADE_NOT = new Set(['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError']);
const STARTED_NOT = new Set(['StartError', 'ContainerCannotRun']);

/**
 * What the kubelet says of a container that it cannot make or start; null where it starts. Between two tries the state says
 * `CrashLoopBackOff` like that of a process that ran: then the last end tells.
 */
export function startMessage(status: ContainerStatus | null): string | null {
  if (status === null || status.ready || status.state?.running !== undefined) return null;
  const { waiting, terminated } = status.state ?? {};
  if (MADE_NOT.has(waiting?.reason ?? '')) return waiting?.message ?? '';
  const ended = terminated ?? status.lastState?.terminated;
  return STARTED_NOT.has(ended?.reason ?? '') ? (ended?.message ?? '') : null;
}

const TELLING = new Set([
  'FailedCreatePodSandBox',
  'FailedMount',
  'FailedAttachVolume',
  'FailedCreatePodContainer',
  'NetworkNotReady',
]);

/** The newest event that tells why the Pod has no address, or null. */
export function sandboxEvent(pod: Pod, events: Fact<readonly Event[]>): Event | null {
  if (!events.known) return null;
  return eventsOf('Pod', pod, events.value).find((event) => TELLING.has(event.reason ?? '')) ?? null;
}

/** What that event says. */
export function sandboxCause(event: Event | null): keyof typeof SANDBOX_CAUSES {
  if (event === null) return 'untold';
  const { reason = '', message = '' } = event;
  if (reason === 'FailedAttachVolume') return 'volume-attach';
  if (reason === 'FailedMount') return 'volume-mount';
  if (reason === 'NetworkNotReady' || /cni plugin not initialized|network (?:plugin )?is not ready/i.test(message))
    return 'network-not-ready';
  if (
    /no (?:IP|available) addresses|failed to assign an IP|no available IP|address pool|exhausted|insufficient (?:IP|free addresses)/i.test(
      message,
    )
  )
    return 'addresses-exhausted';
  return /failed to setup network|plugin type=|cni/i.test(message) ? 'network-not-ready' : 'sandbox-failed';
}
