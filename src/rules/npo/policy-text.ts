/** Words and evidence that the rules about NetworkPolicies share. */
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '../../facts/wire.ts';
import { labelSelectorText } from '../../model/label-selector.ts';
import { type Direction, rulesOf } from '../../model/policy.ts';
import type { Denial, Nearest } from '../../model/policy-denial.ts';
import type { Enforcement } from '../../model/policy-enforcement.ts';
import type { Unmet } from '../../model/policy-peer.ts';
import { portLabel } from '../../model/ports.ts';
import type { Confidence, Evidence } from '../finding.ts';
import { few, isYounger } from '../service-text.ts';

/** `shop/default-deny`. */
export function policyName({ metadata }: NetworkPolicy): string {
  return `${metadata?.namespace}/${metadata?.name}`;
}

/** `NetworkPolicy shop/a does`, `NetworkPolicies shop/a and shop/b do`: the policies as subject of a sentence, with the verb that fits. */
export function policiesDo(policies: readonly NetworkPolicy[], one: string, several: string): string {
  const names = few(policies.map(policyName));
  return policies.length === 1 ? `NetworkPolicy ${names} ${one}` : `NetworkPolicies ${names} ${several}`;
}

/** `Pods app=web of namespaces env=prod`, `10.0.0.0/8`. */
export function peerText({ ipBlock, namespaceSelector, podSelector }: NetworkPolicyPeer): string {
  if (ipBlock !== undefined) {
    const except = ipBlock.except ?? [];
    return except.length === 0 ? ipBlock.cidr : `${ipBlock.cidr} but ${except.join(', ')}`;
  }
  const picked = podSelector === undefined ? 'all' : labelSelectorText(podSelector);
  const pods = picked === 'all' ? 'all Pods' : `Pods ${picked}`;
  if (namespaceSelector === undefined) return pods;
  const spaces = labelSelectorText(namespaceSelector);
  return `${pods} of ${spaces === 'all' ? 'all namespaces' : `namespaces ${spaces}`}`;
}

/** `8080/TCP`, `http/TCP`, `all of UDP`. */
export function policyPortText({ port, endPort, protocol }: NetworkPolicyPort): string {
  const spoken = protocol ?? 'TCP';
  if (port === undefined) return `all of ${spoken}`;
  return endPort === undefined ? `${port}/${spoken}` : `${port}-${endPort}/${spoken}`;
}

function admits(policy: NetworkPolicy, direction: Direction): string {
  const rules = rulesOf(policy, direction);
  if (rules.length === 0) return direction === 'Ingress' ? 'lets nobody in' : 'lets nothing out';
  const texts = rules.map(({ peers, ports }) => {
    const who = peers.length === 0 ? 'everyone' : peers.map(peerText).join(' or ');
    return `${who} on ${ports.length === 0 ? 'every port' : ports.map(policyPortText).join(', ')}`;
  });
  return `${direction === 'Ingress' ? 'lets in' : 'lets out to'} ${few(texts)}`;
}

/** One row for each policy that isolates the Pods. */
export function policyRows(policies: readonly NetworkPolicy[], direction: Direction): Evidence[] {
  return policies.map((policy) => ({
    label: 'policy',
    text: `${policyName(policy)} ${admits(policy, direction)}`,
    object: `NetworkPolicy ${policyName(policy)}`,
    path: `spec.${direction.toLowerCase()}`,
    found: String(rulesOf(policy, direction).length),
    expected: null,
  }));
}

function unmetText({ where, wanted, has }: Unmet): string {
  if (where === 'address') return `${wanted}, the address is ${has ?? 'not known'}`;
  return `${wanted}, the ${where} has ${has ?? 'none'}`;
}

/** What of the nearest rule does not fit. */
export function nearestRow({ rule, item, mismatch }: Nearest, denial: Denial, direction: Direction): Evidence[] {
  if (rule === null || mismatch === 'none') return [];
  const side = direction === 'Ingress' ? 'from' : 'to';
  const at = `spec.${direction.toLowerCase()}[${rule.index}]`;
  const object = `NetworkPolicy ${policyName(rule.policy)}`;
  if (mismatch === 'service-port') {
    const found = rule.rule.ports.map(policyPortText).join(', ');
    const text = `${policyName(rule.policy)} names ${found}, but the call arrives on the Pods' own port ${denial.number}`;
    return [{ label: 'closest', text, object, path: `${at}.ports`, found, expected: String(denial.number) }];
  }
  const unmet = rule.peerVerdicts[item ?? 0]?.unmet ?? [];
  // a rule of which nothing fits was written for somebody else
  if (unmet.length === 0 || (mismatch === 'peer' && unmet.length > 1)) return [];
  return [
    {
      label: 'closest',
      text: `${policyName(rule.policy)} wants ${unmet.map(unmetText).join('; ')}`,
      object,
      path: `${at}.${side}[${item ?? 0}]`,
      found: unmet.map(({ has }) => has ?? 'none').join(', '),
      expected: unmet.map(({ wanted }) => wanted).join(', '),
    },
  ];
}

/** `2 of 2 Pods, port 8080/TCP`. */
export function podsRow({ pods, total, number, port, called }: Denial): Evidence {
  const object = `Pod ${called.pod?.namespace}/${called.pod?.name}`;
  const text = `${pods} of ${total} called Pods, on their port ${number} (port ${portLabel(port)} of the Service)`;
  return { label: 'Pods', text, object, path: 'metadata.labels', found: String(pods), expected: '0' };
}

/** As sure as it is that policies are enforced here at all. */
export function scaled(confidence: Confidence, { level }: Enforcement): Confidence {
  if (level === 'not-enforced') return 'possible';
  return level === 'unknown' && confidence === 'certain' ? 'likely' : confidence;
}

/** A policy made within the last half minute may not have reached every node. */
export function isSettling(policies: readonly NetworkPolicy[], now: number): boolean {
  return policies.some(({ metadata }) => isYounger(metadata?.creationTimestamp, now, 30_000));
}
