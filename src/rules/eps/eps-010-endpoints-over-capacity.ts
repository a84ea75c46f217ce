import { finding } from '../finding.ts';
import { defineRule, fail, pass } from '../rule.ts';
import { nameOf, stepsFix } from './controller-text.ts';

const CAPACITY = 1000;

export const eps010 = defineRule({
  id: 'EPS-010',
  name: 'endpoints-over-capacity',
  stage: 'endpoints',
  severity: 'info',
  title: 'more endpoints than v1 Endpoints can hold',
  healthy: 'v1 Endpoints can hold all endpoints',
  roles: ['target'],
  gate: 'slices',
  needs: ['service', 'slices'],
  uses: [],
  explains: [],
  docs: {
    why: 'A v1 Endpoints object holds at most 1000 addresses; the rest is left out. EndpointSlices hold all, so only what still reads v1 Endpoints sees too few.',
    confirm: ['kubectl get endpoints NAME -o jsonpath={.metadata.annotations}'],
    fix: 'Let readers of v1 Endpoints read EndpointSlices.',
    references: ['kubernetes.io: Service, over-capacity endpoints', 'KEP-4974: Deprecate v1.Endpoints'],
  },
  check({ service, slices }) {
    const count = slices.reduce((sum, slice) => sum + (slice.endpoints ?? []).length, 0);
    if (count <= CAPACITY) return pass;
    const name = nameOf(service);
    return fail(
      finding({
        severity: 'info',
        message: `${name} has more endpoints than v1 Endpoints can hold: what reads those sees ${CAPACITY}`,
        evidence: [
          {
            label: 'endpoints',
            text: `${count} in ${slices.length} EndpointSlices`,
            object: `Service ${name}`,
            path: 'endpointslices',
            found: String(count),
            expected: `${CAPACITY} or less`,
          },
        ],
        fix: stepsFix('read EndpointSlices', 'let whatever still reads v1 Endpoints of it read EndpointSlices'),
      }),
    );
  },
});
