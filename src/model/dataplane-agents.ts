/** DaemonSets that carry a cluster's network, and the nodes on which they do not run. */
import type { DaemonSet, Node, Pod } from '../facts/wire.ts';
import { CALICO, expectsKubeProxy, REPLACEMENTS } from './dataplane.ts';
import { ageOf, conditionOf, containerStates, isLive, isReady } from './readiness.ts';
import { matches } from './selector.ts';
import { isRollingOut, type Workload } from './workloads.ts';

const SETTLING = 30_000;

export interface AgentGap {
  node: Node;
  /** Null where the agent has no Pod there. */
  pod: Pod | null;
  why: string;
  /** False where the agent runs and only is not Ready. */
  down: boolean;
}

/** Of those DaemonSets that want Pods, the ones that can implement Services. */
export function serviceAgents(workloads: readonly Workload[]): readonly Workload[] {
  return workloads.filter(
    ({ kind, name, replicas }) =>
      kind === 'DaemonSet' && replicas > 0 && (REPLACEMENTS[name] !== undefined || CALICO.includes(name)),
  );
}

function statusOf(agent: Workload): DaemonSet['status'] {
  return (agent.object as DaemonSet).status;
}

/** How many Pods of the agent are Ready, of how many wanted. */
export function readiness(agent: Workload): { ready: number; wanted: number } {
  return { ready: statusOf(agent)?.numberReady ?? 0, wanted: agent.replicas };
}

function whyUnready(pod: Pod): Omit<AgentGap, 'node' | 'pod'> {
  const states = containerStates(pod);
  const waiting = states.flatMap(({ status }) => status?.state?.waiting?.reason ?? [])[0];
  if (waiting !== undefined) return { why: `its Pod there waits: ${waiting}`, down: true };
  const runs = states.some(({ init, status }) => !init && status?.state?.running !== undefined);
  return runs ? { why: 'its Pod there is not Ready', down: false } : { why: 'its Pod there does not run', down: true };
}

/** The Ready Linux nodes without a Ready Pod of the agent, by name. Its own count is asked first, for it nearly always says that all is well. */
export function agentGaps(agent: Workload, pods: readonly Pod[], nodes: readonly Node[]): readonly AgentGap[] {
  const expected = nodes.filter(expectsKubeProxy);
  const { ready, wanted } = readiness(agent);
  if (ready >= wanted && ready >= expected.length) return [];
  const labels = agent.template.metadata?.labels;
  const own = pods.filter((pod) => isLive(pod) && matches(agent.selector ?? labels, pod.metadata?.labels));
  return expected
    .flatMap((node): AgentGap[] => {
      const here = own.filter(({ spec }) => spec?.nodeName === node.metadata?.name);
      if (here.some(isReady)) return [];
      const [pod] = here;
      if (pod === undefined) return [{ node, pod: null, why: 'it has no Pod there', down: true }];
      return [{ node, pod, ...whyUnready(pod) }];
    })
    .sort((a, b) => ((a.node.metadata?.name ?? '') < (b.node.metadata?.name ?? '') ? -1 : 1));
}

/** True while the agent rolls out, or where every gap is younger than thirty seconds. */
export function isSettling(agent: Workload, gaps: readonly AgentGap[], now: number): boolean {
  const isYoung = ({ node, pod }: AgentGap): boolean => {
    const ready = node.status?.conditions?.find(({ type }) => type === 'Ready');
    const since = pod === null ? ready?.lastTransitionTime : conditionOf(pod, 'Ready')?.lastTransitionTime;
    return (ageOf(since, now) ?? SETTLING) < SETTLING;
  };
  return isRollingOut(agent) || gaps.every(isYoung);
}
