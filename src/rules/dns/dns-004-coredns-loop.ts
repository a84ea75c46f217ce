import { isCrashing } from '../../model/coredns-log.ts';
import { finding } from '../finding.ts';
import { defineRule, fail } from '../rule.ts';
import {
  COREFILE,
  coreDnsOf,
  corefileRow,
  DNS_PODS_FAIL,
  isSettling,
  lineRows,
  outage,
  outageEffects,
  saidBy,
  unheard,
} from './dns-text.ts';

/** The loop plugin ends CoreDNS when its own question comes back to it: an upstream that leads to CoreDNS again (coredns.io: loop). */
export const dns004 = defineRule({
  id: 'DNS-004',
  name: 'coredns-loop',
  stage: 'dns',
  severity: 'critical',
  title: 'CoreDNS forwards to itself and ends',
  healthy: 'CoreDNS forwards to a server that is not itself',
  roles: ['dns'],
  needs: ['service', 'logs'],
  uses: ['pods', 'corefile'],
  explains: DNS_PODS_FAIL,
  docs: {
    why: 'CoreDNS forwards what it does not know to the name servers of its resolv.conf. Where that is a stub on the node itself (127.0.0.53 of systemd-resolved) or the DNS Service, each question comes back. The plugin loop notices it at the start and ends the process, so the Pod crashes again and again.',
    confirm: [
      'kubectl -n kube-system logs -l k8s-app=kube-dns --previous --tail 20',
      "kubectl -n kube-system get configmap coredns -o jsonpath='{.data.Corefile}'",
    ],
    fix: 'Give the kubelet a resolv.conf with the real upstream (resolvConf: /run/systemd/resolve/resolv.conf), or name the upstream in forward. Taking the plugin loop out only hides it.',
    references: ['coredns.io: loop', 'kubernetes.io: Debugging DNS Resolution, Known issues'],
  },
  check(facts) {
    const dns = coreDnsOf(facts);
    const said = dns === null ? undefined : saidBy(dns, 'loop').at(-1);
    if (dns === null) return unheard(dns);
    const { corefile } = facts;
    const known = corefile.known ? corefile.value : null;
    const forward = known?.blocks.flatMap(({ directives }) => directives).find(({ name }) => name === 'forward');
    const text = forward === undefined ? null : ['forward', ...forward.args].join(' ');
    // In a Pod that has a network of its own, 127.0.0.1 is CoreDNS.
    const itself = forward?.args.slice(1).find((to) => /^127\.|^\[?::1/.test(to)) !== undefined;
    const proven = itself && dns.ill.some((pod) => isCrashing(pod) && pod.spec?.hostNetwork !== true);
    if (said === undefined && !proven) return unheard(dns);
    const from = said === undefined ? `"${text}"` : `${said.groups.from} to ${said.groups.to}`;
    return fail(
      finding({
        severity: dns.ready === 0 ? 'critical' : 'high',
        confidence: said === undefined ? 'likely' : 'certain',
        message: `${outage(dns)}: CoreDNS forwards to itself (${from}), notices it and ends`,
        evidence: [
          ...(said === undefined ? [] : lineRows(dns, said)),
          ...(forward === undefined || text === null ? [] : [corefileRow(text, forward.line)]),
        ],
        effects: outageEffects(dns),
        fix: {
          summary: 'forward to the real upstream',
          safety: 'review',
          commands: ["kubectl -n kube-system get configmap coredns -o jsonpath='{.data.Corefile}'"],
          steps: [
            'set resolvConf: /run/systemd/resolve/resolv.conf in the configuration of the kubelets and restart them, or',
            `name the upstream in the line "forward" of ${COREFILE}, and delete the crashing Pods`,
          ],
          patch: null,
        },
        notes: [{ label: 'avoid', text: 'taking the plugin loop out: the questions then circle until memory is full' }],
        converging: isSettling(dns.ill, facts.now),
      }),
    );
  },
});
