/** What POD-021 says of Pods that leave the endpoints and come back. */
import type { Event, Service } from '../../facts/wire.ts';
import { eventCount } from '../../model/events.ts';
import type { Census, PodCause } from '../../model/pod-cause.ts';
import { containersServing } from '../../model/ports.ts';
import { restarts } from '../../model/readiness.ts';
import { type Evidence, type Finding, finding } from '../finding.ts';
import { podName, podObject, podsText, serviceText } from './impact.ts';
import { logCommand } from './log-evidence.ts';
import { readinessProbeFix } from './readiness-probe-fix.ts';

function share(affected: number, all: number): string {
  return `about ${affected} of ${all} requests fails around each restart`;
}

/** How often the Pods beside the restarting ones restarted. */
export function othersEvidence({ causes }: Census): readonly Evidence[] {
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

/** Pods whose containers restart; null where no container is known. */
export function restartFinding(
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

/** A Pod whose readiness probe fails now and then. */
export function flickerFinding(service: Service, cause: PodCause, event: Event): Finding {
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
