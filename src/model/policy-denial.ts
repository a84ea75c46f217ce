/** Which calls NetworkPolicies stop, and the rule that came nearest to letting them through. */
import type { NetworkPolicy, NetworkPolicyPeer, Pod, Service, ServicePort } from '../facts/wire.ts';
import { isWithin } from './ip-range.ts';
import { requirementsOf, selects } from './label-selector.ts';
import { type Direction, isolating, type PolicyPort, type RuleVerdict, ruleVerdicts, verdict } from './policy.ts';
import { calledPodsOf, type KnownCaller } from './policy-callers.ts';
import { NAME_LABEL, type NamespaceLabels, type Peer, peerOf } from './policy-peer.ts';
import { protocolOf, resolvePort } from './ports.ts';

export interface Denial {
  port: ServicePort;
  /** The port of the Pods. */
  number: number;
  /** Null: nobody at all may call. */
  caller: KnownCaller | null;
  /** How many of the called Pods it is so for. */
  pods: number;
  total: number;
  /** The policies that isolate the first of them, and how each of their rules stands to the call. */
  policies: readonly NetworkPolicy[];
  rules: readonly RuleVerdict[];
  /** The first of the called Pods. */
  called: Peer;
}

interface Called {
  peer: Peer;
  port: PolicyPort;
}

/** The Pods behind each port of the Service, with their own port. */
export function calledAt(
  service: Service,
  pods: readonly Pod[],
): readonly { port: ServicePort; called: readonly Called[] }[] {
  const behind = calledPodsOf(service, pods);
  return (service.spec?.ports ?? []).map((port) => ({
    port,
    called: behind.flatMap((pod) => {
      const number = resolvePort(port, pod);
      return number === null ? [] : [{ peer: peerOf(pod), port: { protocol: protocolOf(port), number } }];
    }),
  }));
}

const NOBODY: Peer = { pod: null, ips: null };

/** The rules about one Pod where none names its port, whoever calls; null where it is open to somebody, or its openness is the plugin's affair. */
function closed({ peer, port }: Called, policies: readonly NetworkPolicy[], labelsOf: NamespaceLabels) {
  const mine = isolating(policies, peer, 'Ingress');
  if (mine.length === 0 || peer.pod?.hostNetwork === true) return null;
  const rules = ruleVerdicts(mine, 'Ingress', { other: NOBODY, called: peer, port }, labelsOf);
  return rules.some(({ ports }) => ports !== false) ? null : { policies: mine, rules };
}

/** The ports of the Service on which no Pod of the cluster may call some or all of its Pods. */
export function closedPorts(
  service: Service,
  pods: readonly Pod[],
  policies: readonly NetworkPolicy[],
  labelsOf: NamespaceLabels,
): readonly Denial[] {
  return calledAt(service, pods).flatMap(({ port, called }): Denial[] => {
    const shut = called.flatMap((one) => {
      const found = closed(one, policies, labelsOf);
      return found === null ? [] : [{ one, found }];
    });
    const [first] = shut;
    if (first === undefined) return [];
    const { one, found } = first;
    return [
      {
        port,
        number: one.port.number,
        caller: null,
        pods: shut.length,
        total: called.length,
        called: one.peer,
        ...found,
      },
    ];
  });
}

export interface Judged {
  denials: readonly Denial[];
  /** Some answer depends on what is not known. */
  isOpen: boolean;
}

/** The calls of the caller that its own egress, or the called Pods' ingress, stops. */
export function deniedCalls(
  direction: Direction,
  caller: KnownCaller,
  service: Service,
  pods: readonly Pod[],
  policies: readonly NetworkPolicy[],
  labelsOf: NamespaceLabels,
): Judged {
  let isOpen = false;
  const denials = calledAt(service, pods).flatMap(({ port, called }): Denial[] => {
    if (caller.ports !== null && !caller.ports.includes(port.port)) return [];
    const sides = called.map((one) => {
      const found = verdict(caller.peer, one.peer, one.port, policies, labelsOf);
      return { one, side: direction === 'Ingress' ? found.ingress : found.egress };
    });
    isOpen ||= sides.some(({ side }) => side.allowed === 'unknown');
    const stopped = sides.filter(({ side }) => side.allowed === false);
    const [first] = stopped;
    if (first === undefined) return [];
    const { one, side } = first;
    const { policies: isolated, rules } = side;
    const [count, total] = [stopped.length, called.length];
    return [{ port, number: one.port.number, caller, pods: count, total, policies: isolated, rules, called: one.peer }];
  });
  return { denials, isOpen };
}

