import { endpointsOf } from '../../model/endpoints.ts';
import { isSelectorless, MIRROR_CONTROLLER, managerOf } from '../../model/hand-made.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { advice, nameOf } from './advice.ts';

export const bpr012 = defineRule({
  id: 'BPR-012',
  name: 'endpoints-api-consumer',
  stage: 'endpoints',
  severity: 'info',
  title: "the Service's endpoints are written as v1 Endpoints, which are deprecated",
  healthy: "the Service's endpoints are not written as v1 Endpoints",
  roles: ['target'],
  gate: 'hand-made',
  needs: ['service', 'slices'],
  uses: [],
  explains: [],
  docs: {
    why: 'v1 Endpoints are deprecated since 1.33. They still reach dataplanes through a controller that mirrors them into EndpointSlices, and that a cluster may switch off.',
    confirm: [
      'kubectl get endpointslices -l endpointslice.kubernetes.io/managed-by=endpointslicemirroring-controller.k8s.io',
    ],
    fix: 'Let whoever writes them write EndpointSlices.',
    references: ['KEP-4974: Deprecate v1.Endpoints', 'kubernetes.io: EndpointSlices, mirroring'],
  },
  check({ service, slices }) {
    if (!isSelectorless(service)) return notApplicable('its endpoints are made by a controller, or it needs none');
    const mirrored = slices.filter(
      (slice) => managerOf(slice) === MIRROR_CONTROLLER && endpointsOf([slice]).length > 0,
    );
    const [first] = mirrored;
    if (first === undefined) return pass;
    return fail(
      finding({
        severity: 'info',
        message: `the endpoints of ${nameOf(service)} are written as v1 Endpoints, which are deprecated`,
        evidence: [
          {
            label: 'slice',
            text: `${first.metadata?.name} is mirrored from Endpoints ${nameOf(service)}`,
            object: `EndpointSlice ${first.metadata?.namespace}/${first.metadata?.name}`,
            path: 'metadata.labels[endpointslice.kubernetes.io/managed-by]',
            found: MIRROR_CONTROLLER,
            expected: null,
          },
        ],
        fix: advice('write EndpointSlices', 'let whoever writes these Endpoints write an EndpointSlice in their place'),
      }),
    );
  },
});
