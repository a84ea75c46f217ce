import { censusOf } from '../../model/pod-cause.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { crashFinding, exitText } from './crash-finding.ts';
import { containerText, groupsOf, ownersText } from './impact.ts';
import { logCommand } from './log-evidence.ts';

export const pod008 = defineRule({
  id: 'POD-008',
  name: 'crash-looping',
  stage: 'pods',
  severity: 'critical',
  title: 'a container behind the Service crashes again and again',
  healthy: 'no container behind the Service crashes again and again',
  roles: ['target', 'dependency', 'dns'],
  needs: ['service', 'pods'],
  uses: ['logs'],
  explains: ['POD-020', 'DNS-002', 'HDL-002'],
  docs: {
    why: 'A container that ends is started again after a growing pause of up to five minutes. Meanwhile its Pod is not Ready and gets no calls.',
    confirm: ['kubectl get pods', 'kubectl logs POD --previous'],
    fix: 'Read the log of the run before: it says why the process ended. The Pods recover by themselves once the cause is gone.',
    references: ['kubernetes.io: Pod Lifecycle, container restart policy', 'kubernetes.io: Debug Pods'],
  },
  check({ service, pods, logs, now }) {
    const census = censusOf(service, pods, now);
    const groups = groupsOf(census, ['crash'], (cause) => `${ownersText([cause])} ${containerText(cause)}`);
    return failIfAny(
      groups.map((group) => {
        const [first] = group;
        const { end } = first;
        const words = `crashes again and again${end === null ? '' : `, ${exitText(end)}`}`;
        return crashFinding(service, census, group, words, logs, {
          fix: {
            summary: `let ${containerText(first)} run`,
            safety: 'review',
            commands: [logCommand(first)],
            steps: ['resolve what the log says; the Pods then recover by themselves within five minutes'],
            patch: null,
          },
        });
      }),
    );
  },
});
