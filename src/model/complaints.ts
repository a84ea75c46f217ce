/** What the logs of Pods say against Services: who complains, about which Service, in which words. */
import type { Fact, Unknown } from '../facts/fact.ts';
import type { Container, Pod, Service } from '../facts/wire.ts';
import { dependenciesIn } from './log-dependencies.ts';
import { type LogMatch, matchLog } from './log-shapes.ts';
import { type ContainerState, conditionOf, containerStates, isReady } from './readiness.ts';
import { crashOf } from './restarts.ts';
import { startMessage } from './start-failure.ts';

export interface Complaint {
  pod: Pod;
  container: Container;
  match: LogMatch;
  /** The Service meant; null where the words name none (a name server that does not answer, a refused login, no connection left). */
  service: { name: string; namespace: string } | null;
  /** False for `a.b`, which may be an outside name. */
  certain: boolean;
}

type Logs = (pod: Pod, container: string, previous: boolean) => Fact<readonly string[]>;

/** The Service that owns the cluster IP, or null. */
function ownerOfIp(ip: string, services: readonly Service[]): Complaint['service'] {
  const owner = services.find(({ spec }) => spec?.clusterIP === ip || spec?.clusterIPs?.includes(ip));
  return owner === undefined ? null : { name: owner.metadata?.name ?? '', namespace: owner.metadata?.namespace ?? '' };
}

/** Shapes whose words name no address: who is meant is not said. */
const NAMELESS = new Set(['auth', 'exhausted', 'unnamed']);

function complaintsIn(
  lines: readonly string[],
  pod: Pod,
  container: Container,
  services: readonly Service[],
): readonly Complaint[] {
  const namespace = pod.metadata?.namespace ?? '';
  const named = dependenciesIn(lines, namespace).map(({ match, service, certain }) => ({
    pod,
    container,
    match,
    service,
    certain,
  }));
  const others = matchLog(lines).flatMap((match): Complaint[] => {
    if (NAMELESS.has(match.shape)) return [{ pod, container, match, service: null, certain: true }];
    if (match.host !== null) return [];
    const service = match.ip === null ? null : ownerOfIp(match.ip, services);
    return service === null && match.class !== 'dns-unreachable'
      ? []
      : [{ pod, container, match, service, certain: true }];
  });
  return [...named, ...others];
}

/** Containers that hold the Pod back: unfinished init containers that ran, else those that are not ready. */
function failing(pod: Pod): readonly ContainerState[] {
  const states = containerStates(pod).filter(({ status }) => status !== null);
  const inits = states.filter(
    ({ init, status }) =>
      init &&
      status?.state?.terminated?.exitCode !== 0 &&
      (status?.state?.running || (status?.restartCount ?? 0) > 0 || status?.state?.terminated),
  );
  return inits.length > 0 ? inits : states.filter(({ init, status }) => !init && status?.ready === false);
}

/** Words of a program that has what it wanted, or is up; `not ready` and `reconnecting` are none. */
const CONNECTED = /\b(?:connected to|connection (?:established|succeeded|restored))\b/i;
const UP =
  /\b(?:connected to|connection (?:established|succeeded|restored)|listening|now serving|server started|started server|started .+ in [\d.]+ seconds|ready to accept|accepting connections)\b/i;
const NEGATED = /\b(?:not|n't|never|un|dis)(?:\s+\w+)?\s*(?:connected|listening|ready|accepting)|no connection/i;

/** What was said after the last word of success: an early retry that later succeeded is no complaint. A run that crashed may have listened before, so only a connection counts. */
function unresolved(lines: readonly string[], crashed: boolean): readonly string[] {
  const success = crashed ? CONNECTED : UP;
  return lines.slice(lines.findLastIndex((line) => success.test(line) && !NEGATED.test(line)) + 1);
}

const OWN_TIME = /"(?:@?timestamp|time|ts)":\s?"([^"]{10,40})"/;
/** How many lines at the end of a log without times still speak of the present. */
const LATEST = 30;
/** A log of that many lines is the end of a longer one, whose beginning is past. */
const FULL = 200;
const SETTLING = 30_000;

/** When the Pod became Ready; where that was not saved, a while after it started. */
function settledAt(pod: Pod): number {
  const ready = Date.parse(conditionOf(pod, 'Ready')?.lastTransitionTime ?? '');
  return Number.isNaN(ready) ? Date.parse(pod.status?.startTime ?? '') + SETTLING : ready;
}

/**
 * The lines that the kubelet received after the Pod became Ready: what is older it has outlived. A log that was saved without the
 * kubelet's times has the program's own, or none: then the last lines count, as far as they came after it was up.
 */
function sinceReady(lines: readonly string[], pod: Pod): readonly string[] {
  const since = settledAt(pod);
  const times = lines.map((line) => Date.parse(/^\S+/.exec(line)?.[0] ?? ''));
  if (times.some((time) => !Number.isNaN(time))) return lines.filter((_, index) => (times[index] ?? 0) > since);
  const own = lines.map((line) => Date.parse(OWN_TIME.exec(line)?.[1] ?? ''));
  if (own.some((time) => !Number.isNaN(time))) return lines.filter((_, index) => (own[index] ?? 0) > since);
  const up = lines.findLastIndex((line) => UP.test(line) && !NEGATED.test(line));
  return up < 0 && lines.length < FULL ? [] : lines.slice(up + 1).slice(-LATEST);
}

export interface Hearing {
  complaints: readonly Complaint[];
  /** The logs of crashing containers that could not be read. */
  missing: readonly Unknown[];
}

/**
 * Hears the containers that hold a not-ready Pod back, the previous run first; of a Ready Pod all containers, but only what
 * they said since it became Ready. `services` turns cluster IPs into names.
 */
export function hear(pod: Pod, logs: Logs, services: readonly Service[], now: number): Hearing {
  const ready = isReady(pod);
  const complaints: Complaint[] = [];
  const missing: Unknown[] = [];
  for (const state of ready ? containerStates(pod).filter(({ init }) => !init) : failing(pod)) {
    const { container, status } = state;
    const crashed = !ready && crashOf(state, pod, now) !== null;
    const runs = !ready && (status?.restartCount ?? 0) > 0 ? [true, false] : [false];
    const read = runs.map((previous) => logs(pod, container.name, previous));
    for (const log of read) {
      if (!log.known) continue;
      const open = ready ? sinceReady(log.value, pod) : unresolved(log.value, crashed);
      complaints.push(...complaintsIn(open, pod, container, services));
    }
    const [unread] = read.filter((log) => !log.known);
    const ran = crashOf(state, pod, now) !== null && startMessage(status) === null;
    if (unread !== undefined && read.every((log) => !log.known) && ran) missing.push(unread);
  }
  return { complaints, missing };
}
