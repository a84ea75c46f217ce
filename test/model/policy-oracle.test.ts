/** The model's verdicts are those of an independent implementation: see test/oracles. */
import { expect, test } from 'vitest';
import type { Tri } from '../../src/facts/tri.ts';
import { verdict } from '../../src/model/policy.ts';
import type { Peer, PeerPod } from '../../src/model/policy-peer.ts';
import { type CaseEnd, type PolicyCase, policyCases } from '../oracles/policy-cases.ts';
import verdicts from '../oracles/policy-verdicts.json' with { type: 'json' };

function peerOf({ namespace, labels, ip, ports }: CaseEnd, name: string): Peer {
  const declared = ports.map((port) => ({ ...port, container: 'main' }));
  const pod: PeerPod | null =
    namespace === null ? null : { namespace, name, labels, hostNetwork: false, node: null, ports: declared };
  return { pod, ips: [ip] };
}

function bitsOf(text: string): (index: number) => Tri {
  const bytes = Buffer.from(text, 'base64');
  return (index) => ((bytes[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0;
}

function answer({ namespaces, from, to, protocol, number, policies }: PolicyCase): { egress: Tri; ingress: Tri } {
  const labelsOf = (name: string): Record<string, string> | null => namespaces[name] ?? null;
  const found = verdict(peerOf(from, 'a'), peerOf(to, 'b'), { protocol, number }, policies, labelsOf);
  return { egress: found.egress.allowed, ingress: found.ingress.allowed };
}

test('each verdict of 20,000 cases is that of cyclonus', () => {
  const cases = policyCases();
  expect(cases.length).toBe(verdicts.count);
  const [egress, ingress] = [bitsOf(verdicts.egress), bitsOf(verdicts.ingress)];
  const count = { allowed: 0, denied: 0 };
  const other = cases.flatMap((one, index) => {
    const [mine, theirs] = [answer(one), { egress: egress(index), ingress: ingress(index) }];
    count[theirs.egress === true && theirs.ingress === true ? 'allowed' : 'denied']++;
    const same = mine.egress === theirs.egress && mine.ingress === theirs.ingress;
    return same ? [] : [{ index, one, mine, theirs }];
  });
  expect(other.slice(0, 3)).toEqual([]);
  expect(Math.min(count.allowed, count.denied)).toBeGreaterThan(5000);
});
