import { endpointsOf, selectsPods } from '../../model/endpoints.ts';
import { isHeadless } from '../../model/governing.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { nameOf, serviceRow } from '../service-text.ts';

export const hdl002 = defineRule({
  id: 'HDL-002',
  name: 'headless-no-ready-endpoints',
  stage: 'endpoints',
  severity: 'info',
  title: 'a headless Service without ready endpoints has no DNS records',
  healthy: 'the headless Service has a ready endpoint, so its name resolves',
  roles: ['target', 'dependency'],
  gate: 'names',
  needs: ['service', 'slices'],
  uses: [],
  explains: [],
  docs: {
    why: 'A headless Service has no address of its own: its name stands for its ready Pods. With none, the name does not resolve at all, which looks like a fault of DNS. The cause lies with the Pods or the selector.',
    confirm: ['kubectl get endpointslices -l kubernetes.io/service-name=NAME', 'kubectl exec POD -- nslookup NAME'],
    fix: 'See the finding that this one follows from.',
    references: ['Kubernetes DNS specification 1.1.0, section 2.4.1', 'kubernetes.io: Headless Services'],
  },
  check({ service, slices }) {
    if (!isHeadless(service) || !selectsPods(service)) return notApplicable('the Service is not headless');
    if (service.spec?.publishNotReadyAddresses === true)
      return notApplicable('the Service publishes Pods that are not ready as well');
    if (endpointsOf(slices).some(({ ready }) => ready)) return pass;
    return fail(
      finding({
        severity: 'info',
        message: `the name ${service.metadata?.name}.${service.metadata?.namespace} does not resolve: ${nameOf(service)} is headless, and no Pod behind it is ready`,
        evidence: [serviceRow(service, 'clusterIP None, no ready endpoint', 'spec.clusterIP', 'None')],
        effects: ['clients get "could not resolve host" instead of "connection refused"'],
      }),
    );
  },
});
