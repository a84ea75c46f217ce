import { matchedPods } from '../../model/endpoints.ts';
import { countsText, familyCounts } from '../../model/ip-families.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { nameOf, serviceRow, specFix, stepsFix } from '../service-text.ts';

export const dul002 = defineRule({
  id: 'DUL-002',
  name: 'secondary-family-empty',
  stage: 'endpoints',
  severity: 'medium',
  title: 'a dual-stack Service has endpoints of one IP family only',
  healthy: 'each IP family of the Service has endpoints',
  roles: ['target'],
  gate: 'families',
  needs: ['service', 'pods'],
  uses: [],
  explains: [],
  docs: {
    why: 'A dual-stack Service has an address of each family, and DNS answers both. Clients that try the empty family first are refused before they fall back, if they do.',
    confirm: ['kubectl get endpointslices -l kubernetes.io/service-name=NAME'],
    fix: 'Give the Pods both families, or make the Service single-stack.',
    references: ['kubernetes.io: IPv4/IPv6 dual-stack'],
  },
  check({ service, pods }) {
    const counts = familyCounts(service, pods);
    if (counts === null || counts.length < 2) return notApplicable('the Service is not dual-stack, or no Pod is Ready');
    const empty = counts.filter((count) => count.pods === 0);
    const [missing] = empty;
    if (missing === undefined || empty.length === counts.length) return pass;
    const [primary] = counts;
    const host = matchedPods(service, pods).every((pod) => pod.spec?.hostNetwork === true);
    const [address] = service.spec?.clusterIPs ?? [];
    return fail(
      finding({
        severity: 'medium',
        confidence: host ? 'possible' : 'likely',
        message: `${nameOf(service)} has no ${missing.family} endpoint, though it has an ${missing.family} address`,
        evidence: [
          serviceRow(
            service,
            `ipFamilies ${counts.map(({ family }) => family).join(', ')}: ${countsText(counts)}`,
            'spec.ipFamilies',
          ),
        ],
        effects: [`clients that prefer ${missing.family} are refused, and may fall back to the other family`],
        fix:
          missing === primary || primary === undefined || address === undefined || address === 'None'
            ? stepsFix(`serve one family`, `make ${nameOf(service)} anew without ${missing.family}`)
            : specFix(
                service,
                { ipFamilyPolicy: 'SingleStack', ipFamilies: [primary.family], clusterIPs: [address] },
                `serve ${primary.family} only`,
              ),
      }),
    );
  },
});
