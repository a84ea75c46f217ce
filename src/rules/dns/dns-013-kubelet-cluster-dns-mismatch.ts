import { whole } from '../../facts/fact.ts';
import { dnsServiceOf } from '../../model/dns-service.ts';
import { clusterIps, isWithin, neighbourhood } from '../../model/ip-range.ts';
import { clusterDnsOf } from '../../model/kubelet-config.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass, unread } from '../rule.ts';

/** The kubelets send Pods to an address that is not the DNS Service's. Where each node is configured by itself the ConfigMap may be out of date, so it is no more than likely. */
export const dns013 = defineRule({
  id: 'DNS-013',
  name: 'kubelet-cluster-dns-mismatch',
  stage: 'dns',
  severity: 'critical',
  title: 'the kubelets send Pods to another address than that of the DNS Service',
  healthy: 'the kubelets send Pods to the DNS Service',
  roles: ['cluster'],
  needs: ['systemServices'],
  uses: ['kubeletConfig', 'servicesEverywhere'],
  explains: ['DNS-016', 'DNS-019'],
  docs: {
    why: 'The kubelet writes its clusterDNS into the resolv.conf of every Pod when it starts. Where the DNS Service was made anew with another cluster IP, Pods go on asking an address where nobody answers. Nodes may have configurations of their own: the resolv.conf of a Pod tells the truth.',
    confirm: [
      'kubectl -n kube-system get service kube-dns',
      "kubectl -n kube-system get configmap kubelet-config -o jsonpath='{.data.kubelet}'",
      'kubectl -n NAMESPACE exec POD -- cat /etc/resolv.conf',
    ],
    fix: 'Make the DNS Service anew with the address that the kubelets know (quicker), or change clusterDNS, restart the kubelets and make the Pods anew.',
    references: [
      'kubernetes.io: Debugging DNS Resolution',
      'kubernetes.io: kubelet configuration (v1beta1), clusterDNS',
    ],
  },
  check({ systemServices, kubeletConfig, servicesEverywhere }) {
    const dns = dnsServiceOf(systemServices);
    if (dns === null) return notApplicable('no DNS Service of the cluster was found');
    if (!kubeletConfig.known) return unread(kubeletConfig);
    if (kubeletConfig.value === null) return notApplicable('there is no ConfigMap kube-system/kubelet-config');
    const told = clusterDnsOf(kubeletConfig.value);
    const own = clusterIps(dns.spec);
    // Link-local addresses are those of a cache on the node, such as NodeLocal DNSCache.
    const isServed = told.some(
      (ip) =>
        own.includes(ip) ||
        isWithin(ip, ['169.254.0.0/16', 'fe80::/10']) ||
        systemServices.some(({ spec }) => clusterIps(spec).includes(ip)),
    );
    if (told.length === 0 || own.length === 0 || isServed) return pass;
    const everywhere = whole(servicesEverywhere, 'all services of all namespaces');
    if (!everywhere.known) return unread(everywhere);
    if (everywhere.value.some(({ spec }) => clusterIps(spec).some((ip) => told.includes(ip)))) return pass;
    const near = told.every((ip) => isWithin(ip, own.map(neighbourhood)));
    const name = `${dns.metadata?.namespace}/${dns.metadata?.name}`;
    return fail(
      finding({
        severity: 'critical',
        confidence: near ? 'likely' : 'possible',
        message: `no Service name resolves in this cluster: Pods are told to ask ${told.join(', ')}, and ${name} is ${own.join(', ')}`,
        evidence: [
          {
            label: 'kubelet',
            text: `tells every Pod to ask ${told.join(', ')} (clusterDNS)`,
            object: 'ConfigMap kube-system/kubelet-config',
            path: 'data.kubelet.clusterDNS',
            found: told.join(', '),
            expected: own.join(', '),
          },
          {
            label: 'Service',
            text: `${name}: ${own.join(', ')}`,
            object: `Service ${name}`,
            path: 'spec.clusterIP',
            found: own.join(', '),
            expected: told.join(', '),
          },
        ],
        effects: ['every lookup from every Pod times out; calls by IP address still work'],
        fix: {
          summary: 'bring the two addresses together',
          safety: 'review',
          commands: [`kubectl -n ${dns.metadata?.namespace} get service ${dns.metadata?.name} -o yaml`],
          steps: [
            `make ${name} anew with clusterIP ${told[0]}, which running Pods ask already, or`,
            `set clusterDNS to ${own[0]} in the configuration of the kubelets, restart them and make the Pods anew`,
          ],
          patch: null,
        },
      }),
    );
  },
});
