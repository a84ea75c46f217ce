import { whole } from '../../facts/fact.ts';
import { deriveEndpoints, endpointsOf, SLICE_CONTROLLER, selectsPods } from '../../model/endpoints.ts';
import { MIRROR_CONTROLLER, managerOf } from '../../model/hand-made.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass, unanswered } from '../rule.ts';
import { deleteSlices, nameOf, sliceNames, sliceObject } from './controller-text.ts';

export const eps003 = defineRule({
  id: 'EPS-003',
  name: 'leftover-mirrored-slice',
  stage: 'endpoints',
  severity: 'high',
  title: 'an EndpointSlice from before the selector still takes a share of the requests',
  healthy: 'no EndpointSlice from before the selector is left',
  roles: ['target', 'dependency'],
  gate: 'slices',
  needs: ['service', 'slices'],
  uses: ['pods'],
  explains: [],
  docs: {
    why: 'Every slice that carries the name of the Service gets its share of the requests, whoever made it. One that was mirrored from v1 Endpoints, or written by hand, before the Service had a selector is not always cleaned up: then a share of the requests goes to addresses that no Pod has.',
    confirm: ['kubectl get endpointslices -l kubernetes.io/service-name=NAME --show-labels -o wide'],
    fix: 'Delete the slice, and the v1 Endpoints that it was mirrored from.',
    references: ['kubernetes.io: EndpointSlices, management', 'kubernetes/kubernetes issues 103804, 97424, 105987'],
  },
  check({ service, slices, pods }) {
    if (!selectsPods(service)) return notApplicable('without selector, slices made by hand are what is wanted');
    const strange = slices.filter((slice) => [MIRROR_CONTROLLER, null].includes(managerOf(slice)));
    if (strange.every((slice) => endpointsOf([slice]).every(({ ready }) => !ready))) return pass;
    const all = whole(pods, 'all pods of the namespace');
    if (!all.known) return unanswered(all);
    const own = endpointsOf(slices.filter((slice) => managerOf(slice) === SLICE_CONTROLLER));
    const expected = new Set([...deriveEndpoints(service, all.value, null), ...own].map(({ address }) => address));
    const extra = (slice: (typeof slices)[number]): readonly string[] =>
      endpointsOf([slice])
        .filter(({ ready, address }) => ready && !expected.has(address))
        .map(({ address }) => address);
    const left = strange.filter((slice) => extra(slice).length > 0);
    if (left.length === 0) return pass;
    const mirrored = left.some((slice) => managerOf(slice) === MIRROR_CONTROLLER);
    const addresses = [...new Set(left.flatMap(extra))].sort();
    const total = new Set([...own.filter(({ ready }) => ready).map(({ address }) => address), ...addresses]).size;
    return fail(
      finding({
        severity: mirrored ? 'high' : 'low',
        confidence: mirrored ? 'certain' : 'possible',
        message: mirrored
          ? `${nameOf(service)} sends a share of its requests to addresses of no Pod: EndpointSlice ${sliceNames(left)} is left from before it had a selector`
          : `${nameOf(service)} also sends requests to addresses written by hand in EndpointSlice ${sliceNames(left)}`,
        evidence: left.map((slice) => ({
          label: 'slice',
          text: `${slice.metadata?.name}  ${extra(slice).join(', ')}  (${managerOf(slice) === MIRROR_CONTROLLER ? 'mirrored from v1 Endpoints' : 'made by hand'}; no Pod of the Service has ${extra(slice).length === 1 ? 'this address' : 'these addresses'})`,
          object: sliceObject(slice),
          path: 'endpoints[].addresses',
          found: extra(slice).join(', '),
          expected: null,
        })),
        effects: [`about ${addresses.length} of ${total} requests go there`],
        fix: deleteSlices(service, left, 'delete what is left, unless these addresses are wanted'),
      }),
    );
  },
});
