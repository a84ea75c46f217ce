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

/** The workload that the Pod is of: by its owner while it lives, afterwards by its name (`web-6d4f9c-xk2p9`, `db-0`). */
function workloadOf(name: string, live: readonly Pod[], workloads: readonly Workload[]): Workload | undefined {
  const pod = live.find(({ metadata }) => metadata?.name === name);
  if (pod !== undefined) return workloads.find((one) => ownerText(one) === ownerText(ownerOf(pod)));
  const ending: Readonly<Record<Workload['kind'], RegExp>> = {
    Deployment: /^-[a-z0-9]{4,10}-[a-z0-9]{5}$/,
    StatefulSet: /^-\d+$/,
    DaemonSet: /^-[a-z0-9]{5}$/,
  };
  return workloads.find((one) => name.startsWith(one.name) && ending[one.kind].test(name.slice(one.name.length)));
}

/** Selects again the workload whose Pods the slices name, where it is one alone. */
function restoreFix(
  service: Service,
  names: readonly string[],
  live: readonly Pod[],
  workloads: Fact<readonly Workload[]>,
): Fix | null {
  const all = workloads.known ? workloads.value : [];
  const found = new Set(names.map((name) => workloadOf(name, live, all)));
  const [workload] = found;
  const selector = workload?.selector;
  if (found.size !== 1 || workload === undefined || selector === undefined) return null;
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
  gate: 'hand-made',
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
    const names = endpointsOf(stale).flatMap(({ pod }) => pod?.split('/')[1] ?? []);
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
        fix:
          restoreFix(service, names, live, workloads) ??
          deleteSlices(service, stale, 'delete the slices that are left'),
      }),
    );
  },
});
