import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable } from '../rule.ts';
import { few, nameOf, serviceRow, stepsFix } from '../service-text.ts';

export const exp009 = defineRule({
  id: 'EXP-009',
  name: 'external-ips-deprecated',
  stage: 'entrance',
  severity: 'low',
  title: 'externalIPs are used, which Kubernetes will switch off',
  healthy: 'the Service uses no externalIPs',
  roles: ['target'],
  offline: true,
  gate: 'exposed',
  needs: ['service'],
  uses: ['nodes'],
  explains: [],
  docs: {
    why: 'Anybody who may write Services can take any address with externalIPs, so they are deprecated since 1.36 and will be off by default. Somebody outside of Kubernetes must route such an address to a node.',
    confirm: ['kubectl get service NAME -o jsonpath={.spec.externalIPs}'],
    fix: 'Use type LoadBalancer, or an Ingress.',
    references: ['kubernetes.io: Service, external IPs', 'KEP-5707: Deprecate service.spec.externalIPs'],
  },
  check({ service, nodes }) {
    const ips = service.spec?.externalIPs ?? [];
    if (ips.length === 0) return notApplicable('the Service has no externalIPs');
    const known = nodes.known ? nodes.value : [];
    const addresses = new Set(known.flatMap(({ status }) => (status?.addresses ?? []).map(({ address }) => address)));
    const foreign = ips.filter((ip) => !addresses.has(ip)).sort();
    return fail(
      finding({
        severity: 'low',
        message: `${nameOf(service)} takes calls to ${few([...ips].sort())} by externalIPs, which are deprecated`,
        evidence: [
          serviceRow(
            service,
            foreign.length === 0
              ? 'addresses of nodes'
              : `${few(foreign)} is no address of a node: something must route it there`,
            'spec.externalIPs',
            [...ips].sort().join(','),
          ),
        ],
        fix: stepsFix('use another entrance', 'make it type LoadBalancer, or put an Ingress before it'),
      }),
    );
  },
});
