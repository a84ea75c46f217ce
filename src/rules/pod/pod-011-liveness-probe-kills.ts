import type { Fact } from '../../facts/fact.ts';
import type { Container, Event } from '../../facts/wire.ts';
import { eventContainer, eventsOf, eventTime } from '../../model/events.ts';
import { censusOf, type PodCause } from '../../model/pod-cause.ts';
import { probeText } from '../../model/probe.ts';
import {
  faultReason,
  faultStep,
  isMistaken,
  PROBE_CAUSES,
  type ProbeCause,
  type ProbeField,
  probeFault,
} from '../../model/probe-fault.ts';
import type { Evidence, Finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { crashFinding } from './crash-finding.ts';
import { containerText, groupsOf, ownersText, podObject } from './impact.ts';
import { probeFix } from './readiness-failure.ts';

const FAILED = /^(?:Liveness|Startup) probe (?:failed|errored)|failed (?:liveness|startup) probe/;

/** How long after a run's end its events may still be written. */
const SLACK = 60_000;

/** True for what the kubelet said during the last run or since: an earlier kill says nothing of how the container ends now. */
function isOfLastRun(event: Event, { end }: PodCause, now: number): boolean {
  const at = eventTime(event);
  if (at === null || end === null || end.ago === null || end.lasted === null) return true;
  return at >= now - end.ago - end.lasted - SLACK;
}

/** The newest event that tells of a failed liveness or startup probe of the container, of the first Pod that has one. */
function killOf(group: readonly PodCause[], events: Fact<readonly Event[]>, now: number): Event | null {
  if (!events.known) return null;
  for (const cause of group) {
    const own = eventsOf('Pod', cause.pod, events.value).filter((event) => FAILED.test(event.message ?? ''));
    const about = own.filter(
      (event) => [null, cause.state?.container.name].includes(eventContainer(event)) && isOfLastRun(event, cause, now),
    );
    const told = about.find((event) => event.reason === 'Unhealthy') ?? about[0];
    if (told !== undefined) return told;
  }
  return null;
}

/** The probe that kills: the one of which the event tells, else the only candidate that is written down. */
function killer({ livenessProbe, startupProbe }: Container, event: Event | null): ProbeField {
  if (event !== null) return /tartup/.test(event.message ?? '') ? 'startupProbe' : 'livenessProbe';
  return livenessProbe === undefined && startupProbe !== undefined ? 'startupProbe' : 'livenessProbe';
}

function evidenceOf(cause: PodCause, field: ProbeField, event: Event | null): readonly Evidence[] {
  const { name = '' } = cause.state?.container ?? {};
  const probe = cause.state?.container[field];
  const object = podObject(cause);
  const path = `spec.containers[${name}].${field}`;
  const spec =
    probe === undefined
      ? []
      : [
          {
            label: 'probe',
            text: `${field}: ${probeText(probe)}`,
            object,
            path,
            found: probeText(probe),
            expected: null,
          },
        ];
  const said = event?.message ?? null;
  return said === null
    ? spec
    : [...spec, { label: 'event', text: said, object, path: 'events', found: said, expected: null }];
}

export const pod011 = defineRule({
  id: 'POD-011',
  name: 'liveness-probe-kills',
  stage: 'pods',
  severity: 'critical',
  title: 'a liveness or startup probe kills a container behind the Service',
  healthy: 'no liveness or startup probe kills a container behind the Service',
  roles: ['target', 'dependency', 'dns'],
  gate: 'ill',
  needs: ['service', 'pods'],
  uses: ['events', 'logs'],
  explains: ['POD-008', 'POD-020', 'POD-021', 'DNS-002', 'HDL-002'],
  causes: PROBE_CAUSES,
  docs: {
    why: 'The kubelet kills a container whose liveness or startup probe fails and starts it anew. A probe that is too strict for a slow start or a slow dependency never lets it come up.',
    confirm: ['kubectl get events --field-selector reason=Unhealthy', 'kubectl describe pod'],
    fix: 'Correct the probe, or add a startupProbe that gives the process time to start.',
    references: ['kubernetes.io: Configure Liveness, Readiness and Startup Probes', 'kubelet prober'],
  },
  check({ service, pods, events, logs, now }) {
    const census = censusOf(service, pods, now);
    const kinds = ['liveness', 'crash', 'flapping'] as const;
    const groups = groupsOf(census, kinds, (cause) => `${ownersText([cause])} ${containerText(cause)}`);
    return failIfAny(
      groups
        .filter((group) => group[0].class === 'liveness' || killOf(group, events, now) !== null)
        .map((group) => findingOf(group, killOf(group, events, now))),
    );

    function findingOf(group: readonly [PodCause, ...PodCause[]], event: Event | null): Finding {
      const [first] = group;
      const container = first.state?.container;
      const field = container === undefined ? 'livenessProbe' : killer(container, event);
      const probe = container?.[field];
      const message = event?.reason === 'Unhealthy' ? (event.message ?? null) : null;
      const fault =
        container === undefined || probe === undefined ? null : probeFault(field, probe, container, message);
      const name = field === 'startupProbe' ? 'startup' : 'liveness';
      const why = fault === null || fault.cause === 'untold' ? '' : `: ${faultReason(fault)}`;
      const killed = event === null ? 'is killed by its liveness or startup probe' : `is killed by its ${name} probe`;
      const found = crashFinding(service, census, group, `${killed}${why}`, logs, {
        confidence: event === null ? 'likely' : 'certain',
        evidence: evidenceOf(first, field, event),
        fix: (container === undefined || fault === null ? null : probeFix(first, container, field, fault)) ?? {
          summary: `correct the probe of ${containerText(first)}`,
          safety: 'review',
          commands: [],
          steps: [...(fault === null ? [] : [faultStep(fault)]), ...patienceSteps(fault?.cause ?? 'untold', field)],
          patch: null,
        },
      });
      return { ...found, cause: fault?.cause ?? 'untold', ownFault: message !== null && isMistaken(fault) };
    }
  },
});

/** Where the probe may only be too strict, more time is the other way out. */
function patienceSteps(cause: ProbeCause, field: ProbeField): readonly string[] {
  if (!['untold', 'nothing-listens', 'no-answer'].includes(cause)) return [];
  return field === 'startupProbe'
    ? ['raise failureThreshold of the startupProbe']
    : ['add a startupProbe that allows for the slowest start'];
}
