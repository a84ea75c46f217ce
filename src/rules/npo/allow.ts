/** The fix for what a policy stops: one more policy that lets exactly this through. Policies only add up, so none has to be changed. */
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort, Service, ServicePort } from '../../facts/wire.ts';
import { shellQuote } from '../../model/patch.ts';
import type { KnownCaller } from '../../model/policy-callers.ts';
import { NAME_LABEL } from '../../model/policy-peer.ts';
import { protocolOf, targetPortOf } from '../../model/ports.ts';
import type { Fix } from '../finding.ts';

export interface Allowance {
  namespace: string;
  name: string;
  /** The policies of that namespace, whose names are taken. */
  taken: readonly NetworkPolicy[];
  /** The Pods that it is about. */
  selector: Readonly<Record<string, string>>;
  ingress?: readonly { from?: readonly NetworkPolicyPeer[]; ports: readonly NetworkPolicyPort[] }[];
  egress?: readonly { to: readonly NetworkPolicyPeer[]; ports: readonly NetworkPolicyPort[] }[];
}

function freeName(wanted: string, namespace: string, taken: readonly NetworkPolicy[]): string {
  const names = new Set(
    taken.filter(({ metadata }) => metadata?.namespace === namespace).map(({ metadata }) => metadata?.name),
  );
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted}-${number}`;
    if (!names.has(name)) return name;
  }
}

/** The command that makes the policy under a name that none has; runs in any shell. */
export function allowCommand({ namespace, name, taken, selector, ingress, egress }: Allowance): string {
  const policy = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: freeName(name, namespace, taken), namespace },
    spec: {
      podSelector: Object.keys(selector).length === 0 ? {} : { matchLabels: selector },
      policyTypes: [...(ingress === undefined ? [] : ['Ingress']), ...(egress === undefined ? [] : ['Egress'])],
      ...(ingress === undefined ? {} : { ingress }),
      ...(egress === undefined ? {} : { egress }),
    },
  };
  return `echo ${shellQuote(JSON.stringify(policy))} | kubectl create -f -`;
}

/** The fix that adds the policy. */
export function allowFix(allowance: Allowance, summary: string, safety: Fix['safety'] = 'review'): Fix {
  return { summary, safety, commands: [allowCommand(allowance)], steps: [], patch: null };
}

/** A caller as items of `from`, in a policy of the namespace: its Pods, or the addresses of a node, which is no Pod. */
export function callerItems(
  { labels, namespace, peer }: KnownCaller,
  policyNamespace: string,
): readonly NetworkPolicyPeer[] {
  if (namespace === '')
    return (peer.ips ?? []).map((ip) => ({ ipBlock: { cidr: `${ip}/${ip.includes(':') ? 128 : 32}` } }));
  const podSelector = Object.keys(labels).length === 0 ? {} : { matchLabels: { ...labels } };
  if (namespace === policyNamespace) return [{ podSelector }];
  return [{ namespaceSelector: { matchLabels: { [NAME_LABEL]: namespace } }, podSelector }];
}

/** The Pods behind a Service as an item of `to`. */
export function serviceItem({ metadata, spec }: Service, policyNamespace: string): NetworkPolicyPeer {
  const podSelector = { matchLabels: { ...spec?.selector } };
  const namespace = metadata?.namespace ?? '';
  if (namespace === policyNamespace) return { podSelector };
  return { namespaceSelector: { matchLabels: { [NAME_LABEL]: namespace } }, podSelector };
}

/** The port of the Pods behind a Service's port: a policy sees it, and never the Service's own. */
export function podPort(port: ServicePort): NetworkPolicyPort {
  return { protocol: protocolOf(port), port: targetPortOf(port) as never };
}
