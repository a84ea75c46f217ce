import { isReady } from '../../model/readiness.ts';
import { finding } from '../finding.ts';
import { defineRule, fail } from '../rule.ts';
import {
  coreDnsOf,
  DNS_PODS_FAIL,
  isSettling,
  lineRows,
  outage,
  outageEffects,
  saidBy,
  sharedNode,
  unheard,
} from './dns-text.ts';

/** The plugin ready stays red until the kubernetes plugin has read the API once (coredns.io: ready, kubernetes): without the API server a DNS Pod is never Ready. */
export const dns006 = defineRule({
  id: 'DNS-006',
  name: 'coredns-cannot-reach-apiserver',
  stage: 'dns',
  severity: 'critical',
  title: 'CoreDNS does not reach the API server',
  healthy: 'CoreDNS reaches the API server',
  roles: ['dns'],
  needs: ['service', 'logs'],
  uses: ['pods'],
  explains: DNS_PODS_FAIL,
  docs: {
    why: 'CoreDNS reads Services and EndpointSlices from the API server. Until it has, it is not Ready, and after five seconds it answers cluster names with SERVFAIL. It reaches the API server through the Service default/kubernetes, so broken rules of kube-proxy, a broken Pod network, or a policy on its node keep it away. Pods that have read once go on with what they know.',
    confirm: ['kubectl -n kube-system logs -l k8s-app=kube-dns --tail 20', 'kubectl -n kube-system get pods -o wide'],
    fix: 'Repair what keeps the Pod from the API server: kube-proxy or the Pod network of its node, or a policy on egress in kube-system.',
    references: ['coredns.io: kubernetes', 'coredns.io: ready', 'kubernetes.io: Debugging DNS Resolution'],
  },
  check(facts) {
    const dns = coreDnsOf(facts);
    if (dns === null) return unheard(dns);
    const told = saidBy(dns, 'unsynced', 'api').filter(({ pod }) => !isReady(pod));
    const said = told.findLast(({ word }) => word === 'api') ?? told.at(-1);
    if (said === undefined || saidBy(dns, 'forbidden', 'corefile', 'loop').length > 0) return unheard(dns);
    const node = sharedNode([...new Set(told.map(({ pod }) => pod))]);
    const why = said.word === 'api' ? ` (${said.groups.ip}: ${said.groups.message})` : '';
    return fail(
      finding({
        severity: dns.ready === 0 ? 'critical' : 'high',
        message: `${outage(dns)}: CoreDNS does not reach the API server${node === null ? '' : ` from node ${node}`}${why}`,
        scope: { node },
        evidence: lineRows(dns, said),
        effects: outageEffects(dns),
        fix: {
          summary: 'repair the way from the DNS Pods to the API server',
          safety: 'review',
          commands: ['kubectl -n kube-system get pods -o wide', 'kubectl get endpointslices -n default'],
          steps: [
            `look at kube-proxy and the Pod network ${node === null ? 'of these nodes' : `of node ${node}`}, and at policies on egress in kube-system`,
          ],
          patch: null,
        },
        converging: isSettling(dns.ill, facts.now),
      }),
    );
  },
});
