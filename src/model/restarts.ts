/** How a container's runs end: crash loops, and restarts between which it serves. */
import type { Pod } from '../facts/wire.ts';
import { ageOf, type ContainerState, conditionOf, isReady } from './readiness.ts';
import { isStartOutOfMemory } from './start-failure.ts';

export interface RunEnd {
  /** oom: killed for memory; liveness: ended by a signal while a liveness or startup probe watches; crash: all else. */
  kind: 'oom' | 'liveness' | 'crash';
  exitCode: number;
  reason: string;
  /** Milliseconds since it ended; null where the status does not say. */
  ago: number | null;
  /** Milliseconds that the run lasted; null where the status does not say. */
  lasted: number | null;
  restarts: number;
}

const RECENT = 600_000;
/** A run shorter than this did not serve. */
const BRIEF = 10_000;

/** How the last finished run ended; null where none has. */
export function lastEnd({ container, status }: ContainerState, now: number): RunEnd | null {
  const ended = status?.state?.terminated ?? status?.lastState?.terminated;
  if (status === null || ended === undefined) return null;
  const bySignal = ended.exitCode === 137 || ended.exitCode === 143;
  const watched = container.livenessProbe !== undefined || container.startupProbe !== undefined;
  const start = ageOf(ended.startedAt, now);
  const ago = ageOf(ended.finishedAt, now);
  return {
    kind:
      ended.reason === 'OOMKilled' || isStartOutOfMemory(ended.message)
        ? 'oom'
        : bySignal && watched
          ? 'liveness'
          : 'crash',
    exitCode: ended.exitCode,
    reason: ended.reason ?? '',
    ago,
    lasted: start === null || ago === null ? null : start - ago,
    restarts: status.restartCount,
  };
}

function isRecent(end: RunEnd): boolean {
  return end.ago !== null && end.ago <= RECENT;
}

/**
 * The end of the last run of a container that fails again and again, else null. `CrashLoopBackOff` is not the only sign:
 * kubelets of 1.36 show `terminated` for long spells, and between two brief runs a container without probe is Ready for a moment.
 */
export function crashOf(state: ContainerState, pod: Pod, now: number): RunEnd | null {
  const end = lastEnd(state, now);
  const { status } = state;
  if (end === null || status === null) return null;
  const done = end.exitCode === 0 && (pod.spec?.restartPolicy ?? 'Always') !== 'Always';
  if (done) return null;
  if (!status.ready) {
    const stopped = status.state?.terminated !== undefined || status.state?.waiting?.reason === 'CrashLoopBackOff';
    return stopped || (end.restarts >= 3 && isRecent(end)) ? end : null;
  }
  const running = ageOf(status.state?.running?.startedAt, now);
  const brief = end.lasted !== null && end.lasted < BRIEF && running !== null && running < BRIEF;
  return brief && end.restarts >= 2 && isRecent(end) ? end : null;
}

/** The end of the last run of a container that restarted at least twice within ten minutes, else null. */
export function recentRestarts(state: ContainerState, now: number): RunEnd | null {
  const end = state.init ? null : lastEnd(state, now);
  if (end === null || end.restarts < 2 || !isRecent(end)) return null;
  return end.lasted !== null && end.lasted + (end.ago ?? 0) > RECENT ? null : end;
}

/** True when the Pod is Ready, or was Ready in the container's last run: condition Ready fell during or after that run, and the run lasted. */
export function servedLastRun(pod: Pod, state: ContainerState, now: number): boolean {
  const end = recentRestarts(state, now);
  if (end === null || (end.lasted !== null && end.lasted < BRIEF)) return false;
  if (isReady(pod)) return true;
  const fell = ageOf(conditionOf(pod, 'Ready')?.lastTransitionTime, now);
  if (fell === null || end.ago === null) return false;
  return fell <= end.ago + (end.lasted ?? 0);
}
