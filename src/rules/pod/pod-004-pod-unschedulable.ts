import type { PodCause } from '../../model/pod-cause.ts';
import { censusOf } from '../../model/pod-cause.ts';
import { clauseStep, clauseText, schedulingOf } from '../../model/scheduler-message.ts';
import type { Evidence, Finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { groupsOf, podFinding, podObject, podsEvidence, podsText } from './impact.ts';

function keyOf({ pod }: PodCause): string {
  const { state, clauses } = schedulingOf(pod);
  return `${state} ${clauses
    .map(({ kind, key }) => `${kind} ${key ?? ''}`)
    .sort()
    .join(',')}`;
}

function words(cause: PodCause): string {
  const { state, message, clauses } = schedulingOf(cause.pod);
  if (state === 'gated') {
    return `scheduling gates hold it: ${(cause.pod.spec?.schedulingGates ?? []).map((gate) => gate.name).join(', ') || message}`;
  }
  if (state === 'untried')
    return `no scheduler has looked at it; it asks for "${cause.pod.spec?.schedulerName ?? 'default-scheduler'}"`;
  return clauses.length === 0 ? message : clauses.map(clauseText).join(', ');
}

function stepsOf({ pod }: PodCause): readonly string[] {
  const { state, clauses } = schedulingOf(pod);
  if (state === 'gated')
    return ['look at the controller that set spec.schedulingGates: it removes them when the Pod may start'];
  if (state === 'untried')
    return [
      `start the scheduler "${pod.spec?.schedulerName ?? 'default-scheduler'}", or name one that runs in spec.schedulerName`,
    ];
  return [...new Set(clauses.map(clauseStep))];
}

function evidenceOf(cause: PodCause): Evidence {
  const { state, message } = schedulingOf(cause.pod);
  return {
    label: 'scheduler',
    text: state === 'untried' ? words(cause) : `says "${message}"`,
    object: podObject(cause),
    path: 'status.conditions[PodScheduled]',
    found: message === '' ? null : message,
    expected: null,
  };
}

export const pod004 = defineRule({
  id: 'POD-004',
  name: 'pod-unschedulable',
  stage: 'pods',
  severity: 'critical',
  title: 'Pods behind the Service cannot be scheduled',
  healthy: 'every Pod behind the Service has a node',
  roles: ['target', 'dependency'],
  needs: ['service', 'pods'],
  uses: [],
  explains: ['POD-020'],
  docs: {
    why: 'A Pod without a node has no address, so it is no endpoint. The scheduler writes why into condition PodScheduled: taints, resources, affinity, volumes, ports.',
    confirm: ['kubectl get pods', 'kubectl describe pod'],
    fix: 'Resolve each clause of the message: tolerate or remove the taint, add capacity, correct the nodeSelector, bind the claim.',
    references: ['kube-scheduler FitError', 'kubernetes.io: Pod Scheduling Readiness', 'kubernetes.io: Debug Pods'],
  },
  check({ service, pods, now }) {
    const census = censusOf(service, pods, now);
    const findings = groupsOf(census, ['unscheduled'], keyOf).map((group): Finding => {
      const [first] = group;
      const what = `${podsText(group)} cannot be scheduled, ${words(first)}`;
      return podFinding(service, census, group, what, {
        evidence: [podsEvidence(census, group, 'Pending'), evidenceOf(first)],
        fix: {
          summary: 'let the Pods be scheduled',
          safety: 'review',
          commands: [],
          steps: stepsOf(first),
          patch: null,
        },
      });
    });
    return failIfAny(findings);
  },
});
