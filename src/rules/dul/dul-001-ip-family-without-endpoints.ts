import { countsText, familyCounts } from '../../model/ip-families.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { nameOf, serviceRow, stepsFix } from '../service-text.ts';

export const dul001 = defineRule({
  id: 'DUL-001',
  name: 'ip-family-without-endpoints',
  stage: 'endpoints',
  severity: 'critical',
  title: 'no Pod has an address of the IP family of the Service',
  healthy: 'the Pods have addresses of the IP family of the Service',
  roles: ['target', 'dependency'],
  gate: 'addresses',
  needs: ['service', 'pods'],
  uses: [],
  explains: ['HDL-002'],
  docs: {
    why: 'EndpointSlices are made for each family in spec.ipFamilies, and hold only Pods with an address of that family. Ready Pods of the other family are no endpoints.',
    confirm: [
      'kubectl get service NAME -o jsonpath={.spec.ipFamilies}',
      'kubectl get pods -o custom-columns=NAME:.metadata.name,IPS:.status.podIPs',
    ],
    fix: 'Make the Service anew with the family of the Pods (the first family cannot be changed), or let the network give the Pods addresses of both.',
    references: ['kubernetes.io: IPv4/IPv6 dual-stack'],
  },
  check({ service, pods }) {
    const counts = familyCounts(service, pods);
    if (counts === null) return notApplicable('no Pod of the Service is Ready');
    if (counts.some((count) => count.pods > 0)) return pass;
    const wanted = counts.map(({ family }) => family).join(' and ');
    const other = counts[0]?.family === 'IPv6' ? 'IPv4' : 'IPv6';
    return fail(
      finding({
        severity: 'critical',
        message: `${nameOf(service)} does not work: it serves ${wanted}, and its Ready Pods have ${other} addresses only`,
        evidence: [
          serviceRow(service, `ipFamilies ${wanted}: ${countsText(counts)}`, 'spec.ipFamilies', wanted, other),
        ],
        effects: [`clients of ${service.spec?.clusterIP ?? nameOf(service)} are refused although Pods are Ready`],
        fix: stepsFix(
          `serve ${other}`,
          `delete ${nameOf(service)} and create it with ipFamilies: [${other}]: the first family of a Service cannot be changed`,
        ),
        notes: [{ label: 'or', text: `give the Pods ${wanted} addresses: the network plugin's setting` }],
      }),
    );
  },
});
