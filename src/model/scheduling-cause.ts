/** Which of the scheduler's clauses is the reason that a Pod stays without a node, and which only name nodes that were never meant for it. */
import type { Node, Pod } from '../facts/wire.ts';
import { isReserved, matchesNodeAffinity, matchesNodeSelector, untoleratedTaints } from './node-fit.ts';
import type { Clause, Scheduling } from './scheduler-message.ts';

/** Every way in which a Pod does not get a node, in words. */
export const SCHEDULING_CAUSES = {
  'no-scheduler': 'no scheduler has looked at the Pods',
  'scheduling-gated': 'a scheduling gate holds the Pods',
  'no-nodes': 'the cluster has no nodes',
  'node-selector': 'no node carries the labels of the nodeSelector',
  'node-affinity': 'no node satisfies the required node affinity',
  'pod-affinity': 'no node runs the Pods that these want to be near',
  'pod-anti-affinity': 'every node runs Pods that these must not be near',
  taint: 'the nodes have a taint that the Pods do not tolerate',
  'node-not-ready': 'the nodes that fit are not ready',
  'node-pressure': 'the nodes that fit are short of memory, disk or process ids',
  cordoned: 'the nodes are cordoned',
  'insufficient-cpu': 'no node has enough CPU left',
  'insufficient-memory': 'no node has enough memory left',
  'insufficient-storage': 'no node has enough ephemeral storage left',
  'insufficient-resource': 'no node has enough left of another resource',
  'too-many-pods': 'the nodes run as many Pods as they may',
  'host-port': 'the hostPort is taken on every node',
  'topology-spread': 'the topology spread constraints leave no node',
  'claim-missing': 'a PersistentVolumeClaim of the Pods does not exist',
  'claim-unbound': 'a PersistentVolumeClaim of the Pods is not bound',
  'claim-class-missing': 'a PersistentVolumeClaim asks for a StorageClass that does not exist',
  'claim-selector': 'no PersistentVolume carries the labels that the claim selects',
  'claim-capacity': 'no PersistentVolume is as large as the claim asks',
  'claim-access-mode': 'no PersistentVolume has the access mode that the claim asks',
  'claim-provisioning': 'the volume of a PersistentVolumeClaim cannot be provisioned',
  'volume-taken': 'the PersistentVolume that would fit is bound to another claim',
  'volume-zone': 'the PersistentVolume can be reached from other nodes or zones only',
  'volume-limit': 'the nodes have as many volumes attached as they may',
  'volume-lost': 'the PersistentVolume behind the claim does not exist',
  other: 'the scheduler names another reason',
} as const;

export type SchedulingCause = keyof typeof SCHEDULING_CAUSES;

const NOT_READY = new Set([
  'node.kubernetes.io/not-ready',
  'node.kubernetes.io/unreachable',
  'node.kubernetes.io/network-unavailable',
]);

const RESOURCES: Readonly<Record<string, SchedulingCause>> = {
  cpu: 'insufficient-cpu',
  memory: 'insufficient-memory',
  'ephemeral-storage': 'insufficient-storage',
};

