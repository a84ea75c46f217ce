import { unknown } from '../../facts/fact.ts';
import { some } from '../../facts/tri.ts';
import { dnsServiceOf, NODE_LOCAL_DNS } from '../../model/dns-service.ts';
import { clusterDnsOf } from '../../model/kubelet-config.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass, unanswered } from '../rule.ts';

function missing(addresses: readonly string[]): Finding {
  const address = addresses.join(', ');
  return finding({
    severity: 'critical',
    message: `no Service name resolves in this cluster: no Service has the DNS address ${address} that every Pod asks`,
    scope: { service: 'kube-system/kube-dns' },
    evidence: [
      {
        label: 'kubelet',
        text: `tells every Pod to ask ${address} (clusterDNS)`,
        object: 'ConfigMap kube-system/kubelet-config',
        path: 'data.kubelet.clusterDNS',
        found: address,
        expected: null,
      },
      {
        label: 'missing',
        text: `a Service with clusterIP ${address}, in any namespace`,
        object: 'Service kube-system/kube-dns',
        path: 'spec.clusterIP',
        found: null,
        expected: addresses[0] ?? null,
      },
    ],
    effects: ['every lookup from every Pod times out; calls by IP address still work'],
    fix: {
      summary: 'install the DNS add-on again',
      safety: 'review',
      commands: [],
      steps: [
        'on a control-plane node run "kubeadm init phase addon coredns" (clusters made otherwise: re-apply their DNS add-on)',
      ],
      patch: null,
    },
  });
}

/** The kubelet's clusterDNS has no Service: every name fails. The DNS Service is found by address, for its name differs between distributions. */
export const dns001 = defineRule({
  id: 'DNS-001',
  name: 'dns-service-missing',
  stage: 'dns',
  severity: 'critical',
  title: 'no Service has the DNS address that Pods are told to ask',
  healthy: 'the DNS Service exists',
  roles: ['cluster'],
  needs: ['systemServices'],
  uses: ['kubeletConfig', 'servicesEverywhere'],
  explains: ['SVC-001'],
  docs: {
    why: 'The kubelet writes its clusterDNS address into the resolv.conf of every Pod. Where no Service has that cluster IP, nothing answers there and no Service name resolves. The Service is called kube-dns even where CoreDNS serves it.',
    confirm: [
      'kubectl -n kube-system get service kube-dns',
      "kubectl -n kube-system get configmap kubelet-config -o jsonpath='{.data.kubelet}'",
    ],
    fix: 'Re-apply the DNS add-on of the cluster; on kubeadm: `kubeadm init phase addon coredns`.',
    references: [
      'kubernetes.io: Debugging DNS Resolution',
      'kubernetes.io: kubelet configuration (v1beta1), clusterDNS',
    ],
  },
  check(facts) {
    if (dnsServiceOf(facts.systemServices) !== null) return pass;
    const config = facts.kubeletConfig;
    if (!config.known) return unanswered(config);
    if (config.value === null) return notApplicable('no DNS Service and no kubelet-config: managed DNS?');
    const addresses = clusterDnsOf(config.value).filter((address) => address !== NODE_LOCAL_DNS);
    if (addresses.length === 0) return notApplicable('the kubelet names no DNS address that a Service would have');
    const all = facts.servicesEverywhere;
    const owned = some(all, ({ spec }) =>
      addresses.some((address) => spec?.clusterIP === address || spec?.clusterIPs?.includes(address)),
    );
    if (owned === true) return pass;
    if (owned === 'unknown')
      return unanswered(all.known ? unknown('timed-out', 'all services of all namespaces') : all);
    return fail(missing(addresses));
  },
});
