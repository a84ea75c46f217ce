/** The logs of the containers behind a Service, as far as they were read. */
import type { Fact, Unknown } from '../../facts/fact.ts';
import type { Container, Event, Pod, Service } from '../../facts/wire.ts';
import { matchedPods } from '../../model/endpoints.ts';
import { eventsOf } from '../../model/events.ts';
import { containerStates, isLive, isReady } from '../../model/readiness.ts';
import { crashOf } from '../../model/restarts.ts';
import { ownerOf, ownerText } from '../../model/workloads.ts';
import type { LogReader } from '../facts.ts';

/** The lines of the present run, or of the one before; none where it was not read. */
export function linesOf(logs: Fact<LogReader>, pod: Pod, container: string, previous: boolean): readonly string[] {
  if (!logs.known) return [];
  const read = logs.value(pod, container, previous);
  return read.known ? read.value : [];
}

export interface CrashLog {
  pod: Pod;
  container: Container;
  lines: readonly string[];
}

export interface CrashLogs {
  heard: readonly CrashLog[];
  /** A log that was wanted and not read, or null. */
  missing: Unknown | null;
}

/** Between two brief runs a container without probe is Ready for a moment. */
export function mayCrash(pod: Pod): boolean {
  return !isReady(pod) || (pod.status?.containerStatuses ?? []).some(({ restartCount }) => restartCount > 1);
}

/** The logs of the containers behind the Service that end again and again, both runs of each. Cheap where every Pod is Ready. */
export function crashLogs(service: Service, pods: readonly Pod[], logs: Fact<LogReader>, now: number): CrashLogs {
  const heard: CrashLog[] = [];
  let missing: Unknown | null = logs.known ? null : logs;
  const ill = matchedPods(service, pods).filter((pod) => isLive(pod) && mayCrash(pod));
  for (const pod of ill) {
    for (const state of containerStates(pod)) {
      if (crashOf(state, pod, now) === null) continue;
      const { container } = state;
      const lines = [true, false].flatMap((previous) => linesOf(logs, pod, container.name, previous));
      if (lines.length > 0) heard.push({ pod, container, lines });
      else if (logs.known && (missing === null || missing.why === 'not-collected'))
        missing = refusedLog(logs.value, pod, container.name) ?? missing;
    }
  }
  return { heard, missing: ill.length === 0 ? null : missing };
}

function refusedLog(read: LogReader, pod: Pod, container: string): Unknown | null {
  const unread = [true, false].map((previous) => read(pod, container, previous)).filter((log) => !log.known);
  return unread.find(({ why }) => why !== 'not-collected') ?? unread[0] ?? null;
}

/** The kubelet's words that nothing accepts a connection on this port of the Pod, or null. */
export function refusedProbe(pod: Pod, port: number, events: Fact<readonly Event[]>): string | null {
  if (!events.known) return null;
  const refused = new RegExp(`:${port}: connect: connection refused`);
  const [newest] = eventsOf('Pod', pod, events.value).filter(({ reason }) => reason === 'Unhealthy');
  return newest !== undefined && refused.test(newest.message ?? '') ? (newest.message ?? null) : null;
}

/** The Pods of the same owner that are not Ready either: the log of one is read, and it speaks for its equals. */
export function unreadyLike(pod: Pod, live: readonly Pod[]): readonly Pod[] {
  const owner = ownerText(ownerOf(pod));
  return live.filter((other) => !isReady(other) && ownerText(ownerOf(other)) === owner);
}
