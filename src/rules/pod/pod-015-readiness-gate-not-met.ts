import { censusOf, type PodCause } from '../../model/pod-cause.ts';
import { conditionOf } from '../../model/readiness.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { groupsOf, podFinding, podObject, podsEvidence, podsText } from './impact.ts';

function gatesOf({ pod }: PodCause): readonly string[] {
  return (pod.spec?.readinessGates ?? [])
    .map((gate) => gate.conditionType)
    .filter((gate) => conditionOf(pod, gate)?.status !== 'True')
    .sort();
}

export const pod015 = defineRule({
  id: 'POD-015',
  name: 'readiness-gate-not-met',
  stage: 'pods',
  severity: 'critical',
  title: 'a readiness gate keeps the Pods behind the Service from being Ready',
  healthy: 'the readiness gates of the Pods behind the Service are met',
  roles: ['target', 'dependency', 'dns'],
  gate: 'ill',
  needs: ['service', 'pods'],
  uses: [],
  explains: ['POD-020', 'DNS-002', 'HDL-002'],
  docs: {
    why: 'A Pod with readinessGates is Ready only when every condition named there is True, however well its containers are. A controller outside, such as a load balancer controller, sets these conditions; kubectl get pods still prints 1/1.',
    confirm: ['kubectl get pods -o wide', 'kubectl describe pod'],
    fix: 'Look at the controller that sets the condition, not at the application.',
    references: ['kubernetes.io: Pod Lifecycle, Pod readiness'],
  },
  check({ service, pods, now }) {
    const census = censusOf(service, pods, now);
    return failIfAny(
      groupsOf(census, ['gate'], (cause) => gatesOf(cause).join(',')).map((group) => {
        const [first] = group;
        const gates = gatesOf(first).join(', ');
        return podFinding(service, census, group, `readiness gate ${gates} of ${podsText(group)} is not met`, {
          evidence: [
            podsEvidence(census, group, 'not Ready'),
            {
              label: 'gate',
              text: gates,
              object: podObject(first),
              path: `status.conditions[${gatesOf(first)[0] ?? ''}]`,
              found: conditionOf(first.pod, gatesOf(first)[0] ?? '')?.status ?? null,
              expected: 'True',
            },
          ],
          fix: {
            summary: 'meet the readiness gate',
            safety: 'review',
            commands: [],
            steps: [`look at the controller that sets condition ${gates}; the containers themselves are ready`],
            patch: null,
          },
        });
      }),
    );
  },
});
