/** Gates that the nodes, the cluster's DNS and the policies close. */
import type { Fact } from '../facts/fact.ts';
import type { Node } from '../facts/wire.ts';
import { dnsServiceOf } from '../model/dns-service.ts';
import type { GateOf } from './gate.ts';
import type { Glance } from './glance.ts';

export type SurroundingGate = 'corefile' | 'nodes' | 'policies-unread' | 'policies' | 'plugin-policies';

const READY = new WeakMap<readonly Node[], boolean>();

function areReady(nodes: readonly Node[]): boolean {
  let ready = READY.get(nodes);
  if (ready === undefined) {
    ready = nodes.every(({ status }) => status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True');
    READY.set(nodes, ready);
  }
  return ready;
}

/** Nobody asked for it, or nobody could. */
function isUnread(fact: Fact<unknown>): boolean {
  return !fact.known && (fact.why === 'not-collected' || fact.why === 'not-in-manifests' || fact.why === 'not-served');
}

function isEmpty(fact: Fact<readonly unknown[] | null>): boolean {
  return fact.known && fact.complete && fact.value?.length === 0;
}

export const SURROUNDING_GATES: Readonly<Record<SurroundingGate, GateOf>> = {
  corefile: {
    why: 'the Corefile was not read, or there is none',
    spares: 'not-applicable',
    also: ['systemServices'],
    isClosed: ({ read }: Glance) => {
      const services = read('systemServices');
      const corefile = read('corefile');
      if (!services.known || services.value === null) return false;
      return isUnread(corefile) || (corefile.known && corefile.value === null) || dnsServiceOf(services.value) === null;
    },
  },
  nodes: {
    why: 'every node is Ready',
    spares: 'pass',
    also: ['nodes'],
    isClosed: ({ read }) => {
      const nodes = read('nodes');
      return nodes.known && nodes.value !== null && areReady(nodes.value);
    },
  },
  'policies-unread': {
    why: 'the NetworkPolicies were not read',
    spares: 'not-applicable',
    isClosed: ({ read }) => isUnread(read('ingressPolicies')) && isUnread(read('egressPolicies')),
  },
  policies: {
    why: 'there are no NetworkPolicies',
    spares: 'pass',
    isClosed: ({ read }) => isEmpty(read('ingressPolicies')) && isEmpty(read('egressPolicies')),
  },
  'plugin-policies': {
    why: 'there are no policies of a network plugin',
    spares: 'pass',
    isClosed: ({ read }) => isEmpty(read('pluginPolicies')),
  },
};
