import type { Fact } from '../../facts/fact.ts';
import type { Deployment, Event } from '../../facts/wire.ts';
import { CREATION_CAUSES, type CreationFailure, creationFailure, failureStep } from '../../model/creation-failure.ts';
import { matchedPods, selectsPods } from '../../model/endpoints.ts';
import { YOUNG } from '../../model/pod-cause.ts';
import { ageOf, isLive, isTerminal, isTerminating } from '../../model/readiness.ts';
import { plannedBy, podsOf, type Workload } from '../../model/workloads.ts';
import { type Evidence, type Finding, finding, type Shared } from '../finding.ts';
import { defineRule, failIfAny, notApplicable } from '../rule.ts';
import { nameOf } from '../service-text.ts';
import { deadEffects, serviceText } from './impact.ts';

interface Shortage {
  workload: Workload;
  live: number;
}

function evidenceOf({ workload, live }: Shortage, words: string | null): readonly Evidence[] {
  const object = `${workload.kind} ${workload.namespace}/${workload.name}`;
  const wanted = String(workload.replicas);
  return [
    {
      label: 'Pods',
      text: `${live} of ${wanted} exist`,
      object,
      path: 'spec.replicas',
      found: String(live),
      expected: wanted,
    },
    {
      label: 'reason',
      text: words ?? 'not known: neither a condition nor an event tells; look at the controller manager',
      object,
      path: 'status.conditions[ReplicaFailure].message',
      found: words,
      expected: null,
    },
  ];
}

function keyOf({ workload }: Shortage): string {
  return `${workload.kind} ${workload.name}`;
}

function isYoung({ workload }: Shortage, now: number): boolean {
  const { metadata, status } = workload.object;
  const age = ageOf(metadata?.creationTimestamp, now);
  return (age !== null && age < YOUNG) || (status?.observedGeneration ?? 0) < (metadata?.generation ?? 0);
}

export const pod003 = defineRule({
  id: 'POD-003',
  name: 'pods-not-created',
  stage: 'pods',
  severity: 'critical',
  title: 'the workload wants Pods that are not created',
  healthy: 'the Pods that the workload wants are created',
  roles: ['target', 'dependency'],
  gate: 'ill',
  needs: ['service', 'pods', 'workloads'],
  uses: ['events'],
  explains: ['POD-020', 'DNS-002', 'HDL-002'],
  causes: CREATION_CAUSES,
  docs: {
    why: 'The controller of a Deployment, StatefulSet or DaemonSet asks the API server for Pods. A quota, Pod Security admission, a missing ServiceAccount or a webhook can refuse them: then no Pod exists, and kubectl get pods shows nothing.',
    confirm: ['kubectl get events --field-selector reason=FailedCreate', 'kubectl describe replicaset'],
    fix: 'Resolve what the message names: the quota, the LimitRange, the Pod Security level, the ServiceAccount or the webhook.',
    references: [
      'apps/v1 DeploymentCondition ReplicaFailure',
      'kubernetes.io: Resource Quotas',
      'kubernetes.io: Pod Security Admission',
    ],
  },
  check({ service, pods, workloads, events, now }) {
    if (!selectsPods(service)) return notApplicable('the Service selects no Pods');
    const matched = matchedPods(service, pods);
    const live = matched.filter(isLive).length;
    const leaving = matched.some((pod) => isTerminating(pod) || isTerminal(pod));
    const shortages = plannedBy(service.spec?.selector, workloads)
      .filter((workload) => workload.replicas > 0)
      .map((workload) => ({ workload, live: podsOf(workload, pods).filter(isLive).length }))
      .filter(({ workload, live: own }) => own < workload.replicas)
      .filter(({ workload, live: own }) => isRefused(workload) || (own === 0 && live === 0 && !leaving));
    const ordered = [...shortages].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    return failIfAny(ordered.map((shortage) => findingOf(shortage, live, events)));

    function findingOf(shortage: Shortage, total: number, seen: Fact<readonly Event[]>): Finding {
      const { workload } = shortage;
      const failure = creationFailure(workload, seen);
      const what = `${workload.kind} ${workload.name} cannot create ${total === 0 ? 'its Pods' : 'all of its Pods'}`;
      const why = failure === null ? '' : `, ${failure.words}`;
      const behind = failure?.service == null ? null : `${failure.service.namespace}/${failure.service.name}`;
      return finding({
        cause: failure?.cause ?? 'untold',
        severity: total === 0 ? 'critical' : 'high',
        confidence: failure === null ? 'likely' : 'certain',
        message: `${serviceText(service)} ${total === 0 ? 'does not work' : 'has fewer endpoints than wanted'}: ${what}${why}`,
        evidence: evidenceOf(shortage, failure?.message ?? null),
        effects: total === 0 ? deadEffects(service) : [],
        fix: {
          summary: 'let the Pods be created',
          safety: 'review',
          commands: [],
          steps: [stepOf(failure, behind === nameOf(service))],
          patch: null,
        },
        dependency: behind === nameOf(service) ? null : behind,
        shared: sharedBy(workload, failure),
        converging: isYoung(shortage, now),
      });
    }
  },
});

/** A webhook that is asked about its own Pods waits for itself. */
function stepOf(failure: CreationFailure | null, isOwn: boolean): string {
  if (failure === null) return 'look at the log of kube-controller-manager';
  return isOwn
    ? `the webhook ${failure.name} is asked about the Pods that answer it: leave its own namespace out by namespaceSelector`
    : failureStep(failure);
}

/** A quota refuses the Pods of everyone in the namespace. */
function sharedBy({ namespace }: Workload, failure: CreationFailure | null): Shared | null {
  if (failure?.name == null || !failure.cause.startsWith('quota-')) return null;
  return {
    key: `${namespace}/${failure.name}/${failure.cause}`,
    subject: `${CREATION_CAUSES[failure.cause].replace('a ResourceQuota', `ResourceQuota ${namespace}/${failure.name}`)} for new Pods`,
    evidence: [
      {
        label: 'quota',
        text: failure.words,
        object: `ResourceQuota ${namespace}/${failure.name}`,
        path: 'status.used',
        found: failure.message,
        expected: null,
      },
    ],
  };
}

function isRefused(workload: Workload): boolean {
  const conditions = (workload.object as Deployment).status?.conditions ?? [];
  return conditions.some((condition) => condition.type === 'ReplicaFailure' && condition.status === 'True');
}
