import type { Fact } from '../../facts/fact.ts';
import type { EndpointSlice, Pod, Service } from '../../facts/wire.ts';
import { endpointsOf, SLICE_CONTROLLER } from '../../model/endpoints.ts';
import { isSelectorless, managerOf } from '../../model/hand-made.ts';
import { type Patch, patchCommand } from '../../model/patch.ts';
import { isLive, podIPs } from '../../model/readiness.ts';
import { ownerOf, ownerText, type Workload } from '../../model/workloads.ts';
import { type Fix, finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { deleteSlices, nameOf, sliceNames, sliceObject } from './controller-text.ts';

/** Selects again the workload whose Pods the slices still name, where it is one alone. */
function restoreFix(service: Service, named: readonly Pod[], workloads: Fact<readonly Workload[]>): Fix | null {
  const owners = new Set(named.map((pod) => ownerText(ownerOf(pod))));
  const all = workloads.known ? workloads.value : [];
  const [workload, ...more] = all.filter((one) => owners.has(ownerText(one)));
  const selector = workload?.selector;
  if (owners.size !== 1 || more.length > 0 || workload === undefined || selector === undefined) return null;
  const patch: Patch = {
    kind: 'service',
    namespace: service.metadata?.namespace ?? '',
    name: service.metadata?.name ?? '',
    type: 'merge',
    body: { spec: { selector: { ...selector } } },
  };
  return {
    summary: `select the Pods of ${ownerText(workload)} again`,
    safety: 'review',
    commands: [patchCommand(patch)],
    steps: [],
    patch,
  };
}

function staleSlices(slices: readonly EndpointSlice[]): readonly EndpointSlice[] {
  return slices.filter((slice) => managerOf(slice) === SLICE_CONTROLLER && endpointsOf([slice]).length > 0);
}

export const eps004 = defineRule({
  id: 'EPS-004',
  name: 'stale-slices-after-selector-removed',
  stage: 'endpoints',
  severity: 'high',
  title: 'the selector is gone, and nobody keeps the EndpointSlices it left',
  healthy: 'no EndpointSlice of a former selector is left',
  roles: ['target', 'dependency'],
  needs: ['service', 'slices'],
  uses: ['pods', 'workloads'],
  explains: [],
  docs: {
    why: 'When the selector of a Service is removed the EndpointSlice controller stops looking after it, and leaves its slices as they are on purpose. They still get the traffic, and are wrong from the next change of a Pod on.',
    confirm: [
      'kubectl get service NAME -o jsonpath={.spec.selector}',
      'kubectl get endpointslices -l kubernetes.io/service-name=NAME',
    ],
    fix: 'Restore the selector, or delete the slices and write endpoints of your own.',
    references: ['kubernetes/kubernetes issues 118376, 91072', 'kubernetes.io: Services without selectors'],
  },
  check({ service, slices, pods, workloads }) {
    if (!isSelectorless(service)) return notApplicable('the Service has a selector, or needs no endpoints');
    const stale = staleSlices(slices);
    if (stale.length === 0) return pass;
    const live = pods.known ? pods.value.filter(isLive) : [];
    const ips = new Set(live.flatMap(podIPs));
    const addresses = [...new Set(endpointsOf(stale).map(({ address }) => address))].sort();
    const dead = pods.known && pods.complete ? addresses.filter((address) => !ips.has(address)) : [];
    const named = live.filter((pod) => podIPs(pod).some((ip) => addresses.includes(ip)));
    return fail(
      finding({
        severity: dead.length > 0 ? 'high' : 'medium',
        message: `${nameOf(service)} has lost its selector: nobody keeps its EndpointSlice ${sliceNames(stale)} any more`,
        evidence: [
          {
            label: 'selector',
            text: 'none',
            object: `Service ${nameOf(service)}`,
            path: 'spec.selector',
            found: null,
            expected: null,
          },
          ...stale.map((slice) => ({
            label: 'slice',
            text: `${slice.metadata?.name}  ${endpointsOf([slice])
              .map(({ address }) => `${address}${dead.includes(address) ? ' (no Pod has it)' : ''}`)
              .sort()
              .join(', ')}  (made by the EndpointSlice controller while there was a selector)`,
            object: sliceObject(slice),
            path: 'endpoints[].addresses',
            found: endpointsOf([slice])
              .map(({ address }) => address)
              .sort()
              .join(', '),
            expected: null,
          })),
        ],
        effects:
          dead.length > 0
            ? [`${dead.length} of ${addresses.length} addresses are of Pods that are gone: calls to them fail`]
            : ['it works until one of these Pods is replaced'],
        fix: restoreFix(service, named, workloads) ?? deleteSlices(service, stale, 'delete the slices that are left'),
      }),
    );
  },
});
