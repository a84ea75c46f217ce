import { endpointsOf, usableEndpoints } from '../../model/endpoints.ts';
import { finding } from '../finding.ts';
import { defineRule, failIfAny, notApplicable, unread } from '../rule.ts';
import { nameOf } from '../service-text.ts';
import { backendRow, backendsTo, ingressName } from './ingress-text.ts';

export const ing009 = defineRule({
  id: 'ING-009',
  name: 'ingress-backend-without-endpoints',
  stage: 'entrance',
  severity: 'info',
  title: 'an Ingress answers 503, for the Service has no endpoint',
  healthy: 'the Service has endpoints for the Ingresses that lead to it',
  roles: ['target'],
  gate: 'ingresses',
  needs: ['service', 'slices'],
  uses: ['ingresses'],
  explains: [],
  docs: {
    why: 'An Ingress controller sends requests to the endpoints of the Service itself. With none it answers 503 ("does not have any active Endpoint"). The cause lies with the Service.',
    confirm: ['kubectl describe ingress NAME', 'kubectl get endpointslices -l kubernetes.io/service-name=SERVICE'],
    fix: 'See the finding that this one follows from.',
    references: ['kubernetes.io: Ingress'],
  },
  check({ service, slices, ingresses }) {
    if (!ingresses.known) return unread(ingresses);
    if (service.spec?.type === 'ExternalName') return notApplicable('an ExternalName Service has no endpoints');
    const endpoints = endpointsOf(slices);
    const empty = backendsTo(service.metadata?.name ?? '', ingresses.value).filter(({ port }) => {
      const own = (service.spec?.ports ?? []).find(
        (one) => one.port === port?.number || (port?.name !== undefined && one.name === port.name),
      );
      return own !== undefined && usableEndpoints(own, endpoints).length === 0;
    });
    return failIfAny(
      empty.map((backend) =>
        finding({
          severity: 'info',
          message: `Ingress ${ingressName(backend.ingress)} answers ${backend.path} with 503: ${nameOf(service)} has no usable endpoint`,
          evidence: [backendRow(backend, backend.service, null)],
        }),
      ),
    );
  },
});
