/** The two ends of traffic, and whether an end is one that a rule of a NetworkPolicy names. */
import { and, or, type Tri } from '../facts/tri.ts';
import type { NetworkPolicyPeer, Pod } from '../facts/wire.ts';
import { isWithin } from './ip-range.ts';
import { type LabelSelector, meets, requirementsOf, requirementText, selects } from './label-selector.ts';
import { type DeclaredPort, declaredPorts } from './ports.ts';
import { podIPs } from './readiness.ts';
import type { Labels } from './selector.ts';

export interface PeerPod {
  namespace: string;
  name: string;
  /** Null = not known. */
  labels: Labels | null;
  hostNetwork: boolean;
  node: string | null;
  ports: readonly DeclaredPort[];
}

export interface Peer {
  /** Null for an address that is no Pod's. */
  pod: PeerPod | null;
  /** Null = not known, as of a Pod that is still to be made. */
  ips: readonly string[] | null;
}

/** The labels of a namespace; null where they may not be read. Its name is a label that every namespace carries. */
export type NamespaceLabels = (namespace: string) => Labels | null;

/** Set by the API server on every namespace, to its name. */
export const NAME_LABEL = 'kubernetes.io/metadata.name';

/** A Pod as an end of traffic; one made from a template has no address yet. */
export function peerOf(pod: Pod): Peer {
  const ips = podIPs(pod);
  return {
    pod: {
      namespace: pod.metadata?.namespace ?? '',
      name: pod.metadata?.name ?? '',
      labels: pod.metadata?.labels,
      hostNetwork: pod.spec?.hostNetwork === true,
      node: pod.spec?.nodeName ?? null,
      ports: declaredPorts(pod),
    },
    ips: ips.length === 0 ? null : ips,
  };
}

/** What of a peer does not fit. */
export interface Unmet {
  where: 'namespace' | 'Pod' | 'address';
  /** `app=web`, or the range. */
  wanted: string;
  /** The label's value or the address; null where there is none. */
  has: string | null;
}

export interface PeerVerdict {
  matches: Tri;
  namespace: Tri;
  pods: Tri;
  unmet: readonly Unmet[];
}

function namespaceMatches(
  selector: LabelSelector | undefined,
  own: string,
  namespace: string,
  labelsOf: NamespaceLabels,
): { matches: Tri; unmet: readonly Unmet[] } {
  if (selector === undefined) {
    const unmet: Unmet[] = [{ where: 'namespace', wanted: `${NAME_LABEL}=${own}`, has: namespace }];
    return own === namespace ? { matches: true, unmet: [] } : { matches: false, unmet };
  }
  const requirements = requirementsOf(selector);
  if (requirements.length === 0) return { matches: true, unmet: [] };
  const read = labelsOf(namespace);
  const labels = { ...read, [NAME_LABEL]: namespace };
  const verdicts = requirements.map((requirement) => ({
    requirement,
    met: read === null && requirement.key !== NAME_LABEL ? ('unknown' as const) : meets(requirement, labels),
  }));
  return {
    matches: and(...verdicts.map(({ met }) => met)),
    unmet: verdicts
      .filter(({ met }) => met === false)
      .map(({ requirement }) => ({
        where: 'namespace',
        wanted: requirementText(requirement),
        has: labels[requirement.key as typeof NAME_LABEL] ?? null,
      })),
  };
}

/** True when every address of the peer lies in the block, false when none does; of two families it depends on which is used. */
function addressMatches(block: NonNullable<NetworkPolicyPeer['ipBlock']>, ips: Peer['ips']): Tri {
  if (ips === null) return 'unknown';
  const inside = ips.map((ip) => isWithin(ip, [block.cidr]) && !isWithin(ip, block.except ?? []));
  if (inside.every(Boolean)) return true;
  return inside.some(Boolean) ? 'unknown' : false;
}

function blockVerdict(block: NonNullable<NetworkPolicyPeer['ipBlock']>, { ips }: Peer): PeerVerdict {
  const matches = addressMatches(block, ips);
  const but = (block.except ?? []).length === 0 ? '' : ` except ${block.except?.join(', ')}`;
  const unmet: Unmet[] = [{ where: 'address', wanted: `${block.cidr}${but}`, has: ips?.join(', ') ?? null }];
  return { matches, namespace: 'unknown', pods: 'unknown', unmet: matches === true ? [] : unmet };
}

/** Whether the selector names a Pod with these labels; one that asks for nothing names every Pod. */
export function selectsPeer(selector: LabelSelector, labels: Labels | null): Tri {
  if (labels !== null) return selects(selector, labels);
  return requirementsOf(selector).length === 0 ? true : 'unknown';
}

/**
 * Whether the peer is one that this item of `from` or `to` names; `own` = the policy's namespace. Both selectors in one item must
 * hold. Whether a selector reaches Pods on the host network is left to the network plugin: unknown.
 */
export function peerVerdict(item: NetworkPolicyPeer, own: string, peer: Peer, labelsOf: NamespaceLabels): PeerVerdict {
  if (item.ipBlock !== undefined) return blockVerdict(item.ipBlock, peer);
  // a process of a node is no Pod of any namespace: only an address names it
  if (peer.pod === null || peer.pod.namespace === '')
    return { matches: false, namespace: false, pods: false, unmet: [] };
  const { namespace, labels, hostNetwork } = peer.pod;
  const where = namespaceMatches(item.namespaceSelector, own, namespace, labelsOf);
  const pods = item.podSelector === undefined ? true : selectsPeer(item.podSelector, labels);
  const matches = and(where.matches, pods);
  const lacking =
    labels === null ? [] : requirementsOf(item.podSelector ?? {}).filter((requirement) => !meets(requirement, labels));
  return {
    matches: hostNetwork && matches === true ? 'unknown' : matches,
    namespace: where.matches,
    pods,
    unmet: [
      ...where.unmet,
      ...lacking.map(
        (requirement): Unmet => ({
          where: 'Pod',
          wanted: requirementText(requirement),
          has: labels?.[requirement.key] ?? null,
        }),
      ),
    ],
  };
}

/** Whether any item of `from` or `to` names the peer; no items = everyone. */
export function anyPeer(verdicts: readonly PeerVerdict[]): Tri {
  return verdicts.length === 0 ? true : or(...verdicts.map(({ matches }) => matches));
}
