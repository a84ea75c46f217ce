import type { EndpointSlice, Service } from '../../facts/wire.ts';
import { endpointsOf, usableEndpoints } from '../../model/endpoints.ts';
import { isClear, nearestWorkloads, selectorPatch } from '../../model/nearest-workload.ts';
import { type Patch, patchCommand } from '../../model/patch.ts';
import { portLabel } from '../../model/ports.ts';
import { ageOf } from '../../model/readiness.ts';
import { hasSelector, selectorText } from '../../model/selector.ts';
import { ownerText } from '../../model/workloads.ts';
import { type Evidence, type Fix, finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { doubted } from '../unseen.ts';

function sliceEvidence(service: Service, slices: readonly EndpointSlice[]): Evidence {
  const endpoints = endpointsOf(slices);
  const ports = [
    ...new Set(
      slices.flatMap((slice) => (slice.ports ?? []).map(({ name, port }) => `${name ?? ''} ${port ?? ''}`.trim())),
    ),
  ];
  const held =
    endpoints.length === 0
      ? 'no address'
      : `${endpoints.length} address${endpoints.length === 1 ? '' : 'es'}, ports ${ports.sort().join(', ') || 'none'}`;
  return {
    label: 'slices',
    text:
      slices.length === 0
        ? 'none made for it by hand or by a controller'
        : `${slices.length} with ${held}: none usable for port ${(service.spec?.ports ?? []).map(portLabel).join(', ')}`,
    object: `Service ${service.metadata?.namespace}/${service.metadata?.name}`,
    path: 'endpointslices',
    found: String(endpoints.length),
    expected: 'a ready endpoint with a port of the same name and protocol',
  };
}

function selectFix(service: Service, selector: Record<string, string | null>, owner: string): Fix {
  const patch: Patch = {
    kind: 'service',
    namespace: service.metadata?.namespace ?? '',
    name: service.metadata?.name ?? '',
    type: 'merge',
    body: { spec: { selector } },
  };
  return {
    summary: `select the Pods of ${owner}`,
    safety: 'review',
    commands: [patchCommand(patch)],
    steps: [],
    patch,
  };
}

const BY_HAND: Fix = {
  summary: 'give it a selector, or endpoints of its own',
  safety: 'review',
  commands: [],
  steps: [
    'for Pods of this namespace: set spec.selector to the labels of their template',
    "for addresses elsewhere: create an EndpointSlice labelled kubernetes.io/service-name with this Service's name, with ports of the same names and protocols",
  ],
  patch: null,
};

export const svc005 = defineRule({
  id: 'SVC-005',
  name: 'selectorless-without-endpoints',
  stage: 'existence',
  severity: 'critical',
  title: 'a Service without selector that nobody gives endpoints',
  healthy: 'a Service without selector has usable endpoints',
  roles: ['target', 'dependency'],
  offline: true,
  gate: 'hand-made',
  needs: ['service', 'slices'],
  uses: ['workloads', 'pods', 'unseen'],
  explains: ['POD-009', 'ING-009'],
  docs: {
    why: 'For a Service without selector no controller looks for Pods: whoever wants it must write its EndpointSlices. Without a usable endpoint in them every request is refused.',
    confirm: [
      'kubectl get service NAME -o jsonpath={.spec.selector}',
      'kubectl get endpointslices -l kubernetes.io/service-name=NAME',
    ],
    fix: 'Add the selector that was forgotten, or an EndpointSlice with the addresses.',
    references: ['kubernetes.io: Services without selectors'],
  },
  check({ service, slices, workloads, pods, unseen, now }) {
    const { spec, metadata } = service;
    if (spec?.type === 'ExternalName') return notApplicable('an ExternalName Service has no endpoints');
    if (hasSelector(spec?.selector)) return notApplicable('the Service has a selector');
    const endpoints = endpointsOf(slices);
    const usable = (spec?.ports ?? []).some((port) => usableEndpoints(port, endpoints).length > 0);
    const portless = (spec?.ports ?? []).length === 0 && endpoints.some(({ ready }) => ready);
    if (usable || portless) return pass;
    const known = workloads.known && workloads.complete && pods.known && pods.complete;
    const near = known ? nearestWorkloads(service, workloads.value, pods.value) : [];
    const [best] = near;
    const selector =
      known && best !== undefined && isClear(near) ? selectorPatch(service, best, workloads.value) : null;
    const name = `${metadata?.namespace}/${metadata?.name}`;
    const found = finding({
      severity: 'critical',
      message: `${name} does not work: it has no selector, and nobody gave it a usable endpoint`,
      evidence: [
        {
          label: 'selector',
          text: 'none',
          object: `Service ${name}`,
          path: 'spec.selector',
          found: null,
          expected: null,
        },
        sliceEvidence(service, slices),
        ...near.slice(0, 3).map(({ owner, labels }) => ({
          label: 'near',
          text: `${ownerText(owner)}  ${selectorText(labels)}`,
          object: `${owner.kind} ${metadata?.namespace}/${owner.name}`,
          path: 'spec.template.metadata.labels',
          found: selectorText(labels),
          expected: null,
        })),
      ],
      effects: [`clients of ${name} are refused`],
      fix: selector === null || best === undefined ? BY_HAND : selectFix(service, selector, ownerText(best.owner)),
      converging: (ageOf(metadata?.creationTimestamp, now) ?? Number.POSITIVE_INFINITY) < 30_000,
    });
    return fail(slices.length === 0 ? doubted(found, unseen) : found);
  },
});
