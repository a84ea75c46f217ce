import { endpointsOf } from '../../model/endpoints.ts';
import { isServed } from '../../model/hand-made.ts';
import { plannedBy } from '../../model/workloads.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { advice, nameOf, objectOf } from './advice.ts';

export const bpr008 = defineRule({
  id: 'BPR-008',
  name: 'service-without-endpoints',
  stage: 'endpoints',
  severity: 'low',
  title: 'a Service without a usable endpoint',
  healthy: 'the Service has a usable endpoint',
  offByDefault: true,
  roles: ['target'],
  needs: ['service', 'slices'],
  uses: ['workloads'],
  explains: [],
  docs: {
    why: 'The quick look over all Services of a namespace: which have no usable endpoint, aliases and what is scaled to zero left out. Why that is so say the other rules, so this one runs only where --only names it.',
    confirm: ['kubectl get endpointslices'],
    fix: 'Diagnose the Service with all rules.',
    references: ['kubernetes.io: Debug Services', 'kubernetes.io: EndpointSlices'],
  },
  check({ service, slices, workloads }) {
    if (service.spec?.type === 'ExternalName') return notApplicable('an ExternalName Service has no endpoints');
    if (isServed(service, slices)) return pass;
    if (!workloads.known || !workloads.complete) return notApplicable('what it selects is not known');
    const planned = plannedBy(service.spec?.selector, workloads.value);
    if (planned.length > 0 && planned.every(({ replicas }) => replicas === 0))
      return notApplicable('what it selects is scaled to zero');
    const count = endpointsOf(slices).length;
    return fail(
      finding({
        severity: 'low',
        message: `${nameOf(service)} has no usable endpoint`,
        evidence: [
          {
            label: 'slices',
            text: `${slices.length} with ${count} address${count === 1 ? '' : 'es'}, none usable`,
            object: objectOf(service),
            path: 'endpointslices',
            found: '0',
            expected: '1 or more',
          },
        ],
        fix: advice('find out why', 'diagnose this Service without --only'),
      }),
    );
  },
});
