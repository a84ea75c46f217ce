/** Why a node is not ready, from its own condition (node lifecycle controller, kubelet node status). */
import type { Node } from '../facts/wire.ts';
import { lacksPodNetwork } from './node-network.ts';

/** Every way in which a node is not ready, in words. */
export const NODE_CAUSES = {
  'kubelet-silent': 'its kubelet no longer reports',
  'runtime-down': 'its container runtime is down',
  'network-not-ready': 'its Pod network is not ready',
  'never-reported': 'its kubelet has never reported',
  other: 'its kubelet names another reason',
} as const;

export type NodeCause = keyof typeof NODE_CAUSES;

/** The cause of a node whose condition Ready is not True. */
export function nodeCause(node: Node): NodeCause {
  const ready = node.status?.conditions?.find((condition) => condition.type === 'Ready');
  if (ready === undefined || ready.reason === 'NodeStatusNeverUpdated') return 'never-reported';
  if (ready.status === 'Unknown') return 'kubelet-silent';
  if (
    /container runtime (?:is down|status check)|PLEG is not healthy|runtime service|RuntimeReady=false/i.test(
      ready.message ?? '',
    )
  )
    return 'runtime-down';
  return lacksPodNetwork(node) ? 'network-not-ready' : 'other';
}

const STEPS: Readonly<Record<NodeCause, string>> = {
  'kubelet-silent':
    'start the kubelet on the node, or bring the node back: it is off, cut from the API server, or its kubelet has ended',
  'runtime-down': 'start the container runtime (containerd, cri-o) on the node',
  'network-not-ready': 'install or repair the Pod network (CNI plugin) on the node',
  'never-reported': 'find out whether the kubelet of the node runs and reaches the API server; else delete the Node',
  other: 'repair what the condition names, or drain and replace the node',
};

/** What a person does about it. */
export function nodeStep(cause: NodeCause): string {
  return STEPS[cause];
}
