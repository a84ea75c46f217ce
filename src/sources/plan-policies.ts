/** NetworkPolicies: those of a Service's namespace where its Pods could be called, and for a named caller those of all three ends. */
import { type FactRequest, listOf, logOf, objectOf, RESOURCES } from '../facts/resources.ts';
import { readList, readLog, readObject, type Snapshot } from '../facts/snapshot.ts';
import type { KubeObject, NetworkPolicy, Node, Pod, Service } from '../facts/wire.ts';
import { DNS_NAMESPACE } from '../model/dns-service.ts';
import { pluginPolicyKinds } from '../model/plugin-policy.ts';
import { asksForAddresses, asksForLabels, mayBePolicies } from '../model/policy-reading.ts';

interface Named {
  namespace: string;
  name: string;
}

/** The policies that may concern a Service, and the namespaces whose labels they ask for. */
export function ofPolicies(snapshot: Snapshot, { namespace, name }: Named): readonly FactRequest[] {
  const service = readObject<Service>(snapshot, 'services', namespace, name);
  const pods = readList<Pod>(snapshot, 'pods', namespace);
  if (!service.known || service.value === null || !pods.known) return [];
  const isWanted = mayBePolicies(service.value, pods.value, (pod, container, previous) =>
    readLog(snapshot, logOf(pod.metadata?.namespace ?? '', pod.metadata?.name ?? '', container, previous)),
  );
  if (!isWanted) return [];
  const { caller } = snapshot.ask;
  const plugin = ofPlugin(snapshot, namespace);
  if (caller === null) return [listOf('networkpolicies', namespace), ...plugin, ...ofLabels(snapshot, [namespace])];
  const ends = [...new Set([namespace, caller.namespace, DNS_NAMESPACE])];
  const all = readList<NetworkPolicy>(snapshot, 'networkpolicies');
  return [
    listOf('networkpolicies'),
    ...plugin,
    ...(all.known || all.why === 'not-collected' ? [] : ends.map((end) => listOf('networkpolicies', end))),
    ...ofLabels(snapshot, ends),
    ...ofAddresses(snapshot, caller.namespace, caller.kind, ends),
  ];
}

function ofPlugin(snapshot: Snapshot, namespace: string): readonly FactRequest[] {
  const nodes = readList<Node>(snapshot, 'nodes');
  const daemonSets = readList<KubeObject>(snapshot, 'daemonsets', DNS_NAMESPACE);
  const kinds = pluginPolicyKinds(nodes.known ? nodes.value : [], daemonSets.known ? daemonSets.value : []);
  return kinds.map((kind) => listOf(kind, RESOURCES[kind].namespaced ? namespace : null));
}

function policiesIn(snapshot: Snapshot, namespaces: readonly string[]): readonly NetworkPolicy[] {
  return namespaces.flatMap((namespace) => {
    const list = readList<NetworkPolicy>(snapshot, 'networkpolicies', namespace);
    return list.known ? list.value : [];
  });
}

function ofLabels(snapshot: Snapshot, namespaces: readonly string[]): readonly FactRequest[] {
  if (!asksForLabels(policiesIn(snapshot, namespaces))) return [];
  const all = readList(snapshot, 'namespaces');
  const refused = !all.known && all.why !== 'not-collected';
  return [listOf('namespaces'), ...(refused ? namespaces.map((name) => objectOf('namespaces', null, name)) : [])];
}

/** The addresses of a caller that was named by its workload. */
function ofAddresses(
  snapshot: Snapshot,
  namespace: string,
  kind: string,
  namespaces: readonly string[],
): readonly FactRequest[] {
  return kind !== 'Pod' && asksForAddresses(policiesIn(snapshot, namespaces)) ? [listOf('pods', namespace)] : [];
}
