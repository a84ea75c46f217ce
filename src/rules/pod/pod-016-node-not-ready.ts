import type { Node, Pod, Service } from '../../facts/wire.ts';
import { matchedPods } from '../../model/endpoints.ts';
import { NODE_CAUSES, nodeCause, nodeStep } from '../../model/node-cause.ts';
import { YOUNG } from '../../model/pod-cause.ts';
import { ageOf, ageText, isLive, isReady } from '../../model/readiness.ts';
import { type Evidence, type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { deadEffects, serviceText } from './impact.ts';

interface Lost {
  node: Node;
  name: string;
  pods: readonly Pod[];
}

function readyCondition({
  node,
}: Lost): { status: string; reason?: string; message?: string; lastTransitionTime?: string } | undefined {
  return node.status?.conditions?.find((condition) => condition.type === 'Ready');
}

function evidenceOf(lost: Lost, now: number): readonly Evidence[] {
  const condition = readyCondition(lost);
  const age = ageOf(condition?.lastTransitionTime, now);
  const since = age === null ? '' : ` since ${ageText(age)}`;
  return [
    {
      label: 'node',
      text: `${lost.name}: Ready is ${condition?.status ?? 'not reported'}${since}${condition?.reason === undefined ? '' : `, ${condition.reason}`}${condition?.message === undefined ? '' : `: ${condition.message}`}`,
      object: `Node ${lost.name}`,
      path: 'status.conditions[Ready]',
      found: condition?.status ?? null,
      expected: 'True',
    },
    {
      label: 'Pods',
      text: lost.pods.map((pod) => `${pod.metadata?.name}${isReady(pod) ? ' (still Ready)' : ''}`).join(', '),
      object: `Node ${lost.name}`,
      path: 'spec.nodeName',
      found: lost.name,
      expected: null,
    },
  ];
}

/** Pods that stay Ready on such a node stay endpoints: the kubelet renews its lease, so the node lifecycle controller does not mark them. */
function findingOf(service: Service, lost: Lost, live: readonly Pod[], now: number): Finding {
  const serving = lost.pods.filter(isReady).length;
  const all = lost.pods.length === live.length;
  const age = ageOf(readyCondition(lost)?.lastTransitionTime, now);
  const pods = `${lost.pods.length} of ${live.length} Pods of ${serviceText(service)}`;
  const share = serving === 0 ? 'are out of service' : 'stay endpoints and may not answer';
  const cause = nodeCause(lost.node);
  const why = cause === 'other' ? '' : `, ${NODE_CAUSES[cause]}`;
  return finding({
    cause,
    severity: all ? 'critical' : 'high',
    confidence: serving === 0 ? 'certain' : 'likely',
    message: `Node ${lost.name} is not ready${why}: ${pods} run there and ${share}`,
    evidence: evidenceOf(lost, now),
    effects:
      all && serving === 0
        ? deadEffects(service)
        : serving > 0
          ? [`about ${serving} of ${live.filter(isReady).length} calls may hang`]
          : [],
    fix: {
      summary: `repair node ${lost.name}`,
      safety: 'review',
      commands: [`kubectl describe node ${lost.name}`],
      steps: [nodeStep(cause)],
      patch: null,
    },
    scope: { node: lost.name },
    shared: {
      key: lost.name,
      subject: `Node ${lost.name} is not ready${why}`,
      evidence: evidenceOf(lost, now).filter(({ label }) => label === 'node'),
    },
    converging: age !== null && age < YOUNG,
  });
}

export const pod016 = defineRule({
  id: 'POD-016',
  name: 'node-not-ready',
  stage: 'pods',
  severity: 'critical',
  title: 'Pods behind the Service are on a node that is not ready',
  healthy: 'the nodes of the Pods behind the Service are ready',
  roles: ['target', 'dependency', 'dns'],
  gate: 'nodes',
  needs: ['service', 'pods', 'nodes'],
  uses: [],
  explains: ['POD-020', 'DNS-002', 'HDL-002', 'POD-012', 'POD-014', 'POD-019', 'POD-023'],
  causes: NODE_CAUSES,
  docs: {
    why: 'When a node stops reporting, its Pods become not Ready and leave the endpoints. When its kubelet reports NotReady but still renews its lease, the Pods stay Ready and stay endpoints, and calls to them may hang.',
    confirm: ['kubectl get nodes', 'kubectl get pods -o wide'],
    fix: 'Repair or replace the node.',
    references: ['kubernetes.io: Nodes', 'kubernetes issue 125618', 'node lifecycle controller'],
  },
  check({ service, pods, nodes, now }) {
    const live = matchedPods(service, pods).filter(isLive);
    const lost = nodes
      .map((node) => ({ node, name: node.metadata?.name ?? '' }))
      .map((entry) => ({ ...entry, pods: live.filter((pod) => pod.spec?.nodeName === entry.name) }))
      .filter((entry) => entry.pods.length > 0 && readyCondition(entry)?.status !== 'True')
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    return failIfAny(
      lost.map((entry) => findingOf(service, { ...entry, pods: [...entry.pods].sort(byName) }, live, now)),
    );
  },
});

function byName(a: Pod, b: Pod): number {
  return (a.metadata?.name ?? '') < (b.metadata?.name ?? '') ? -1 : 1;
}
