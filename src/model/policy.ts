/** NetworkPolicy (networking.k8s.io/v1): whether a Pod may call another one on a port, by which rules, and what of a rule does not fit. */
import { and, or, type Tri } from '../facts/tri.ts';
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '../facts/wire.ts';
import { anyPeer, type NamespaceLabels, type Peer, type PeerVerdict, peerVerdict, selectsPeer } from './policy-peer.ts';

export type Direction = 'Ingress' | 'Egress';

/** What is called, after the Service's address was translated: the Pod's own port. */
export interface PolicyPort {
  protocol: string;
  number: number;
}

/** Ingress and egress rules in one form. */
export interface PolicyRule {
  peers: readonly NetworkPolicyPeer[];
  ports: readonly NetworkPolicyPort[];
}

export interface RuleVerdict {
  policy: NetworkPolicy;
  /** Its place in `spec.ingress` or `spec.egress`. */
  index: number;
  rule: PolicyRule;
  matches: Tri;
  peers: Tri;
  ports: Tri;
  /** One for each item of `from` or `to`. */
  peerVerdicts: readonly PeerVerdict[];
}

export interface Side {
  direction: Direction;
  allowed: Tri;
  /** Why no policy counts: a Pod calls itself, or its own node is at the other end. */
  exempt: 'self' | 'node' | null;
  /** The policies that isolate the Pod in this direction. */
  policies: readonly NetworkPolicy[];
  rules: readonly RuleVerdict[];
}

export interface Verdict {
  allowed: Tri;
  egress: Side;
  ingress: Side;
}

/** The directions that the policy restricts. Where none is written: Ingress, and Egress if there are egress rules (API defaulting). */
export function directionsOf({ spec }: NetworkPolicy): readonly Direction[] {
  const written = (spec?.policyTypes ?? []) as Direction[];
  if (written.length > 0) return written;
  return (spec?.egress ?? []).length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
}

/** The rules of one direction, whether or not the policy restricts it. */
export function rulesOf({ spec }: NetworkPolicy, direction: Direction): readonly PolicyRule[] {
  const rules =
    direction === 'Ingress'
      ? (spec?.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }))
      : (spec?.egress ?? []).map(({ to, ports }) => ({ peers: to, ports }));
  return rules.map(({ peers, ports }) => ({ peers: peers ?? [], ports: ports ?? [] }));
}

/** True when the policy is of the Pod's namespace and selects it; unknown where it asks for labels that are not known. */
export function isAbout(policy: NetworkPolicy, pod: Peer): Tri {
  if (pod.pod === null || policy.metadata?.namespace !== pod.pod.namespace) return false;
  return selectsPeer(policy.spec?.podSelector ?? {}, pod.pod.labels);
}

/** The policies that isolate the Pod in the direction. */
export function isolating(
  policies: readonly NetworkPolicy[],
  pod: Peer,
  direction: Direction,
): readonly NetworkPolicy[] {
  return policies.filter((policy) => isAbout(policy, pod) === true && directionsOf(policy).includes(direction));
}

/** Whether the entry names the port. A name is one of the called Pod's own, of the same protocol. */
export function portMatches(entry: NetworkPolicyPort, called: Peer, { protocol, number }: PolicyPort): boolean {
  if ((entry.protocol ?? 'TCP') !== protocol) return false;
  const port = entry.port as number | string | undefined;
  if (port === undefined) return true;
  if (typeof port === 'number')
    return entry.endPort === undefined ? port === number : port <= number && number <= entry.endPort;
  return (called.pod?.ports ?? []).some(
    (declared) => declared.name === port && declared.protocol === protocol && declared.number === number,
  );
}

/** How each rule of the policies stands to the other end and to the port. */
export function ruleVerdicts(
  policies: readonly NetworkPolicy[],
  direction: Direction,
  { other, called, port }: { other: Peer; called: Peer; port: PolicyPort },
  labelsOf: NamespaceLabels,
): readonly RuleVerdict[] {
  return policies.flatMap((policy) =>
    rulesOf(policy, direction).map((rule, index): RuleVerdict => {
      const own = policy.metadata?.namespace ?? '';
      const peerVerdicts = rule.peers.map((item) => peerVerdict(item, own, other, labelsOf));
      const peers = anyPeer(peerVerdicts);
      const ports = rule.ports.length === 0 || rule.ports.some((entry) => portMatches(entry, called, port));
      return { policy, index, rule, matches: and(peers, ports), peers, ports, peerVerdicts };
    }),
  );
}

/** Traffic that no policy stops: of a Pod with itself, and of a Pod with the node it runs on (probes of the kubelet). */
function exemption(one: Peer, other: Peer): Side['exempt'] {
  const [a, b] = [one.pod, other.pod];
  if (a === null || b === null) return null;
  if (a.namespace === b.namespace && a.name === b.name && a.name !== '') return 'self';
  return (a.hostNetwork || b.hostNetwork) && a.node !== null && a.node === b.node ? 'node' : null;
}

function sideOf(
  direction: Direction,
  isolated: Peer,
  other: Peer,
  port: PolicyPort,
  policies: readonly NetworkPolicy[],
  labelsOf: NamespaceLabels,
): Side {
  const exempt = exemption(isolated, other);
  const mine = isolating(policies, isolated, direction);
  const called = direction === 'Ingress' ? isolated : other;
  const rules = ruleVerdicts(mine, direction, { other, called, port }, labelsOf);
  const isFree = exempt !== null || mine.length === 0;
  const ruled = or(...rules.map(({ matches }) => matches));
  // whether a policy reaches a Pod on the host network is left to the network plugin
  const onHost = isolated.pod?.hostNetwork === true && ruled !== true;
  const further = policies.some(
    (policy) => isAbout(policy, isolated) === 'unknown' && directionsOf(policy).includes(direction),
  );
  // a policy that may or may not select the Pod may close what is open, or open what is closed
  const isUnsure = exempt === null && further && (isFree || ruled !== true);
  const allowed = isUnsure || (!isFree && onHost) ? 'unknown' : isFree || ruled;
  return { direction, allowed, exempt, policies: mine, rules };
}

/**
 * May the one Pod call the other on that port of the called Pod? `policies` of both namespaces, complete. Allowed where the caller's
 * egress and the called Pod's ingress allow it; a side that no policy isolates allows all; else one rule of any isolating policy suffices.
 */
export function verdict(
  from: Peer,
  to: Peer,
  port: PolicyPort,
  policies: readonly NetworkPolicy[],
  labelsOf: NamespaceLabels,
): Verdict {
  const egress = sideOf('Egress', from, to, port, policies, labelsOf);
  const ingress = sideOf('Ingress', to, from, port, policies, labelsOf);
  return { allowed: and(egress.allowed, ingress.allowed), egress, ingress };
}
