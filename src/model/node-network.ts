/** What a node's own condition says about its Pod network. */
import type { Node } from '../facts/wire.ts';

/** Ready=False because no CNI plugin is there: kubelet's `NetworkPluginNotReady … cni plugin not initialized`. */
export function lacksPodNetwork(node: Node): boolean {
  const ready = node.status?.conditions?.find((condition) => condition.type === 'Ready');
  return (
    ready?.status === 'False' &&
    /cni plugin not initialized|NetworkPluginNotReady|network plugin is not ready/i.test(ready.message ?? '')
  );
}
