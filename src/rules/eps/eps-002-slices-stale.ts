import type { Fact } from '../../facts/fact.ts';
import type { Event, Pod, Service } from '../../facts/wire.ts';
import { deriveEndpoints, endpointsOf, matchedPods, SLICE_CONTROLLER, selectsPods } from '../../model/endpoints.ts';
import { managerOf } from '../../model/hand-made.ts';
import { ageOf, conditionOf, containerStates } from '../../model/readiness.ts';
import { type SliceDifference, sliceDifferences } from '../../model/slice-differences.ts';
import { isRollingOut, plannedBy } from '../../model/workloads.ts';
import { type Evidence, finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { CONTROLLER_FIX, nameOf } from './controller-text.ts';

const SETTLING_MS = 30_000;
const SHOWN = 5;

/** True when the Service or one of its Pods changed so lately that the controller may not have caught up. A deletion counts until its grace ends. */
function isYoung(service: Service, pods: readonly Pod[], now: number): boolean {
  const times = [
    service.metadata?.creationTimestamp,
    ...pods.flatMap((pod) => [
      pod.metadata?.creationTimestamp,
      pod.metadata?.deletionTimestamp,
      conditionOf(pod, 'Ready')?.lastTransitionTime,
      // a Pod that ends without ever having been Ready: its conditions do not change
      ...containerStates(pod).map(({ status }) => status?.state?.terminated?.finishedAt),
    ]),
  ];
  return times.some((time) => (ageOf(time, now) ?? SETTLING_MS) < SETTLING_MS);
}

function differenceText({ kind, address, pod, found, expected }: SliceDifference): string {
  const who = `${address}${pod === null ? '' : ` (${pod})`}`;
  if (kind === 'missing') return `${who} is missing, the Pod is ${expected}`;
  if (kind === 'extra') return `${who} is listed as ${found}, but no such Pod is an endpoint`;
  return `${who} is listed with ${found}, the Pod says ${expected}`;
}

function eventEvidence(service: Service, events: Fact<readonly Event[]>): readonly Evidence[] {
  const found = events.known
    ? events.value.filter(
        ({ involvedObject, reason }) =>
          reason === 'FailedToUpdateEndpointSlices' &&
          involvedObject?.kind === 'Service' &&
          involvedObject.name === service.metadata?.name,
      )
    : [];
  const [message] = found.map(({ message: text }) => text ?? '').sort();
  if (message === undefined) return [];
  const object = `Service ${nameOf(service)}`;
  return [
    {
      label: 'event',
      text: message,
      object,
      path: 'events[FailedToUpdateEndpointSlices]',
      found: message,
      expected: null,
    },
  ];
}

export const eps002 = defineRule({
  id: 'EPS-002',
  name: 'slices-stale',
  stage: 'endpoints',
  severity: 'high',
  title: 'the EndpointSlices differ from the Pods',
  healthy: 'the EndpointSlices hold what the Pods say',
  roles: ['target', 'dependency'],
  gate: 'slices',
  needs: ['service', 'pods', 'slices', 'nodes', 'workloads'],
  uses: ['events'],
  explains: ['DNS-002', 'HDL-002', 'ING-009'],
  docs: {
    why: 'The EndpointSlice controller copies addresses, readiness and ports of the matching Pods into slices within a second or two. Where they still differ later, nodes send traffic to Pods that are gone, or none to Pods that are Ready.',
    confirm: [
      'kubectl get endpointslices -l kubernetes.io/service-name=NAME -o yaml',
      'kubectl get pods -l SELECTOR -o wide',
    ],
    fix: 'Bring kube-controller-manager back to work; it then corrects the slices by itself.',
    references: ['k8s.io/endpointslice: reconciler', 'kubernetes.io: EndpointSlices'],
  },
  check({ service, pods, slices, nodes, workloads, events, now }) {
    if (!selectsPods(service)) return notApplicable('no controller makes slices for a Service without selector');
    const own = slices.filter((slice) => managerOf(slice) === SLICE_CONTROLLER);
    if (own.length === 0) return notApplicable('the EndpointSlice controller has made no slice for it');
    const names = new Set(nodes.map((node) => node.metadata?.name ?? ''));
    const differences = sliceDifferences(deriveEndpoints(service, pods, names), endpointsOf(own));
    if (differences.length === 0) return pass;
    const rolls = plannedBy(service.spec?.selector, workloads).some(isRollingOut);
    const count = `${differences.length} endpoint${differences.length === 1 ? '' : 's'}`;
    return fail(
      finding({
        severity: 'high',
        message: `${nameOf(service)} is served from outdated EndpointSlices: ${count} differ${differences.length === 1 ? 's' : ''} from the Pods`,
        evidence: [
          ...differences.slice(0, SHOWN).map((difference) => ({
            label: 'slice',
            text: differenceText(difference),
            object: `Service ${nameOf(service)}`,
            path: `endpoints[${difference.address}]`,
            found: difference.found,
            expected: difference.expected,
          })),
          ...eventEvidence(service, events),
        ],
        effects: differences.some(({ kind }) => kind === 'extra')
          ? ['a share of the requests goes to addresses that no Pod of it has']
          : ['requests do not reach the Pods as they are now'],
        fix: CONTROLLER_FIX,
        converging: rolls || isYoung(service, matchedPods(service, pods), now),
      }),
    );
  },
});
