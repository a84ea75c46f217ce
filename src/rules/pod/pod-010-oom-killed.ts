import type { Fact } from '../../facts/fact.ts';
import type { Container, Event } from '../../facts/wire.ts';
import { censusOf, type PodCause } from '../../model/pod-cause.ts';
import { quantityOf } from '../../model/quantity.ts';
import { isStartOutOfMemory, sandboxEvent, startMessage } from '../../model/start-failure.ts';
import type { Evidence, Finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { crashFinding } from './crash-finding.ts';
import { groupsOf, ownersText, podFinding, podObject, podsEvidence, podsText } from './impact.ts';

const OOM_CAUSES = {
  'limit-exceeded': 'the process takes more memory than its limit',
  'limit-too-low-to-start': 'the memory limit is too low for the process even to start',
  'node-out-of-memory': 'no limit is set and the node itself ran out of memory',
} as const;

/** Killed before it ran: the runtime says so in the container's state, or of the sandbox in an event. */
function isKilledAtStart({ pod, state }: PodCause, events: Fact<readonly Event[]>): boolean {
  const said = startMessage(state?.status ?? null) ?? '';
  return isStartOutOfMemory(said) || isStartOutOfMemory(sandboxEvent(pod, events)?.message);
}

/** The container with the lowest memory limit: an event of the sandbox does not say which one was killed. */
function tightest({ pod, state }: PodCause): Container | null {
  if (state !== null) return state.container;
  const limited = ((pod.spec?.containers ?? []) as Container[]).filter(
    ({ resources }) => quantityOf(resources?.limits?.memory) !== null,
  );
  const size = ({ resources }: Container): number => quantityOf(resources?.limits?.memory) ?? 0;
  return [...limited].sort((a, b) => size(a) - size(b))[0] ?? null;
}

function causeOf(cause: PodCause, limit: string | null, events: Fact<readonly Event[]>): keyof typeof OOM_CAUSES {
  if (isKilledAtStart(cause, events)) return 'limit-too-low-to-start';
  return limit === null ? 'node-out-of-memory' : 'limit-exceeded';
}

export const pod010 = defineRule({
  id: 'POD-010',
  name: 'oom-killed',
  stage: 'pods',
  severity: 'critical',
  title: 'a container behind the Service is killed for want of memory',
  healthy: 'no container behind the Service is killed for want of memory',
  roles: ['target', 'dependency', 'dns'],
  gate: 'ill',
  needs: ['service', 'pods'],
  uses: ['events', 'logs'],
  explains: ['POD-019', 'POD-020', 'POD-021', 'DNS-002', 'HDL-002'],
  causes: OOM_CAUSES,
  docs: {
    why: 'A container that takes more memory than its limit is killed by the kernel (OOMKilled, exit code 137) and started again. Its Pod is not Ready meanwhile.',
    confirm: ['kubectl describe pod', 'kubectl top pod --containers'],
    fix: 'Raise the memory limit, or make the process use less.',
    references: [
      'kubernetes.io: Assign Memory Resources to Containers and Pods',
      'kubernetes.io: Node-pressure Eviction',
    ],
  },
  check({ service, pods, events, logs, now }) {
    const census = censusOf(service, pods, now);
    const groups = groupsOf(
      census,
      ['oom', 'no-ip'],
      (cause) => `${cause.class} ${ownersText([cause])} ${tightest(cause)?.name ?? ''}`,
    );
    const killed = groups.filter(([first]) => first.class === 'oom' || isKilledAtStart(first, events));
    return failIfAny(
      killed.map((group) => {
        const [first] = group;
        const container = tightest(first);
        const limit = container?.resources?.limits?.memory ?? null;
        const cause = causeOf(first, limit, events);
        const name = container === null ? podsText(group) : `container "${container.name}"`;
        const words =
          cause === 'limit-too-low-to-start'
            ? 'is killed as it starts: its memory limit is too low'
            : 'is killed because it takes more memory than it may';
        const evidence: Evidence[] = [
          {
            label: 'limit',
            text: limit === null ? 'none set: the node itself ran out of memory' : `memory ${limit}`,
            object: podObject(first),
            path: `spec.containers[${container?.name ?? ''}].resources.limits.memory`,
            found: limit,
            expected: null,
          },
        ];
        const fix: Finding['fix'] = {
          summary: `give ${name} enough memory`,
          safety: 'review',
          commands: [],
          steps: [
            limit === null
              ? 'set a memory request that the process fits in, so that it is placed where there is room'
              : `raise the memory limit of ${name} above ${limit}, or make the process use less`,
          ],
          patch: null,
        };
        const found =
          first.state === null
            ? podFinding(service, census, group, `${name} of ${ownersText(group)} ${words}`, {
                evidence: [podsEvidence(census, group, 'not started'), ...evidence, ...sandboxEvidence(first, events)],
                fix,
              })
            : crashFinding(service, census, group, words, logs, { evidence, fix });
        return { ...found, cause };
      }),
    );
  },
});

function sandboxEvidence(first: PodCause, events: Fact<readonly Event[]>): readonly Evidence[] {
  const said = sandboxEvent(first.pod, events)?.message ?? '';
  return [{ label: 'event', text: said, object: podObject(first), path: 'events', found: said, expected: null }];
}
