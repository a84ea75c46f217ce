import { whole } from '../../facts/fact.ts';
import type { Node } from '../../facts/wire.ts';
import { handMadeAddresses, isSelectorless } from '../../model/hand-made.ts';
import { isWithin } from '../../model/ip-range.ts';
import { ageOf, isTerminal, podIPs } from '../../model/readiness.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass, unread } from '../rule.ts';
import { nameOf, stepsFix } from './controller-text.ts';

function podRanges(nodes: readonly Node[]): readonly string[] {
  return nodes.flatMap(({ spec }) => spec?.podCIDRs ?? (spec?.podCIDR ? [spec.podCIDR] : []));
}

export const eps008 = defineRule({
  id: 'EPS-008',
  name: 'custom-endpoint-stale',
  stage: 'endpoints',
  severity: 'high',
  title: 'a hand-made endpoint is the address of a Pod that is gone',
  healthy: 'hand-made endpoints in the range of Pods belong to Pods',
  roles: ['target', 'dependency'],
  gate: 'hand-made',
  needs: ['service', 'slices'],
  uses: ['pods', 'nodes', 'podsEverywhere'],
  explains: [],
  docs: {
    why: 'A Pod gets a new address each time it is made. An address that somebody wrote into a slice is not followed: once the Pod is replaced, calls go to an address that nobody has, or that another Pod gets. Addresses outside of the cluster cannot be judged from here: call them from a Pod.',
    confirm: ['kubectl get endpointslices -l kubernetes.io/service-name=NAME -o wide', 'kubectl get pods -A -o wide'],
    fix: 'Give the Service a selector, so that its endpoints follow the Pods.',
    references: ['kubernetes.io: Services without selectors'],
  },
  check({ service, slices, pods, nodes, podsEverywhere, now }) {
    if (!isSelectorless(service)) return notApplicable('the Service has a selector, or needs no endpoints');
    const addresses = handMadeAddresses(slices);
    if (addresses.length === 0) return pass;
    const cluster = whole(nodes, 'all nodes');
    if (!cluster.known) return unread(cluster);
    const ranges = podRanges(cluster.value);
    const hosts = new Set(
      cluster.value.flatMap(({ status }) => (status?.addresses ?? []).map(({ address }) => address)),
    );
    const near = new Set((pods.known ? pods.value : []).filter((pod) => !isTerminal(pod)).flatMap(podIPs));
    const open = addresses.filter((ip) => !near.has(ip) && !hosts.has(ip) && isWithin(ip, ranges));
    if (open.length === 0) return pass;
    const all = whole(podsEverywhere, 'pods of all namespaces');
    if (!all.known) return unread(all);
    const live = new Set(all.value.filter((pod) => !isTerminal(pod)).flatMap(podIPs));
    const stale = open.filter((ip) => !live.has(ip));
    if (stale.length === 0) return pass;
    return fail(
      finding({
        severity: 'high',
        confidence: 'likely',
        message: `${nameOf(service)} sends ${stale.length === addresses.length ? 'its' : 'some'} requests to ${stale.join(', ')}, in the range of the Pods, where no Pod is`,
        evidence: stale.map((ip) => ({
          label: 'endpoint',
          text: `${ip}, written by hand, is the address of no Pod of the cluster`,
          object: `Service ${nameOf(service)}`,
          path: `endpoints[${ip}]`,
          found: ip,
          expected: 'the address of a Pod',
        })),
        effects: [`${stale.length} of ${addresses.length} endpoints do not answer`],
        fix: stepsFix(
          'let the endpoints follow the Pods',
          'give the Service a selector with the labels of the Pods it stands for, or correct the address',
        ),
        converging: slices.some(
          ({ metadata }) => (ageOf(metadata?.creationTimestamp, now) ?? Number.POSITIVE_INFINITY) < 30_000,
        ),
      }),
    );
  },
});
