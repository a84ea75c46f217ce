import type { Fact } from '../../facts/fact.ts';
import type { Event } from '../../facts/wire.ts';
import { eventCount, eventTime } from '../../model/events.ts';
import { onlyLeaderServes } from '../../model/leader.ts';
import { censusOf, type PodCause } from '../../model/pod-cause.ts';
import { probeText } from '../../model/probe.ts';
import { faultStep, isMistaken, PROBE_CAUSES, probeFault } from '../../model/probe-fault.ts';
import { ageText } from '../../model/readiness.ts';
import { isBeingRolledOut } from '../../model/rollout.ts';
import type { Evidence, Finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { containerText, groupsOf, isForPeers, ownersText, podFinding, podObject, podsEvidence } from './impact.ts';
import { failureWords, probeFix, readinessEvent } from './readiness-failure.ts';

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

/** A readiness probe kills nothing, so it cannot give up too early. */
const CAUSES = Object.fromEntries(Object.entries(PROBE_CAUSES).filter(([cause]) => cause !== 'too-early'));

export const pod012 = defineRule({
  id: 'POD-012',
  name: 'readiness-probe-failing',
  stage: 'pods',
  severity: 'critical',
  title: 'the readiness probe of the Pods behind the Service fails',
  healthy: 'the readiness probes of the Pods behind the Service succeed',
  roles: ['target', 'dependency'],
  gate: 'ill',
  needs: ['service', 'pods'],
  uses: ['events'],
  explains: ['POD-020', 'DNS-002', 'HDL-002'],
  causes: CAUSES,
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
      const probe = container?.readinessProbe;
      const fault =
        container === undefined || probe === undefined
          ? null
          : probeFault('readinessProbe', probe, container, event?.message ?? null);
      const words = container === undefined ? '' : failureWords(container, event);
      const what = `${containerText(first)} of ${ownersText(group)} is not ready, ${words}`;
      const found = podFinding(service, census, group, what, {
        evidence: [podsEvidence(census, group, 'not Ready'), ...evidenceOf(first, event, events, now)],
        fix: (container === undefined || fault === null
          ? null
          : probeFix(first, container, 'readinessProbe', fault)) ?? {
          summary: 'let the readiness probe succeed',
          safety: 'review',
          commands: [],
          steps: fault === null ? [] : [faultStep(fault)],
          patch: null,
        },
      });
      const byDesign = onlyLeaderServes(census);
      const published = isForPeers(service) && fault?.cause !== 'nothing-listens';
      return {
        ...found,
        cause: fault?.cause ?? 'untold',
        ownFault: event !== null && isMistaken(fault),
        severity: byDesign ? 'info' : published ? 'low' : found.severity,
        converging:
          found.converging || (census.ready > 0 && group.every(({ pod }) => isBeingRolledOut(pod, pods, now))),
      };
    }
  },
});
