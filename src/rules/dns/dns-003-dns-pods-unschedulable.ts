import type { Fact } from '../../facts/fact.ts';
import type { Node, Pod } from '../../facts/wire.ts';
import { matchedPods } from '../../model/endpoints.ts';
import { lacksPodNetwork } from '../../model/node-network.ts';
import { ageOf, ageText, conditionOf, isLive, isReady } from '../../model/readiness.ts';
import { type Clause, clauseStep, clauseText, type Scheduling, schedulingOf } from '../../model/scheduler-message.ts';
import { type Evidence, type Fix, finding, type Note } from '../finding.ts';
import { defineRule, fail, pass } from '../rule.ts';

const SETTLING = 30_000;
const CNI_TAINTS = new Set(['node.kubernetes.io/not-ready', 'node.kubernetes.io/network-unavailable']);

function fixOf(clauses: readonly Clause[], networkless: boolean): Fix {
  const steps = networkless
    ? ['install a Pod network (CNI): the nodes wait for one, and the DNS Pods are placed as soon as they are Ready']
    : [
        ...new Set(
          clauses.map((clause) => (clause.kind === 'no-nodes' ? 'join or repair a node' : clauseStep(clause))),
        ),
      ];
  return {
    summary: 'give the scheduler a node that takes the DNS Pods; it tries again by itself',
    safety: 'review',
    commands: ['kubectl get nodes'],
    steps: steps.length > 0 ? steps : ['resolve what the scheduler says'],
    patch: null,
  };
}

function evidenceOf(pod: Pod, { message, clauses }: Scheduling, ready: number, all: number, now: number): Evidence[] {
  const name = `${pod.metadata?.namespace}/${pod.metadata?.name}`;
  const age = ageOf(pod.metadata?.creationTimestamp, now);
  const object = `Pod ${name}`;
  return [
    {
      label: 'Pod',
      text: `${name}: Pending${age === null ? '' : ` for ${ageText(age)}`} (${ready} of ${all} DNS Pods ready)`,
      object,
      path: 'status.phase',
      found: pod.status?.phase ?? null,
      expected: 'Running',
    },
    {
      label: 'scheduler',
      text: `"${message}"${clauses.some((clause) => clause.kind === 'no-nodes') ? ': the scheduler sees zero nodes' : ''}`,
      object,
      path: 'status.conditions[PodScheduled].message',
      found: message,
      expected: null,
    },
  ];
}

function notesOf(clauses: readonly Clause[], ready: number): Note[] {
  const ruledOut = clauses.filter((clause) => clause.kind !== 'no-nodes');
  const notes = ruledOut.map((clause): Note => ({ label: 'note', text: clauseText(clause) }));
  return ready > 0 ? notes : [...notes, { label: 'not', text: 'a fault of the Services: calls to their IPs work' }];
}

/** Nodes whose kubelet says that no Pod network is there: why the not-ready taint stands. */
function networkRows(nodes: Fact<readonly Node[]>, clauses: readonly Clause[]): Evidence[] {
  if (!nodes.known || !clauses.some((clause) => CNI_TAINTS.has(clause.key ?? ''))) return [];
  const bare = nodes.value.filter(lacksPodNetwork);
  return bare.slice(0, 1).map((node) => {
    const message = node.status?.conditions?.find((condition) => condition.type === 'Ready')?.message ?? '';
    return {
      label: 'node',
      text: `${node.metadata?.name}${bare.length > 1 ? ` (+${bare.length - 1})` : ''}: ${message}`,
      object: `Node ${node.metadata?.name}`,
      path: 'status.conditions[Ready].message',
      found: message,
      expected: null,
    };
  });
}

/** DNS Pods that the scheduler cannot place: PodScheduled=False with its message (kube-scheduler). */
export const dns003 = defineRule({
  id: 'DNS-003',
  name: 'dns-pods-unschedulable',
  stage: 'dns',
  severity: 'critical',
  title: 'the DNS Pods cannot be scheduled',
  healthy: 'every DNS Pod has a node',
  roles: ['dns'],
  needs: ['service', 'pods'],
  uses: ['nodes'],
  explains: ['DNS-002', 'POD-004', 'POD-020'],
  docs: {
    why: 'A Pod without a node never runs. While no DNS Pod runs, no Service name resolves anywhere in the cluster. On a new kubeadm cluster the DNS Pods stay Pending until a Pod network is installed: the nodes carry the taint node.kubernetes.io/not-ready until then. CoreDNS of kubeadm tolerates the control-plane taint, so that one is not the reason there.',
    confirm: [
      'kubectl -n kube-system get pods -l k8s-app=kube-dns -o wide',
      'kubectl -n kube-system describe pods -l k8s-app=kube-dns',
      'kubectl get nodes',
    ],
    fix: 'Do what the scheduler asks for: join or repair a node, install a Pod network, free resources, or tolerate the taint. The scheduler tries again by itself; nothing needs a restart.',
    references: ['kubernetes.io: Troubleshooting kubeadm', 'kubernetes.io: Taints and Tolerations'],
  },
  check(facts) {
    const live = matchedPods(facts.service, facts.pods).filter(isLive);
    const stuck = live
      .map((pod) => ({ pod, scheduling: schedulingOf(pod) }))
      .filter(({ pod, scheduling }) => !pod.spec?.nodeName && scheduling.state === 'unschedulable')
      .sort((a, b) => ((a.pod.metadata?.name ?? '') < (b.pod.metadata?.name ?? '') ? -1 : 1));
    const [first] = stuck;
    if (first === undefined) return pass;
    const ready = live.filter(isReady).length;
    const { clauses } = first.scheduling;
    const network = networkRows(facts.nodes, clauses);
    const since = stuck.map(({ pod }) => ageOf(conditionOf(pod, 'PodScheduled')?.lastTransitionTime, facts.now));
    return fail(
      finding({
        severity: ready === 0 ? 'critical' : 'medium',
        message:
          ready === 0
            ? 'no Service name resolves in this cluster: the DNS Pods cannot be scheduled'
            : `${stuck.length} of ${live.length} DNS Pods cannot be scheduled; the others answer`,
        evidence: [...evidenceOf(first.pod, first.scheduling, ready, live.length, facts.now), ...network],
        effects: ready === 0 ? ['every lookup from every Pod fails: "could not resolve host"'] : [],
        fix: fixOf(clauses, network.length > 0),
        notes: notesOf(clauses, ready),
        converging: since.every((age) => age !== null && age < SETTLING),
      }),
    );
  },
});
