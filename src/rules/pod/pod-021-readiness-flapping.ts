import type { Fact } from '../../facts/fact.ts';
import type { Event } from '../../facts/wire.ts';
import { eventCount, eventTime } from '../../model/events.ts';
import { censusOf, type PodCause } from '../../model/pod-cause.ts';
import { probeWindow } from '../../model/probe.ts';
import { containerStates, hasFlickered } from '../../model/readiness.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { endEvidence } from './crash-finding.ts';
import { flickerFinding, othersEvidence, restartFinding } from './flapping-finding.ts';
import { logEvidence, logNotes } from './log-evidence.ts';
import { readinessEvent } from './readiness-failure.ts';

const RECENT = 600_000;
const SETTLED = 60_000;

/** The event of a readiness probe that failed at least three times, lately, and long after the container's start. */
function flickerOf(cause: PodCause, events: Fact<readonly Event[]>, now: number): Event | null {
  for (const state of containerStates(cause.pod)) {
    const probe = state.container.readinessProbe;
    const event = probe === undefined ? null : readinessEvent({ ...cause, state }, events);
    const at = event === null ? null : eventTime(event);
    const start = Date.parse(state.status?.state?.running?.startedAt ?? '');
    if (probe === undefined || event === null || at === null || Number.isNaN(start)) continue;
    const settled = start + probeWindow(probe) + SETTLED;
    if (eventCount(event) >= 3 && now - at <= RECENT && at > settled) return event;
  }
  return null;
}

export const pod021 = defineRule({
  id: 'POD-021',
  name: 'readiness-flapping',
  stage: 'pods',
  severity: 'high',
  title: 'Pods behind the Service come and go as endpoints',
  healthy: 'the Pods behind the Service stay endpoints',
  roles: ['target', 'dependency', 'dns'],
  gate: 'ill',
  needs: ['service', 'pods'],
  uses: ['events', 'logs'],
  explains: ['POD-020', 'POD-022'],
  docs: {
    why: 'A Pod that restarts, or whose readiness probe fails now and then, leaves the endpoints and comes back: calls fail at times. Without a readinessProbe it takes calls before it serves.',
    confirm: ['kubectl get pods', 'kubectl get endpointslices --watch', 'kubectl logs POD --previous'],
    fix: 'End the restarts: the log of the run before says why. Add a readinessProbe where there is none.',
    references: ['kubernetes.io: Pod Lifecycle', 'kubernetes.io: Configure Liveness, Readiness and Startup Probes'],
  },
  check({ service, pods, events, logs, now }) {
    const census = censusOf(service, pods, now);
    const restarting = census.causes.filter((cause) => cause.class === 'flapping');
    const [first] = restarting;
    const steady = census.causes.filter((cause) => cause.class === 'ready' && hasFlickered(cause.pod, now));
    const flickers = steady.flatMap((cause) => {
      const event = flickerOf(cause, events, now);
      return event === null ? [] : [flickerFinding(service, cause, event)];
    });
    if (first === undefined || first.end === null) return failIfAny(flickers);
    const evidence = [
      ...restarting.flatMap((cause) => (cause.end === null ? [] : [endEvidence(cause, cause.end)])),
      ...othersEvidence(census),
      ...logEvidence(first, logs),
    ];
    const found = restartFinding(service, census, restarting, evidence);
    return failIfAny([
      ...(found === null ? [] : [{ ...found, notes: [...found.notes, ...logNotes(first, logs)] }]),
      ...flickers,
    ]);
  },
});
