import { censusOf } from '../../model/pod-cause.ts';
import { probeText, probeWindow } from '../../model/probe.ts';
import { ageOf, ageText } from '../../model/readiness.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { containerText, groupsOf, ownersText, podFinding, podObject, podsEvidence, statusPath } from './impact.ts';

export const pod014 = defineRule({
  id: 'POD-014',
  name: 'startup-probe-pending',
  stage: 'pods',
  severity: 'critical',
  title: 'the startup probe of the Pods behind the Service has not succeeded',
  healthy: 'no Pod behind the Service waits for its startup probe',
  roles: ['target', 'dependency', 'dns'],
  gate: 'ill',
  needs: ['service', 'pods'],
  uses: [],
  explains: ['POD-020', 'DNS-002', 'HDL-002'],
  docs: {
    why: 'While the startup probe has not succeeded, the readiness probe does not run and the Pod is no ready endpoint. After failureThreshold × periodSeconds the container is killed.',
    confirm: ['kubectl describe pod'],
    fix: 'Wait, or raise failureThreshold or periodSeconds of the startup probe.',
    references: ['kubernetes.io: Configure Liveness, Readiness and Startup Probes'],
  },
  check({ service, pods, now }) {
    const census = censusOf(service, pods, now);
    const groups = groupsOf(census, ['startup'], (cause) => `${ownersText([cause])} ${containerText(cause)}`);
    return failIfAny(
      groups.map((group) => {
        const [first] = group;
        const probe = first.state?.container.startupProbe;
        const age = ageOf(first.state?.status?.state?.running?.startedAt, now);
        const window = probe === undefined ? 0 : probeWindow(probe);
        const left = age === null || age > window ? '' : `, ${ageText(window - age)} left of ${ageText(window)}`;
        const text = `${probe === undefined ? '' : probeText(probe)}${left}`;
        return podFinding(service, census, group, `${containerText(first)} of ${ownersText(group)} is still starting`, {
          evidence: [
            podsEvidence(census, group, 'starting'),
            {
              label: 'probe',
              text: `startupProbe: ${text}`,
              object: podObject(first),
              path: `${statusPath(first)}.started`,
              found: 'false',
              expected: 'true',
            },
          ],
          fix: {
            summary: 'let it start',
            safety: 'review',
            commands: [],
            steps: ['wait; where it never gets there, raise failureThreshold of the startupProbe or read the log'],
            patch: null,
          },
        });
      }),
    );
  },
});
