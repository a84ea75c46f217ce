import type { Fact } from '../../facts/fact.ts';
import type { Event } from '../../facts/wire.ts';
import { eventCount, eventTime } from '../../model/events.ts';
import { onlyLeaderServes } from '../../model/leader.ts';
import { censusOf, type PodCause } from '../../model/pod-cause.ts';
import { classifyProbeFailure, probeText } from '../../model/probe.ts';
import { ageText } from '../../model/readiness.ts';
import { isBeingRolledOut } from '../../model/rollout.ts';
import type { Evidence, Finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { containerText, groupsOf, ownersText, podFinding, podObject, podsEvidence } from './impact.ts';
import { failureSteps, failureWords, probePortFix, readinessEvent } from './readiness-failure.ts';

function evidenceOf(cause: PodCause, event: Event | null, events: Fact<unknown>, now: number): readonly Evidence[] {
  const { readinessProbe, name = '' } = cause.state?.container ?? {};
  const object = podObject(cause);
  const spec = readinessProbe === undefined ? '' : probeText(readinessProbe);
  const at = event === null ? null : eventTime(event);
  const seen =
    event === null ? '' : ` (${eventCount(event)} times${at === null ? '' : `, last ${ageText(now - at)} ago`})`;
  const silent = events.known
    ? 'none left: judged by the state of the Pod'
    : 'not readable: judged by the state of the Pod';
  return [
    {
      label: 'probe',
      text: spec,
      object,
      path: `spec.containers[${name}].readinessProbe`,
      found: spec,
      expected: null,
    },
    {
      label: 'event',
      text: event === null ? silent : `"${event.message}"${seen}`,
      object,
      path: 'events',
      found: event?.message ?? null,
      expected: null,
    },
  ];
}

export const pod012 = defineRule({
  id: 'POD-012',
  name: 'readiness-probe-failing',
  stage: 'pods',
  severity: 'critical',
  title: 'the readiness probe of the Pods behind the Service fails',
  healthy: 'the readiness probes of the Pods behind the Service succeed',
  roles: ['target', 'dependency'],
  needs: ['service', 'pods'],
  uses: ['events'],
  explains: ['POD-020', 'DNS-002', 'HDL-002'],
  docs: {
    why: 'A Pod whose readiness probe fails stays Running but is no ready endpoint, so it gets no calls.',
    confirm: ['kubectl describe pod', 'kubectl get events --field-selector reason=Unhealthy'],
    fix: 'Correct port, path or scheme of the probe, or what keeps the application from being ready.',
    references: ['kubernetes.io: Configure Liveness, Readiness and Startup Probes', 'kubelet prober'],
  },
  check({ service, pods, events, now }) {
    const census = censusOf(service, pods, now);
    const groups = groupsOf(census, ['readiness'], (cause) => `${ownersText([cause])} ${containerText(cause)}`);
    return failIfAny(groups.map(findingOf));

    function findingOf(group: readonly [PodCause, ...PodCause[]]): Finding {
      const [first] = group;
      const event = group.map((cause) => readinessEvent(cause, events)).find((seen) => seen !== null) ?? null;
      const container = first.state?.container;
      const what = `${containerText(first)} of ${ownersText(group)} is not ready, ${failureWords(event)}`;
      const found = podFinding(service, census, group, what, {
        evidence: [podsEvidence(census, group, 'not Ready'), ...evidenceOf(first, event, events, now)],
        fix: (container === undefined || !isPortSuspect(event) ? null : probePortFix(first, container)) ?? {
          summary: 'let the readiness probe succeed',
          safety: 'review',
          commands: [],
          steps: failureSteps(event),
          patch: null,
        },
      });
      const byDesign = onlyLeaderServes(census);
      return {
        ...found,
        severity: byDesign ? 'info' : found.severity,
        converging:
          found.converging || (census.ready > 0 && group.every(({ pod }) => isBeingRolledOut(pod, pods, now))),
      };
    }
  },
});

/** The port is the suspect where nothing answers there, or where nothing tells what answers. */
function isPortSuspect(event: Event | null): boolean {
  return event === null || ['refused', 'timeout'].includes(classifyProbeFailure(event.message ?? ''));
}
