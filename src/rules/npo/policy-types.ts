/** What is surprising about the policyTypes of policies, and the words for it. */
import type { NetworkPolicy, Pod, Service } from '../../facts/wire.ts';
import { type Direction, directionsOf, isAbout, isolating, portMatches, rulesOf } from '../../model/policy.ts';
import { calledPodsOf } from '../../model/policy-callers.ts';
import { calledAt, closedPorts } from '../../model/policy-denial.ts';
import type { Enforcement } from '../../model/policy-enforcement.ts';
import { type Peer, peerOf } from '../../model/policy-peer.ts';
import { type Confidence, type Finding, finding } from '../finding.ts';
import { stepsFix } from '../service-text.ts';
import { type Sender, sureOf } from './egress-finding.ts';
import { isSettling, policyName, scaled } from './policy-text.ts';

export interface Surprise {
  policy: NetworkPolicy;
  direction: Direction;
  cause: 'rules-ignored' | 'no-egress-rules';
  /** True where calls fail because of it. */
  harms: boolean;
  confidence: Confidence;
}

/** Rules of a direction that the policy does not restrict: they are not read. */
function hasIgnored(policy: NetworkPolicy, direction: Direction): boolean {
  return rulesOf(policy, direction).length > 0 && !directionsOf(policy).includes(direction);
}

/** Policies that restrict egress, have ingress rules and no egress rule, while no other policy lets this Pod out to anything. */
function shutIn(policies: readonly NetworkPolicy[], peer: Peer): readonly NetworkPolicy[] {
  const mine = isolating(policies, peer, 'Egress');
  if (mine.some((policy) => rulesOf(policy, 'Egress').length > 0)) return [];
  return mine.filter((policy) => rulesOf(policy, 'Ingress').length > 0);
}

/** The finding about one of them. */
export function surpriseFinding(
  { policy, direction, cause, harms, confidence }: Surprise,
  enforcement: Enforcement,
  now: number,
): Finding {
  const name = policyName(policy);
  const ignored = cause === 'rules-ignored';
  const key = direction.toLowerCase();
  const types = directionsOf(policy).join(', ');
  const object = `NetworkPolicy ${name}`;
  return finding({
    cause,
    severity: harms ? 'high' : 'low',
    confidence: scaled(confidence, enforcement),
    scope: { policy: name },
    message: ignored
      ? `the ${key} rules of NetworkPolicy ${name} count for nothing: its policyTypes do not have ${direction}`
      : `NetworkPolicy ${name} lets nothing out: its policyTypes have Egress, and it has no egress rule`,
    evidence: [
      {
        label: 'policy',
        text: `policyTypes ${types}; ${rulesOf(policy, 'Ingress').length} ingress and ${rulesOf(policy, 'Egress').length} egress rules`,
        object,
        path: 'spec.policyTypes',
        found: types,
        expected: ignored ? `${types}, ${direction}` : 'Ingress',
      },
    ],
    effects: harms
      ? [
          ignored
            ? `what those rules were to let ${direction === 'Ingress' ? 'in' : 'out'} is stopped by other policies`
            : 'no call of these Pods gets out, lookups of names neither',
        ]
      : [],
    fix: ignored
      ? stepsFix(
          `let the ${key} rules count`,
          `add ${direction} to spec.policyTypes of ${name}: this also stops what no rule lets ${direction === 'Ingress' ? 'in' : 'out'}`,
        )
      : stepsFix(
          'let out what the Pods need',
          `take Egress out of spec.policyTypes of ${name} if its ingress alone was meant, or give it egress rules`,
        ),
    converging: isSettling([policy], now),
  });
}

/** Ingress rules that count for nothing although they would let callers in on a port that is closed to everybody. */
export function ingressSurprises(
  service: Service,
  policies: readonly NetworkPolicy[],
  pods: readonly Pod[],
): readonly Surprise[] {
  const peers = calledPodsOf(service, pods).map(peerOf);
  const ignored = policies.filter(
    (policy) => hasIgnored(policy, 'Ingress') && peers.some((peer) => isAbout(policy, peer)),
  );
  if (ignored.length === 0) return [];
  const closed = new Set(closedPorts(service, pods, policies, () => null).map(({ port }) => port));
  const shut = calledAt(service, pods).filter(({ port }) => closed.has(port));
  return ignored.map((policy) => {
    const harms = shut.some(({ called }) =>
      called.some(({ peer, port }) =>
        rulesOf(policy, 'Ingress').some(
          ({ ports }) => ports.length === 0 || ports.some((entry) => portMatches(entry, peer, port)),
        ),
      ),
    );
    return { policy, direction: 'Ingress', cause: 'rules-ignored', harms, confidence: 'likely' };
  });
}

/** Of one that calls: policies that let nothing out of it, and egress rules that count for nothing. */
export function egressSurprises(
  { caller, ...sender }: Sender,
  policies: readonly NetworkPolicy[],
): readonly Surprise[] {
  const confidence = sureOf({ caller, ...sender }) === 'possible' ? 'possible' : 'likely';
  const ignored = policies.filter((policy) => hasIgnored(policy, 'Egress') && isAbout(policy, caller.peer));
  const mine = isolating(policies, caller.peer, 'Egress');
  const isShut = mine.length > 0 && mine.every((policy) => rulesOf(policy, 'Egress').length === 0);
  return [
    ...shutIn(policies, caller.peer).map(
      (policy): Surprise => ({ policy, direction: 'Egress', cause: 'no-egress-rules', harms: true, confidence }),
    ),
    ...ignored.map(
      (policy): Surprise => ({ policy, direction: 'Egress', cause: 'rules-ignored', harms: isShut, confidence }),
    ),
  ];
}
