import type { Node, Pod } from '../../facts/wire.ts';
import { matchedPods } from '../../model/endpoints.ts';
import { isLive, isReady } from '../../model/readiness.ts';
import { ownerOf } from '../../model/workloads.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { advice, nameOf } from './advice.ts';

/** A Ready node that takes any Pod. */
function isOpen(node: Node): boolean {
  const ready = node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
  const closed = node.spec?.taints?.some(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute');
  return ready === true && closed !== true && node.spec?.unschedulable !== true;
}

/** A Pod that may not go just anywhere: by its node, by a volume, or by rules of placement. */
function isBound(pod: Pod): boolean {
  const { spec } = pod;
  return (
    ownerOf(pod).kind === 'DaemonSet' ||
    spec?.affinity !== undefined ||
    Object.keys(spec?.nodeSelector ?? {}).length > 0 ||
    spec?.volumes?.some((volume) => volume.persistentVolumeClaim !== undefined) === true
  );
}

export const bpr011 = defineRule({
  id: 'BPR-011',
  name: 'endpoints-on-one-node',
  stage: 'pods',
  severity: 'low',
  title: 'all Pods of the Service run on one node',
  healthy: 'the Pods of the Service run on more than one node',
  roles: ['target'],
  gate: 'spread',
  needs: ['service'],
  uses: ['pods', 'nodes'],
  explains: [],
  docs: {
    why: 'Several Pods on one node end together when the node does. The scheduler spreads the Pods of a Service when it places them, not later.',
    confirm: ['kubectl get pods -o wide'],
    fix: 'Add a topology spread constraint, and replace the Pods.',
    references: ['kubernetes.io: Pod Topology Spread Constraints'],
  },
  check({ service, pods, nodes }) {
    if (!pods.known || !pods.complete) return notApplicable('the Pods are not known');
    const live = matchedPods(service, pods.value).filter((pod) => isLive(pod) && isReady(pod));
    const [first] = live;
    const name = first?.spec?.nodeName;
    if (first === undefined || name === undefined || live.length < 2) return pass;
    if (live.some((pod) => pod.spec?.nodeName !== name || isBound(pod))) return pass;
    if (!nodes.known) return notApplicable('the nodes are not known');
    const others = nodes.value.filter((node) => node.metadata?.name !== name && isOpen(node));
    if (others.length === 0) return pass;
    return fail(
      finding({
        severity: 'low',
        message: `all ${live.length} Pods of ${nameOf(service)} run on node ${name}, and end with it`,
        evidence: [
          {
            label: 'node',
            text: `${name} runs ${live.length} of ${live.length}; ${others.length} other node${others.length === 1 ? '' : 's'} would take them`,
            object: `Node ${name}`,
            path: 'metadata.name',
            found: name,
            expected: 'more than one node',
          },
        ],
        fix: advice('spread them', 'add a topology spread constraint over kubernetes.io/hostname to the Pod template'),
      }),
    );
  },
});
