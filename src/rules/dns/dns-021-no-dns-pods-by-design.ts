import { dnsPodsOf } from '../../model/coredns-log.ts';
import { dnsServiceOf } from '../../model/dns-service.ts';
import { managedDnsOf } from '../../model/managed-dns.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';

/** Where the provider serves names outside of any Pod, nothing about DNS was judged: said to who asks about a caller. */
export const dns021 = defineRule({
  id: 'DNS-021',
  name: 'no-dns-pods-by-design',
  stage: 'dns',
  severity: 'info',
  title: 'names are served by the provider, outside of any Pod',
  healthy: 'names are served by Pods of the cluster',
  roles: ['caller'],
  needs: ['systemServices'],
  uses: ['systemPods', 'nodes'],
  explains: [],
  docs: {
    why: 'GKE with Cloud DNS and EKS Auto Mode serve names outside of any Pod. There is nothing to look at from here, so the health of DNS is not judged.',
    confirm: ['kubectl -n NAMESPACE exec POD -- getent hosts kubernetes.default.svc.cluster.local.'],
    fix: 'Where names do not resolve, look at the status of the provider.',
    references: ['cloud.google.com: Using Cloud DNS for GKE', 'docs.aws.amazon.com: EKS Auto Mode'],
  },
  check({ subject, systemServices, systemPods, nodes }) {
    if (!nodes.known) return notApplicable('the provider is not known');
    const managed = managedDnsOf(nodes.value);
    if (managed === null) return notApplicable('no provider that serves names itself');
    if (!systemPods.known || !systemPods.complete) return notApplicable('the Pods of kube-system are not known');
    const dns = dnsServiceOf(systemServices);
    if (dns !== null && dnsPodsOf(dns, systemPods.value).length > 0) return pass;
    return fail(
      finding({
        severity: 'info',
        message: `whether names resolve was not judged: ${managed} serves them outside of any Pod`,
        scope: { service: subject.calls },
        evidence: [
          {
            label: 'Pods',
            text: 'no DNS Pod in kube-system',
            object: 'Service kube-system/kube-dns',
            path: 'spec.selector',
            found: '0',
            expected: null,
          },
        ],
        notes: [
          {
            label: 'prove',
            text: 'run getent hosts kubernetes.default.svc.cluster.local. in a Pod of the caller',
          },
        ],
      }),
    );
  },
});