const VOLUMES: readonly (readonly [RegExp, SchedulingCause])[] = [
  [/persistentvolumeclaim "[^"]+" (?:not found|is being deleted)/, 'claim-missing'],
  [/unbound immediate|didn't find available persistent volumes|enough free storage/, 'claim-unbound'],
  [/node affinity|volume zone/, 'volume-zone'],
  [/max volume count/, 'volume-limit'],
  [/non-existent pv|persistentvolume "[^"]+" not found/, 'volume-lost'],
  [/ReadWriteOncePod|conflict|in use/i, 'volume-taken'],
];

/** The cause that a clause speaks of by its words alone. */
function causeOf({ kind, key, text }: Clause): SchedulingCause {
  switch (kind) {
    case 'resource':
      return key === null ? 'too-many-pods' : (RESOURCES[key] ?? 'insufficient-resource');
    case 'taint':
      if (key !== null && NOT_READY.has(key)) return 'node-not-ready';
      if (/^node\.kubernetes\.io\/(?:memory|disk|pid)-pressure$/.test(key ?? '')) return 'node-pressure';
      return key === 'node.kubernetes.io/unschedulable' ? 'cordoned' : 'taint';
    case 'pod-affinity':
      return /anti-affinity/.test(text) ? 'pod-anti-affinity' : 'pod-affinity';
    case 'volume':
      return VOLUMES.find(([shape]) => shape.test(text))?.[1] ?? 'claim-unbound';
    case 'spread':
      return 'topology-spread';
    default:
      return kind;
  }
}

export interface MainCause {
  cause: SchedulingCause;
  /** The clause that says so; null where it is not the scheduler that says it. */
  clause: Clause | null;
  /** The nodes meant, by name: those that would fit were it not for this. */
  nodes: readonly string[];
}

function nameOf(node: Node): string {
  return node.metadata?.name ?? '';
}

/** The nodes, among those meant for the Pod, that the clause can speak of; null where objects do not tell which. */
function ruledOut(clause: Clause, pod: Pod, meant: readonly Node[]): readonly Node[] | null {
  if (clause.kind === 'cordoned') return meant.filter((node) => node.spec?.unschedulable === true);
  if (clause.kind === 'taint')
    return meant.filter((node) => untoleratedTaints(pod, node).some((taint) => taint.key === clause.key));
  return null;
}

/** What the Pod asks of nodes and none of them offers. */
function asked(pod: Pod, workers: readonly Node[] | null): SchedulingCause {
  const labels = Object.keys(pod.spec?.nodeSelector ?? {}).length > 0;
  const affinity = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution !== undefined;
  if (labels && affinity && workers !== null)
    return workers.some((node) => matchesNodeSelector(pod, node)) ? 'node-affinity' : 'node-selector';
  return affinity && !labels ? 'node-affinity' : 'node-selector';
}

/**
 * Nodes that the Pod's own selector or affinity rules out, and those of the control plane, are not why it waits as long as others
 * remain: then the clause that rules out most of those counts. A claim that is missing or unbound stands before all nodes.
 */
export function mainCause(pod: Pod, { state, clauses }: Scheduling, nodes: readonly Node[] | null): MainCause {
  if (state === 'gated') return { cause: 'scheduling-gated', clause: null, nodes: [] };
  if (state === 'untried') return { cause: 'no-scheduler', clause: null, nodes: [] };
  const whole = clauses.find(({ nodes: count, kind }) => kind === 'no-nodes' || (count === null && kind === 'volume'));
  if (whole !== undefined) return { cause: causeOf(whole), clause: whole, nodes: [] };
  const workers = nodes?.filter((node) => !isReserved(pod, node)) ?? null;
  const meant = workers?.filter((node) => matchesNodeSelector(pod, node) && matchesNodeAffinity(pod, node)) ?? [];
  const own = clauses.find(({ kind }) => kind === 'node-affinity');
  const others = clauses.filter(({ kind }) => kind !== 'node-affinity');
  const nobody = own !== undefined && (workers === null ? countsMost(own, clauses) : meant.length === 0);
  if (nobody) return { cause: asked(pod, workers), clause: own, nodes: [] };
  const weighed = others
    .map((clause) => {
      const out = ruledOut(clause, pod, meant);
      return { clause, nodes: out ?? [], weight: out === null || workers === null ? (clause.nodes ?? 0) : out.length };
    })
    .sort((a, b) => b.weight - a.weight || (a.clause.text < b.clause.text ? -1 : 1));
  const [most] = weighed;
  if (most !== undefined)
    return { cause: causeOf(most.clause), clause: most.clause, nodes: most.nodes.map(nameOf).sort() };
  return own === undefined
    ? { cause: 'other', clause: null, nodes: [] }
    : { cause: asked(pod, workers), clause: own, nodes: [] };
}

function countsMost(clause: Clause, all: readonly Clause[]): boolean {
  return all.every((other) => (other.nodes ?? 0) <= (clause.nodes ?? 0) || other === clause);
}
