/** Policies of network plugins, which go beyond NetworkPolicy: which are read where, and whether one may be about a Pod. */
import type { ResourceName } from '../facts/resources.ts';
import type { KubeObject, Node, Pod } from '../facts/wire.ts';
import type { PluginPolicy } from '../facts/wire-policy.ts';
import { selects } from './label-selector.ts';

const WROTE = new WeakMap<readonly Node[], ReadonlySet<string>>();

/** What the network plugins of the nodes write as the reason of their condition NetworkUnavailable; looked through once a list. */
function written(nodes: readonly Node[]): ReadonlySet<string> {
  let reasons = WROTE.get(nodes);
  if (reasons === undefined) {
    const conditions = nodes.flatMap(({ status }) => status?.conditions ?? []);
    reasons = new Set(conditions.filter(({ type }) => type === 'NetworkUnavailable').map(({ reason }) => reason ?? ''));
    WROTE.set(nodes, reasons);
  }
  return reasons;
}

/** The kinds that the plugin seen here brings: by its DaemonSet in kube-system, or by what it writes on nodes. */
export function pluginPolicyKinds(nodes: readonly Node[], daemonSets: readonly KubeObject[]): readonly ResourceName[] {
  const reasons = written(nodes);
  const runs = (name: string): boolean => daemonSets.some(({ metadata }) => metadata?.name === name);
  const hasCilium = runs('cilium') || reasons.has('CiliumIsUp');
  const hasCalico = runs('calico-node') || runs('canal') || reasons.has('CalicoIsUp');
  return [
    ...(hasCilium ? (['ciliumnetworkpolicies', 'ciliumclusterwidenetworkpolicies'] as const) : []),
    ...(hasCalico ? (['globalnetworkpolicies'] as const) : []),
  ];
}

const SOURCE = /^(?:k8s|any)[:.]/;
const NAMESPACE = 'io.kubernetes.pod.namespace';

/** Cilium writes where a label comes from before its key, and knows the namespace as a label. */
function plainKey(key: string): string {
  return key.replace(SOURCE, '');
}

/** True where the policy is, or may be, about the Pod. An expression of Calico is not evaluated, only the one for everything is known. */
export function mayBeAbout({ kind, spec, metadata }: PluginPolicy, pod: Pod): boolean {
  const namespace = pod.metadata?.namespace ?? '';
  if (metadata?.namespace !== undefined && metadata.namespace !== namespace) return false;
  if (kind === 'GlobalNetworkPolicy') return true;
  const selector = spec?.endpointSelector;
  if (selector === undefined) return false;
  const labels = { ...pod.metadata?.labels, [NAMESPACE]: namespace };
  const matchLabels = Object.fromEntries(
    Object.entries(selector.matchLabels ?? {}).map(([key, value]) => [plainKey(key), value]),
  );
  const matchExpressions = (selector.matchExpressions ?? []).map((one) => ({ ...one, key: plainKey(one.key) }));
  return selects({ matchLabels, matchExpressions }, labels);
}
