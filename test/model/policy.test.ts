/** What the generated cases of policy-oracle.test.ts cannot ask: the host network, a Pod's own node, itself, and labels that may not be read. */
import { describe, expect, test } from 'vitest';
import type { NetworkPolicy, Pod } from '../../src/facts/wire.ts';
import { directionsOf, type PolicyPort, verdict } from '../../src/model/policy.ts';
import { type NamespaceLabels, peerOf } from '../../src/model/policy-peer.ts';

const HTTP: PolicyPort = { protocol: 'TCP', number: 8080 };
const NO_LABELS: NamespaceLabels = () => null;

function pod(namespace: string, name: string, more: { ip?: string[]; node?: string; host?: boolean } = {}): Pod {
  return {
    metadata: { namespace, name, labels: { app: name } },
    spec: {
      containers: [{ name: 'main', ports: [{ name: 'http', containerPort: 8080 }] }],
      ...(more.node === undefined ? {} : { nodeName: more.node }),
      ...(more.host === undefined ? {} : { hostNetwork: more.host }),
    },
    status: { podIPs: (more.ip ?? ['10.244.1.9']).map((ip) => ({ ip })) },
  };
}

function policy(spec: NetworkPolicy['spec'], namespace = 'shop'): NetworkPolicy {
  return { metadata: { name: 'p', namespace }, ...(spec === undefined ? {} : { spec }) };
}

const DENY = policy({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });

function ingress(policies: NetworkPolicy[], from: Pod, to: Pod, labelsOf: NamespaceLabels = NO_LABELS): unknown {
  return verdict(peerOf(from), peerOf(to), HTTP, policies, labelsOf).ingress.allowed;
}

describe('traffic that no policy stops', () => {
  const web = pod('shop', 'web', { node: 'n1' });
  test('a Pod calls itself', () => {
    const { allowed, egress } = verdict(peerOf(web), peerOf(web), HTTP, [DENY], NO_LABELS);
    expect([allowed, egress.exempt]).toEqual([true, 'self']);
  });
  test('its own node probes it', () => {
    expect(ingress([DENY], pod('kube-system', 'agent', { host: true, node: 'n1' }), web)).toBe(true);
  });
  test('another node does not count as its own', () => {
    expect(ingress([DENY], pod('kube-system', 'agent', { host: true, node: 'n2' }), web)).toBe(false);
  });
});

describe('what is left to the network plugin, or cannot be read, is unknown', () => {
  const web = pod('shop', 'web', { node: 'n1' });
  const agent = pod('kube-system', 'agent', { host: true, node: 'n2', ip: ['172.30.0.12'] });
  test('a selector that fits a Pod on the host network', () => {
    const all = policy({ podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from: [{ namespaceSelector: {} }] }] });
    expect(ingress([all], agent, web)).toBe('unknown');
  });
  test('a range that holds the node', () => {
    const range = policy({ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '172.30.0.0/16' } }] }] });
    expect(ingress([range], agent, web)).toBe(true);
  });
  test('a policy about a Pod on the host network', () => {
    const own = policy({ podSelector: {}, policyTypes: ['Ingress'] }, 'kube-system');
    expect(ingress([own], web, agent)).toBe('unknown');
  });
  test('labels of a namespace that may not be read, but its name is known', () => {
    const by = (labels: Record<string, string>): NetworkPolicy =>
      policy({ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: labels } }] }] });
    const client = pod('staging', 'client');
    expect(ingress([by({ env: 'prod' })], client, web)).toBe('unknown');
    expect(ingress([by({ 'kubernetes.io/metadata.name': 'staging' })], client, web)).toBe(true);
    expect(ingress([by({ 'kubernetes.io/metadata.name': 'prod', env: 'prod' })], client, web)).toBe(false);
    expect(ingress([by({ env: 'prod' })], client, web, () => ({ env: 'prod' }))).toBe(true);
  });
  test('a range and a Pod that has no address yet, or one of two families inside', () => {
    const range = policy({ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.244.0.0/16' } }] }] });
    expect(ingress([range], pod('staging', 'new', { ip: [] }), web)).toBe('unknown');
    expect(ingress([range], pod('staging', 'dual', { ip: ['10.244.1.4', 'fd00::4'] }), web)).toBe('unknown');
  });
});

test('NotIn holds where the label is missing', () => {
  const from = [{ podSelector: { matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['db'] }] } }];
  const rule = policy({ podSelector: {}, ingress: [{ from }] });
  expect(ingress([rule], pod('shop', 'client'), pod('shop', 'web'))).toBe(true);
});

test('a range of one family holds no address of the other', () => {
  const range = policy({ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '::/0' } }] }] });
  expect(ingress([range], pod('shop', 'client'), pod('shop', 'web'))).toBe(false);
});

test('policyTypes that are left out follow from the rules', () => {
  const all = [{}, { egress: [] }, { egress: [{}] }, { policyTypes: ['Egress'], ingress: [{}] }] satisfies Partial<
    NonNullable<NetworkPolicy['spec']>
  >[];
  expect(all.map((spec) => directionsOf(policy({ podSelector: {}, ...spec })))).toEqual([
    ['Ingress'],
    ['Ingress'],
    ['Ingress', 'Egress'],
    ['Egress'],
  ]);
});
