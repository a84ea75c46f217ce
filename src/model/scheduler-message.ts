/** Reads what the scheduler says of a Pod that it cannot place (kube-scheduler FitError and ErrNoNodesAvailable). */
import type { Pod } from '../facts/wire.ts';
import { conditionOf } from './readiness.ts';

export type ClauseKind =
  | 'taint'
  | 'resource'
  | 'node-affinity'
  | 'pod-affinity'
  | 'volume'
  | 'host-port'
  | 'spread'
  | 'cordoned'
  | 'no-nodes'
  | 'other';

export interface Clause {
  kind: ClauseKind;
  /** How many nodes it rules out; null where the scheduler gives no number. */
  nodes: number | null;
  /** The scheduler's words without the number. */
  text: string;
  /** The taint's key and value, or the resource that is short (in `key`). */
  key: string | null;
  value: string | null;
}

const KINDS: readonly (readonly [RegExp, ClauseKind])[] = [
  [/taint/, 'taint'],
  [/^(Insufficient |Too many pods)/, 'resource'],
  [/node affinity\/selector|node\(s\) didn't match (Pod's )?node selector/, 'node-affinity'],
  [/volume|\bpvc/i, 'volume'],
  [/pod (anti-)?affinity|anti-affinity/, 'pod-affinity'],
  [/free ports/, 'host-port'],
  [/topology spread/, 'spread'],
  [/unschedulable/, 'cordoned'],
];

function clauseOf(words: string): Clause {
  const { count, text = words } = /^(?<count>\d+) (?<text>.*)$/s.exec(words)?.groups ?? {};
  const kind = KINDS.find(([shape]) => shape.test(text))?.[1] ?? 'other';
  const taint = /taint(?:s|\(s\))? \{(?<key>[^:}]+): ?(?<value>[^}]*)\}/.exec(text)?.groups;
  const short = /^Insufficient (?<resource>\S+)/.exec(text)?.groups?.resource ?? null;
  return {
    kind,
    nodes: count === undefined ? null : Number(count),
    text,
    key: taint?.key ?? short,
    value: taint?.value ?? null,
  };
}

/** The clauses of a scheduler's message, as it orders them; what it says of preemption is left out. */
export function parseSchedulerMessage(message: string): readonly Clause[] {
  if (/no nodes available to schedule pods/.test(message)) {
    return [{ kind: 'no-nodes', nodes: 0, text: 'no nodes available to schedule pods', key: null, value: null }];
  }
  const why = /\d+\/\d+ nodes are available: (?<why>.*)/s.exec(message)?.groups?.why ?? message;
  const own = why.split(/[.,]? ?(?:preemption:|no new claims to deallocate)/)[0] ?? '';
  return own
    .trim()
    .replace(/\.$/, '')
    .split(/, (?=\d+ )|\. (?=\S)/)
    .filter((words) => words !== '')
    .map(clauseOf);
}

export interface Scheduling {
  /** unschedulable: the scheduler tried; gated: a scheduling gate holds it; untried: no scheduler has looked at it. */
  state: 'unschedulable' | 'gated' | 'untried';
  message: string;
  clauses: readonly Clause[];
}

/** What is known of the scheduling of a Pod without a node. */
export function schedulingOf(pod: Pod): Scheduling {
  const condition = conditionOf(pod, 'PodScheduled');
  const message = condition?.message ?? '';
  if (condition?.reason === 'SchedulingGated' || (pod.spec?.schedulingGates ?? []).length > 0) {
    return { state: 'gated', message, clauses: [] };
  }
  if (condition?.status !== 'False') return { state: 'untried', message, clauses: [] };
  return { state: 'unschedulable', message, clauses: message === '' ? [] : parseSchedulerMessage(message) };
}

/** The clause for people: `2 nodes: Insufficient cpu`. */
export function clauseText(clause: Clause): string {
  if (clause.kind === 'no-nodes') return 'the scheduler sees zero nodes';
  const text = clause.text.replace(/^node\(s\) /, '');
  return clause.nodes === null ? text : `${clause.nodes} ${clause.nodes === 1 ? 'node' : 'nodes'}: ${text}`;
}

const STEPS: Readonly<Record<Exclude<ClauseKind, 'taint' | 'resource'>, string>> = {
  'node-affinity': 'label a node as the nodeSelector or node affinity of the Pods asks, or change what they ask',
  'pod-affinity': 'add nodes, or relax the Pod affinity or anti-affinity rules',
  volume: 'look at the PersistentVolumeClaims of the Pods: they are unbound, missing, or bound to another zone or node',
  'host-port': 'free the hostPort, or drop it: a Service does not need one',
  spread: 'add nodes in the missing topology domain, or relax topologySpreadConstraints',
  cordoned: 'uncordon a node that is fit for work',
  'no-nodes': 'join or repair a node: kubectl get nodes',
  other: 'resolve what the scheduler says',
};

/** What a person does about the clause. */
export function clauseStep(clause: Clause): string {
  if (clause.kind === 'resource') {
    return clause.key === null
      ? 'add a node, or free Pod slots on the nodes'
      : `add capacity, or lower the ${clause.key} requests of the Pods`;
  }
  if (clause.kind !== 'taint') return STEPS[clause.kind];
  if (clause.key === 'node.kubernetes.io/not-ready' || clause.key === 'node.kubernetes.io/network-unavailable') {
    return 'repair the nodes: they are not ready; where the node says "cni plugin not initialized", install a Pod network';
  }
  const taint = clause.key === null ? 'the taint' : `taint ${clause.key}${clause.value ? `=${clause.value}` : ''}`;
  return `remove ${taint} from a node, or give the Pods a toleration for it`;
}
