/** What POD-004 says of each cause: in words, where it stands, and what to do. */
import type { Fact } from '../../facts/fact.ts';
import type { Node, Pod } from '../../facts/wire.ts';
import type { ClaimFault } from '../../model/claims.ts';
import { quantityOf } from '../../model/quantity.ts';
import { clauseStep, clauseText, type Scheduling } from '../../model/scheduler-message.ts';
import { type MainCause, SCHEDULING_CAUSES } from '../../model/scheduling-cause.ts';
import type { Evidence } from '../finding.ts';

export interface Waiting extends MainCause {
  pod: Pod;
  scheduling: Scheduling;
  claim: ClaimFault | null;
}

type Proof = Omit<Evidence, 'object'> & { object?: string };

const RESOURCE: Readonly<Record<string, string>> = {
  'insufficient-cpu': 'cpu',
  'insufficient-memory': 'memory',
  'insufficient-storage': 'ephemeral-storage',
};

function resourceOf({ cause, clause }: Waiting): string | null {
  return RESOURCE[cause] ?? (cause === 'insufficient-resource' ? (clause?.key ?? null) : null);
}

/** What the containers ask for together; the text as written where one container asks. */
function requestOf(pod: Pod, resource: string): { text: string; number: number } | null {
  const asked = (pod.spec?.containers ?? []).flatMap(({ resources }) => resources?.requests?.[resource] ?? []);
  if (asked.length === 0) return null;
  return { text: asked.join(' + '), number: asked.reduce((sum, one) => sum + (quantityOf(one) ?? 0), 0) };
}

function roomiest(nodes: Fact<readonly Node[]>, resource: string): { text: string; number: number } | null {
  if (!nodes.known) return null;
  const [most] = nodes.value
    .flatMap(({ status }) => {
      const text = status?.allocatable?.[resource];
      const number = quantityOf(text);
      return text === undefined || number === null ? [] : [{ text, number }];
    })
    .sort((a, b) => b.number - a.number);
  return most ?? null;
}

function labelsText(pod: Pod): string {
  return Object.entries(pod.spec?.nodeSelector ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

function affinityText(pod: Pod): string {
  const terms =
    pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  return terms
    .map(({ matchExpressions = [], matchFields = [] }) =>
      [...matchExpressions, ...matchFields]
        .map(({ key, operator, values = [] }) => `${key} ${operator} ${values.join('|')}`.trim())
        .join(' and '),
    )
    .join(' or ');
}

/** The values that nodes have for the keys asked for. */
function offered(pod: Pod, nodes: Fact<readonly Node[]>): string | null {
  if (!nodes.known) return null;
  const pairs = Object.keys(pod.spec?.nodeSelector ?? {}).flatMap((key) =>
    nodes.value.flatMap(({ metadata }) =>
      metadata?.labels?.[key] === undefined ? [] : `${key}=${metadata.labels[key]}`,
    ),
  );
  return pairs.length === 0 ? 'no node has that key' : [...new Set(pairs)].sort().join(', ');
}

/** The sentence's end: `no node carries disk=ssd`. */
export function waitingWords(waiting: Waiting): string {
  const { pod, cause, clause, nodes, claim, scheduling } = waiting;
  const resource = resourceOf(waiting);
  const names = nodes.join(', ');
  if (claim !== null) return `PersistentVolumeClaim ${claim.claim} ${claim.words}`;
  if (resource !== null) {
    const asked = requestOf(pod, resource)?.text;
    return `no node has ${asked === undefined ? `enough ${resource}` : `${resource} ${asked}`} left`;
  }
  switch (cause) {
    case 'no-scheduler':
      return `no scheduler has looked at it; it asks for "${pod.spec?.schedulerName ?? 'default-scheduler'}"`;
    case 'scheduling-gated':
      return `scheduling gates hold it: ${(pod.spec?.schedulingGates ?? []).map((gate) => gate.name).join(', ') || scheduling.message}`;
    case 'node-selector':
      return `no node carries ${labelsText(pod) || 'what it asks'}`;
    case 'node-affinity':
      return `no node satisfies ${affinityText(pod)}`;
    case 'taint': {
      const taint = clause?.key ? ` ${clause.key}${clause.value ? `=${clause.value}` : ''}` : '';
      return `it does not tolerate taint${taint}${names === '' ? '' : ` of ${names}`}`;
    }
    case 'cordoned':
      return `${names === '' ? 'the nodes are' : `${names} ${nodes.length === 1 ? 'is' : 'are'}`} cordoned`;
    case 'node-not-ready':
      return names === ''
        ? SCHEDULING_CAUSES[cause]
        : `${names}, which would fit, ${nodes.length === 1 ? 'is' : 'are'} not ready`;
    case 'other':
      return clause === null ? scheduling.message : clauseText(clause);
    default:
      return SCHEDULING_CAUSES[cause];
  }
}

/** The field that the cause stands in, beside what the scheduler says. */
export function waitingProofs(waiting: Waiting, nodes: Fact<readonly Node[]>): readonly Proof[] {
  const { pod, cause, claim } = waiting;
  const resource = resourceOf(waiting);
  if (claim !== null) {
    const object = `PersistentVolumeClaim ${pod.metadata?.namespace}/${claim.claim}`;
    const { path, found, expected } = claim;
    return [{ label: 'claim', text: `${claim.claim} ${claim.words}`, object, path, found, expected }];
  }
  if (resource !== null) {
    const asked = requestOf(pod, resource);
    const most = roomiest(nodes, resource);
    if (asked === null) return [];
    const never = most !== null && asked.number > most.number;
    const room =
      most === null ? '' : `; the largest node offers ${most.text}${never ? ', so none can ever take it' : ''}`;
    return [
      {
        label: 'requests',
        text: `${resource} ${asked.text}${room}`,
        path: `spec.containers[*].resources.requests.${resource}`,
        found: asked.text,
        expected: most === null ? null : `at most ${most.text}`,
      },
    ];
  }
  if (cause === 'node-selector') {
    const found = labelsText(pod);
    const expected = offered(pod, nodes);
    return [
      {
        label: 'asks for',
        text: `${found}; nodes have: ${expected ?? 'not known'}`,
        path: 'spec.nodeSelector',
        found,
        expected,
      },
    ];
  }
  if (cause === 'node-affinity') {
    const path = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution';
    return [{ label: 'asks for', text: affinityText(pod), path, found: affinityText(pod), expected: null }];
  }
  return cause === 'node-not-ready' ? waiting.nodes.map(lostNode) : [];
}

function lostNode(name: string): Proof {
  const [found, expected] = ['not ready', 'ready'];
  return { label: 'node', text: `${name} is not ready`, object: `Node ${name}`, path: 'spec.taints', found, expected };
}

/** What a person does about it. */
export function waitingStep(waiting: Waiting): string {
  const { pod, cause, clause, nodes, claim } = waiting;
  if (claim !== null) return claim.step;
  const scheduler = pod.spec?.schedulerName ?? 'default-scheduler';
  switch (cause) {
    case 'scheduling-gated':
      return 'look at the controller that set spec.schedulingGates: it removes them when the Pod may start';
    case 'no-scheduler':
      return `start the scheduler "${scheduler}", or name one that runs in spec.schedulerName`;
    case 'cordoned':
      return `uncordon a node that is fit for work${nodes[0] === undefined ? '' : `: kubectl uncordon ${nodes[0]}`}`;
    case 'pod-anti-affinity':
      return 'add nodes, run fewer Pods, or prefer the anti-affinity instead of requiring it';
    default:
      return clause === null ? 'resolve what the scheduler says' : clauseStep(clause);
  }
}
