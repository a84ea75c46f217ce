import { selectsPods } from '../../model/endpoints.ts';
import { MIRROR_CONTROLLER, managerOf } from '../../model/hand-made.ts';
import { ageOf } from '../../model/readiness.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { CONTROLLER_FIX, nameOf } from './controller-text.ts';

export const eps001 = defineRule({
  id: 'EPS-001',
  name: 'slices-not-created',
  stage: 'endpoints',
  severity: 'critical',
  title: 'no EndpointSlice was made for the Service',
  healthy: 'a controller has made EndpointSlices for the Service',
  roles: ['target', 'dependency', 'dns'],
  gate: 'slices',
  needs: ['service', 'slices'],
  uses: [],
  explains: ['DNS-002', 'HDL-002', 'ING-009'],
  docs: {
    why: 'For a Service with a selector the EndpointSlice controller always writes a slice, an empty one where no Pod matches. With none at all the controller does not run or may not write, and no dataplane learns where to send traffic.',
    confirm: [
      'kubectl get endpointslices -l kubernetes.io/service-name=NAME',
      'kubectl -n kube-system get lease kube-controller-manager -o yaml',
    ],
    fix: 'Bring kube-controller-manager back, or remove what forbids it to write (quota, webhook, RBAC).',
    references: ['kubernetes.io: EndpointSlices', 'k8s.io/endpointslice: reconciler'],
  },
  check({ service, slices, now }) {
    if (!selectsPods(service)) return notApplicable('no controller makes slices for a Service without selector');
    if (slices.some((slice) => managerOf(slice) !== MIRROR_CONTROLLER)) return pass;
    return fail(
      finding({
        severity: 'critical',
        message: `${nameOf(service)} does not work: no EndpointSlice was made for it`,
        evidence: [
          {
            label: 'slices',
            text: `0 made by a controller for kubernetes.io/service-name=${service.metadata?.name}, not even an empty one`,
            object: `Service ${nameOf(service)}`,
            path: 'metadata.name',
            found: '0',
            expected: '1 or more',
          },
        ],
        effects: ['no node knows an endpoint of it, so clients are refused'],
        fix: CONTROLLER_FIX,
        converging: (ageOf(service.metadata?.creationTimestamp, now) ?? Number.POSITIVE_INFINITY) < 30_000,
      }),
    );
  },
});