export type Mismatch = 'service-port' | 'namespace-label' | 'and-or' | 'peer' | 'service-address' | 'none';

export interface Nearest {
  mismatch: Mismatch;
  /** The rule that came nearest; null where no policy has any that speaks of this. */
  rule: RuleVerdict | null;
  /** The item of `from` or `to` that came nearest. */
  item: number | null;
}

function namesServicePort({ rule }: RuleVerdict, { port, number }: Denial): boolean {
  return (
    port.port !== number &&
    rule.ports.some((entry) => (entry.port as unknown) === port.port && (entry.protocol ?? 'TCP') === protocolOf(port))
  );
}

/** Only labels of the namespace are missing that it does not carry at all. */
function lacksNamespaceLabel(rule: RuleVerdict, item: number): boolean {
  const unmet = rule.peerVerdicts[item]?.unmet ?? [];
  return (
    unmet.length > 0 &&
    unmet.every(({ where, has, wanted }) => where === 'namespace' && has === null && !wanted.startsWith(NAME_LABEL))
  );
}

/**
 * Both selectors stand in one item, one of them fits, and as an item of its own it would have let the caller through, or it selects
 * Pods that are there: the author probably meant the one or the other.
 */
function isAndForOr(rule: RuleVerdict, item: number, caller: KnownCaller, near: readonly Pod[]): boolean {
  const { namespaceSelector, podSelector } = rule.rule.peers[item] ?? {};
  const found = rule.peerVerdicts[item];
  if (namespaceSelector === undefined || podSelector === undefined || found === undefined) return false;
  const own = rule.policy.metadata?.namespace;
  if (requirementsOf(podSelector).length === 0) return false;
  if (found.pods === true && found.namespace === false) return caller.namespace === own;
  const isThere = near.some(({ metadata }) => metadata?.namespace === own && selects(podSelector, metadata?.labels));
  return found.namespace === true && found.pods === false && caller.namespace !== own && isThere;
}

function fewest(rule: RuleVerdict): number | null {
  const count = rule.peerVerdicts.map(({ unmet }) => unmet.length);
  return count.length === 0 ? null : count.indexOf(Math.min(...count));
}

function nearestPeer(rule: RuleVerdict, caller: KnownCaller, near: readonly Pod[]): Nearest {
  const items = rule.peerVerdicts.map((_, index) => index);
  const lacking = items.find((item) => lacksNamespaceLabel(rule, item));
  if (lacking !== undefined) return { mismatch: 'namespace-label', rule, item: lacking };
  const joined = items.find((item) => isAndForOr(rule, item, caller, near));
  if (joined !== undefined) return { mismatch: 'and-or', rule, item: joined };
  return { mismatch: 'peer', rule, item: fewest(rule) };
}

/** The item of an egress rule that names the Service's cluster IP and not the Pod. */
function servicesAddress(rule: RuleVerdict, ips: readonly string[]): number {
  return rule.rule.peers.findIndex(
    ({ ipBlock }: NetworkPolicyPeer) =>
      ipBlock !== undefined && ips.some((ip) => isWithin(ip, [ipBlock.cidr]) && !isWithin(ip, ipBlock.except ?? [])),
  );
}

/**
 * The rule that came nearest and what of it does not fit. `ips` = the Service's cluster IPs where the caller's egress is judged, `near`
 * = the Pods of the policies' namespace.
 */
export function nearestOf(denial: Denial, near: readonly Pod[], ips: readonly string[]): Nearest {
  const { rules, caller } = denial;
  const byPort = rules.find((rule) => (caller === null || rule.peers === true) && namesServicePort(rule, denial));
  if (byPort !== undefined) return { mismatch: 'service-port', rule: byPort, item: null };
  for (const rule of rules) {
    const item = servicesAddress(rule, ips);
    const fits = rule.ports === true || namesServicePort(rule, denial);
    if (item >= 0 && fits) return { mismatch: 'service-address', rule, item };
  }
  if (caller !== null) {
    const found = rules
      .filter(({ ports, peers }) => ports === true && peers === false)
      .map((rule) => nearestPeer(rule, caller, near));
    for (const wanted of ['namespace-label', 'and-or', 'peer'] as const) {
      const nearest = found.find(({ mismatch }) => mismatch === wanted);
      if (nearest !== undefined) return nearest;
    }
  }
  return { mismatch: 'none', rule: rules[0] ?? null, item: null };
}
