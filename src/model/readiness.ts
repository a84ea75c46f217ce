/** What a Pod's status says about it. */
import type { Container, ContainerStatus, Pod } from '../facts/wire.ts';

/** The Pod's condition of that type, if it has one. */
export function conditionOf(
  pod: Pod,
  type: string,
): { status: string; reason?: string; message?: string; lastTransitionTime?: string } | undefined {
  return pod.status?.conditions?.find((condition) => condition.type === type);
}

/** Condition Ready is True: the only thing that decides endpoint readiness. */
export function isReady(pod: Pod): boolean {
  return conditionOf(pod, 'Ready')?.status === 'True';
}

/** Succeeded or Failed: such a Pod is never an endpoint (evicted and completed ones too). */
export function isTerminal(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

export function isTerminating(pod: Pod): boolean {
  return pod.metadata?.deletionTimestamp !== undefined;
}

/** Neither terminal nor terminating: a Pod that is meant to serve. */
export function isLive(pod: Pod): boolean {
  return !isTerminal(pod) && !isTerminating(pod);
}

export function isScheduled(pod: Pod): boolean {
  return pod.spec?.nodeName !== undefined && pod.spec.nodeName !== '';
}

/** The Pod's IPs, primary first; empty while it has none. */
export function podIPs(pod: Pod): readonly string[] {
  const all = (pod.status?.podIPs ?? [])
    .map((entry) => entry.ip)
    .filter((ip): ip is string => ip !== undefined && ip !== '');
  return all.length > 0 ? all : pod.status?.podIP ? [pod.status.podIP] : [];
}

/** The first of the Pod's IPs; null while it has none. */
export function primaryIP(pod: Pod): string | null {
  const first = pod.status?.podIPs?.[0]?.ip;
  return first !== undefined && first !== '' ? first : (podIPs(pod)[0] ?? null);
}

export interface ContainerState {
  container: Container;
  status: ContainerStatus | null;
  /** A plain init container: it must finish before the others start. Native sidecars are not init here. */
  init: boolean;
}

/** Every container with its status, init containers first, native sidecars among the regular ones. */
export function containerStates(pod: Pod): readonly ContainerState[] {
  const initStatus = pod.status?.initContainerStatuses ?? [];
  const status = pod.status?.containerStatuses ?? [];
  const inits = ((pod.spec?.initContainers ?? []) as Container[]).map((container) => ({
    container,
    status: initStatus.find((entry) => entry.name === container.name) ?? null,
    init: container.restartPolicy !== 'Always',
  }));
  const regular = ((pod.spec?.containers ?? []) as Container[]).map((container) => ({
    container,
    status: status.find((entry) => entry.name === container.name) ?? null,
    init: false,
  }));
  return [...inits.filter((entry) => entry.init), ...inits.filter((entry) => !entry.init), ...regular];
}

/** Sum of all restarts. */
export function restarts(pod: Pod): number {
  return containerStates(pod).reduce((sum, entry) => sum + (entry.status?.restartCount ?? 0), 0);
}

/** True when some container was started again. */
export function hasRestarted(pod: Pod): boolean {
  const { containerStatuses, initContainerStatuses } = pod.status ?? {};
  const hasAny = ({ restartCount }: ContainerStatus): boolean => restartCount > 0;
  const may = containerStatuses?.some(hasAny) === true || initContainerStatuses?.some(hasAny) === true;
  return may && restarts(pod) > 0;
}

/** Milliseconds since an ISO time; null where there is none. */
export function ageOf(time: string | undefined, now: number): number | null {
  const at = time === undefined ? Number.NaN : Date.parse(time);
  return Number.isNaN(at) ? null : now - at;
}

/** An age in kubectl's short form: `40s`, `9m`, `3h`, `2d`. */
export function ageText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 172800) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86400)}d`;
}

const RECENT_MS = 600_000;
const SETTLED_MS = 60_000;

/** True when a Ready Pod was not Ready within the last ten minutes although its containers had run for a minute by then: it left the endpoints and came back. */
export function hasFlickered(pod: Pod, now: number): boolean {
  const ready = conditionOf(pod, 'Ready');
  if (ready?.status !== 'True') return false;
  const back = Date.parse(ready.lastTransitionTime ?? '');
  if (Number.isNaN(back) || now - back > RECENT_MS) return false;
  const starts = (pod.status?.containerStatuses ?? []).map((status) =>
    Date.parse(status.state?.running?.startedAt ?? ''),
  );
  return starts.length > 0 && starts.every((start) => back - start > SETTLED_MS);
}
