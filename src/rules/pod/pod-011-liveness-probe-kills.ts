import type { Fact } from '../../facts/fact.ts';
import type { Event } from '../../facts/wire.ts';
import { eventContainer, eventsOf } from '../../model/events.ts';
import { censusOf, type PodCause } from '../../model/pod-cause.ts';
import { probeText } from '../../model/probe.ts';
import type { Evidence } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { crashFinding } from './crash-finding.ts';
import { containerText, groupsOf, ownersText, podObject } from './impact.ts';

const FAILED = /^(?:Liveness|Startup) probe failed|failed (?:liveness|startup) probe/;

/** The newest event that tells of a failed liveness or startup probe of the container, of the first Pod that has one. */
function killOf(group: readonly PodCause[], events: Fact<readonly Event[]>): Event | null {
  if (!events.known) return null;
  for (const { pod, state } of group) {
    const own = eventsOf('Pod', pod, events.value).filter((event) => FAILED.test(event.message ?? ''));
    const about = own.filter((event) => [null, state?.container.name].includes(eventContainer(event)));
    const told = about.find((event) => event.reason === 'Unhealthy') ?? about[0];
    if (told !== undefined) return told;
  }
  return null;
}

function evidenceOf(cause: PodCause, event: Event | null): readonly Evidence[] {
  const { livenessProbe, startupProbe, name = '' } = cause.state?.container ?? {};
  const [field, probe] =
    livenessProbe === undefined ? ['startupProbe', startupProbe] : ['livenessProbe', livenessProbe];
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
  needs: ['service', 'pods'],
  uses: ['events', 'logs'],
  explains: ['POD-008', 'POD-020', 'POD-021', 'DNS-002', 'HDL-002'],
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
        .filter((group) => group[0].class === 'liveness' || killOf(group, events) !== null)
        .map((group) => {
          const [first] = group;
          const event = killOf(group, events);
          const startup = first.state?.container.startupProbe !== undefined;
          const probe =
            event === null
              ? 'liveness or startup probe'
              : /tartup/.test(event.message ?? '')
                ? 'startup probe'
                : 'liveness probe';
          return crashFinding(service, census, group, `is killed by its ${probe}`, logs, {
            confidence: event === null ? 'likely' : 'certain',
            evidence: evidenceOf(first, event),
            fix: {
              summary: `correct the probe of ${containerText(first)}`,
              safety: 'review',
              commands: [],
              steps: [
                'check that port and path of the probe are those that the process answers',
                startup
                  ? 'raise failureThreshold of the startupProbe'
                  : 'add a startupProbe that allows for the slowest start',
              ],
              patch: null,
            },
          });
        }),
    );
  },
});
