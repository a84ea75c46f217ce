import type { Fact } from '../../facts/fact.ts';
import type { Event, Pod } from '../../facts/wire.ts';
import { claimFault, type Storage } from '../../model/claims.ts';
import { eventsOf } from '../../model/events.ts';
import { censusOf, type PodCause } from '../../model/pod-cause.ts';
import { isReady } from '../../model/readiness.ts';
import { parseSchedulerMessage, type Scheduling, schedulingOf } from '../../model/scheduler-message.ts';
import { mainCause, SCHEDULING_CAUSES } from '../../model/scheduling-cause.ts';
import type { Evidence, Finding, Note, Shared } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { groupsOf, podFinding, podObject, podsEvidence, podsText } from './impact.ts';
import { type Waiting, waitingProofs, waitingStep, waitingWords } from './scheduling-text.ts';

/** The Pod's condition; where a scheduler has written events only, the newest of those. */
function schedulingSaid(pod: Pod, events: Fact<readonly Event[]>): Scheduling {
  const said = schedulingOf(pod);
  if (said.state !== 'untried' || !events.known) return said;
  const { message = '' } = eventsOf('Pod', pod, events.value).find(({ reason }) => reason === 'FailedScheduling') ?? {};
  return message === '' ? said : { state: 'unschedulable', message, clauses: parseSchedulerMessage(message) };
}

function schedulerEvidence(cause: PodCause, { scheduling }: Waiting, words: string): Evidence {
  const { state, message } = scheduling;
  return {
    label: 'scheduler',
    text: state === 'untried' ? words : `says "${message}"`,
    object: podObject(cause),
    path: 'status.conditions[PodScheduled]',
    found: message === '' ? null : message,
    expected: null,
  };
}

/** The scheduler's own Pods, where the control plane runs in Pods. */
function controlPlane(cause: Waiting['cause'], system: Fact<readonly Pod[]>): readonly Evidence[] {
  if (cause !== 'no-scheduler' || !system.known) return [];
  return system.value
    .filter(({ metadata }) => metadata?.labels?.component === 'kube-scheduler')
    .map((pod): Evidence => {
      const name = `${pod.metadata?.namespace}/${pod.metadata?.name}`;
      const found = isReady(pod) ? 'Ready' : 'not Ready';
      const text = `${name} is ${found}`;
      return {
        label: 'process',
        text,
        object: `Pod ${name}`,
        path: 'status.conditions[Ready]',
        found,
        expected: 'Ready',
      };
    });
}

export const pod004 = defineRule({
  id: 'POD-004',
  name: 'pod-unschedulable',
  stage: 'pods',
  severity: 'critical',
  title: 'Pods behind the Service cannot be scheduled',
  healthy: 'every Pod behind the Service has a node',
  roles: ['target', 'dependency'],
  gate: 'ill',
  needs: ['service', 'pods'],
  uses: ['nodes', 'events', 'systemPods', 'claims', 'volumes', 'storageClasses', 'quotas'],
  explains: ['POD-020', 'HDL-002'],
  causes: SCHEDULING_CAUSES,
  docs: {
    why: 'A Pod without a node has no address, so it is no endpoint. The scheduler writes why into condition PodScheduled, node by node. Nodes that the Pod itself rules out, and those of the control plane, are not why it waits as long as others remain.',
    confirm: ['kubectl get pods', 'kubectl describe pod', 'kubectl get persistentvolumeclaims'],
    fix: 'Resolve the cause that is named: tolerate or remove the taint, add capacity, correct the nodeSelector, bind the claim.',
    references: [
      'kube-scheduler FitError',
      'kubernetes.io: Assigning Pods to Nodes',
      'kubernetes.io: Persistent Volumes, Binding',
      'kubernetes.io: Pod Scheduling Readiness',
    ],
  },
  check({ service, pods, nodes, events, systemPods, claims, volumes, storageClasses, quotas, now }) {
    const census = censusOf(service, pods, now);
    if (census.causes.every((cause) => cause.class !== 'unscheduled')) return failIfAny([]);
    const storage: Storage = { claims, volumes, classes: storageClasses, events };
    const waiting = new Map(census.causes.map((cause) => [cause.pod, waitingOf(cause.pod)]));
    const of = (cause: PodCause): Waiting => waiting.get(cause.pod) ?? waitingOf(cause.pod);
    const findings = groupsOf(census, ['unscheduled'], (cause) => `${of(cause).cause} ${waitingWords(of(cause))}`);
    return failIfAny(findings.map(findingOf));

    function waitingOf(pod: Pod): Waiting {
      const scheduling = schedulingSaid(pod, events);
      const main = mainCause(pod, scheduling, nodes.known ? nodes.value : null);
      const bound = main.clause?.kind === 'volume' && /^claim-/.test(main.cause);
      const claim = bound ? claimFault(pod, storage) : null;
      return { ...main, cause: claim?.cause ?? main.cause, pod, scheduling, claim };
    }

    function findingOf(group: readonly [PodCause, ...PodCause[]]): Finding {
      const [first] = group;
      const main = of(first);
      const words = waitingWords(main);
      const proofs = waitingProofs(main, nodes).map((proof) => ({ object: podObject(first), ...proof }));
      const found = podFinding(service, census, group, `${podsText(group)} cannot be scheduled, ${words}`, {
        evidence: [
          podsEvidence(census, group, 'Pending'),
          ...proofs,
          schedulerEvidence(first, main, words),
          ...controlPlane(main.cause, systemPods),
        ],
        notes: main.cause === 'claim-missing' ? storageQuotas() : [],
        fix: {
          summary: 'let the Pods be scheduled',
          safety: 'review',
          commands: [],
          steps: [waitingStep(main)],
          patch: null,
        },
      });
      return { ...found, cause: main.cause, shared: main.cause === 'no-scheduler' ? withoutScheduler() : null };
    }

    function withoutScheduler(): Shared {
      const subject = 'No scheduler works in this cluster, so new Pods stay Pending';
      return { key: 'kube-scheduler', subject, evidence: controlPlane('no-scheduler', systemPods) };
    }

    /** Quotas that may have refused the claim. */
    function storageQuotas(): readonly Note[] {
      return (quotas.known ? quotas.value : []).flatMap(({ metadata, status }) =>
        Object.entries(status?.hard ?? {})
          .filter(([key]) => /storage$|persistentvolumeclaims$/.test(key))
          .map(([key, hard]): Note => {
            const used = status?.used?.[key] ?? '0';
            const text = `ResourceQuota ${metadata?.name} allows ${key} ${hard}, ${used} are used: it refuses a claim that needs more`;
            return { label: 'note', text };
          }),
      );
    }
  },
});
