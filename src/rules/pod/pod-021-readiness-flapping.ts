import type { Fact } from '../../facts/fact.ts';
import type { Event, Service } from '../../facts/wire.ts';
import { eventCount, eventTime } from '../../model/events.ts';
import { type Census, censusOf, type PodCause } from '../../model/pod-cause.ts';
import { containersServing } from '../../model/ports.ts';
import { probeWindow } from '../../model/probe.ts';
import { containerStates, hasFlickered, restarts } from '../../model/readiness.ts';
import { type Evidence, type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { endEvidence } from './crash-finding.ts';
import { podName, podObject, podsText, serviceText } from './impact.ts';
import { logCommand, logEvidence, logNotes } from './log-evidence.ts';
import { readinessEvent } from './readiness-failure.ts';
import { readinessProbeFix } from './readiness-probe-fix.ts';

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

function share(affected: number, all: number): string {
  return `about ${affected} of ${all} requests fails around each restart`;
}

function othersEvidence({ causes }: Census): readonly Evidence[] {
  const others = causes.filter((cause) => cause.class !== 'flapping');
  const [first] = others;
  if (first === undefined) return [];
  const most = Math.max(...others.map(({ pod }) => restarts(pod)));
  const text = `${others.length} of ${causes.length} Pods: ${most === 0 ? 'no restarts' : `at most ${most} restarts`}`;
  return [
    {
      label: 'others',
      text,
      object: podObject(first),
      path: 'status.containerStatuses',
      found: String(most),
      expected: null,
    },
  ];
}

function restartFinding(
  service: Service,
  census: Census,
  affected: readonly PodCause[],
  evidence: readonly Evidence[],
): Finding | null {
  const [first] = affected;
  if (first?.state == null) return null;
  const { container } = first.state;
  const port = (service.spec?.ports ?? []).find((entry) =>
    containersServing(entry, first.pod).some(({ name }) => name === container.name),
  );
  const bare = container.readinessProbe === undefined;
  const probe = bare && port !== undefined ? readinessProbeFix(first.pod, container, port) : null;
  return finding({
    severity: 'high',
    confidence: 'likely',
    message: `${serviceText(service)} loses ${affected.length === 1 ? 'an endpoint' : 'endpoints'} every time ${affected.length === 1 ? podName(first) : `one of ${podsText(affected)}`} restarts`,
    evidence,
    effects: [share(affected.length, census.causes.length)],
    fix: {
      summary: probe === null ? 'end the restarts' : `end the restarts, and ${probe.summary}`,
      safety: probe?.safety ?? 'review',
      commands: [logCommand(first), ...(probe?.commands ?? [])],
      steps: ['resolve what the log of the run before says'],
      patch: null,
    },
    notes: [
      {
        label: 'avoid',
        text: 'giving a livenessProbe the same path and failureThreshold: a slow dependency would then restart every Pod',
      },
    ],
    scope: { pod: affected.length === 1 ? `${first.pod.metadata?.namespace}/${podName(first)}` : null },
  });
}

function flickerFinding(service: Service, cause: PodCause, event: Event): Finding {
  return finding({
    severity: 'high',
    confidence: 'likely',
    message: `${serviceText(service)} loses an endpoint now and then: the readiness probe of ${podName(cause)} keeps failing`,
    evidence: [
      {
        label: 'event',
        text: `"${event.message}" (${eventCount(event)} times)`,
        object: podObject(cause),
        path: 'events',
        found: event.message ?? null,
        expected: null,
      },
    ],
    effects: ['requests fail or pile up on the other Pods while it is out'],
    fix: {
      summary: 'let the readiness probe answer steadily',
      safety: 'review',
      commands: [],
      steps: [
        'look for a slow dependency in the readiness path, and raise timeoutSeconds (1 unless set) where the answer takes long',
      ],
      patch: null,
    },
    scope: { pod: `${cause.pod.metadata?.namespace}/${podName(cause)}` },
  });
}

export const pod021 = defineRule({
  id: 'POD-021',
  name: 'readiness-flapping',
  stage: 'pods',
  severity: 'high',
  title: 'Pods behind the Service come and go as endpoints',
  healthy: 'the Pods behind the Service stay endpoints',
  roles: ['target', 'dependency', 'dns'],
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
