import { censusOf } from '../../model/pod-cause.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { crashFinding } from './crash-finding.ts';
import { containerText, groupsOf, ownersText, podObject } from './impact.ts';

export const pod010 = defineRule({
  id: 'POD-010',
  name: 'oom-killed',
  stage: 'pods',
  severity: 'critical',
  title: 'a container behind the Service is killed for want of memory',
  healthy: 'no container behind the Service is killed for want of memory',
  roles: ['target', 'dependency', 'dns'],
  needs: ['service', 'pods'],
  uses: ['logs'],
  explains: ['POD-020', 'POD-021', 'DNS-002'],
  docs: {
    why: 'A container that takes more memory than its limit is killed by the kernel (OOMKilled, exit code 137) and started again. Its Pod is not Ready meanwhile.',
    confirm: ['kubectl describe pod', 'kubectl top pod --containers'],
    fix: 'Raise the memory limit, or make the process use less.',
    references: [
      'kubernetes.io: Assign Memory Resources to Containers and Pods',
      'kubernetes.io: Node-pressure Eviction',
    ],
  },
  check({ service, pods, logs, now }) {
    const census = censusOf(service, pods, now);
    const groups = groupsOf(census, ['oom'], (cause) => `${ownersText([cause])} ${containerText(cause)}`);
    return failIfAny(
      groups.map((group) => {
        const [first] = group;
        const limit = first.state?.container.resources?.limits?.memory ?? null;
        return crashFinding(service, census, group, 'is killed because it takes more memory than it may', logs, {
          evidence: [
            {
              label: 'limit',
              text: limit === null ? 'none set: the node itself ran out of memory' : `memory ${limit}`,
              object: podObject(first),
              path: `spec.containers[${first.state?.container.name ?? ''}].resources.limits.memory`,
              found: limit,
              expected: null,
            },
          ],
          fix: {
            summary: `give ${containerText(first)} enough memory`,
            safety: 'review',
            commands: [],
            steps: [
              limit === null
                ? 'set a memory request that the process fits in, so that it is placed where there is room'
                : `raise the memory limit of ${containerText(first)} above ${limit}, or make the process use less`,
            ],
            patch: null,
          },
        });
      }),
    );
  },
});
