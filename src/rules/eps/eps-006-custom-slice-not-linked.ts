import type { Fact } from '../../facts/fact.ts';
import type { EndpointSlice, Service } from '../../facts/wire.ts';
import { endpointsOf } from '../../model/endpoints.ts';
import { isSelectorless, isServed, SERVICE_NAME } from '../../model/hand-made.ts';
import { isNear } from '../../model/near-names.ts';
import { shellQuote } from '../../model/patch.ts';
import { type Finding, type Fix, finding } from '../finding.ts';
import { defineRule, failIfAny, notApplicable, pass } from '../rule.ts';
import { nameOf, refusedEffect, sliceObject, stepsFix } from './controller-text.ts';

/** True when the slice is this Service's by owner or by name, and no other Service's name fits better. */
function isMeant({ metadata }: EndpointSlice, name: string, others: readonly string[]): boolean {
  if (metadata?.ownerReferences?.some((owner) => owner.kind === 'Service' && owner.name === name)) return true;
  const fits = (service: string): boolean =>
    metadata?.name === service || metadata?.name?.startsWith(`${service}-`) === true;
  return fits(name) && !others.some((other) => other.length > name.length && fits(other));
}

/** Slices of the namespace that were meant for the Service and carry another name, or none. */
function unlinked(
  service: Service,
  slices: readonly EndpointSlice[],
  services: readonly Service[],
): readonly EndpointSlice[] {
  const name = service.metadata?.name ?? '';
  const names = services.map(({ metadata }) => metadata?.name ?? '');
  return slices.filter((slice) => {
    const label = slice.metadata?.labels?.[SERVICE_NAME];
    if (endpointsOf([slice]).length === 0 || label === name) return false;
    if (label !== undefined && names.includes(label)) return false;
    return isMeant(slice, name, names) || (label !== undefined && isNear(label, name));
  });
}

/** Slices with the right label in a namespace that has no such Service. */
function astray(
  service: Service,
  elsewhere: Fact<readonly EndpointSlice[]>,
  everywhere: Fact<readonly Service[]>,
): readonly EndpointSlice[] {
  if (!elsewhere.known || !everywhere.known || !everywhere.complete) return [];
  const { namespace, name } = service.metadata ?? {};
  const homes = new Set(
    everywhere.value.filter(({ metadata }) => metadata?.name === name).map(({ metadata }) => metadata?.namespace),
  );
  return elsewhere.value.filter(
    (slice) =>
      slice.metadata?.namespace !== namespace &&
      !homes.has(slice.metadata?.namespace) &&
      endpointsOf([slice]).length > 0,
  );
}

function linkFix(service: Service, slice: EndpointSlice): Fix {
  const { namespace, name = '' } = slice.metadata ?? {};
  if (namespace !== service.metadata?.namespace) {
    return stepsFix(
      'put the slice where the Service is',
      `create EndpointSlice ${name} in ${service.metadata?.namespace}, and delete it from ${namespace}`,
    );
  }
  return {
    summary: `label the slice with the name of the Service`,
    safety: 'review',
    commands: [
      `kubectl -n ${namespace} label endpointslice ${shellQuote(name)} ${SERVICE_NAME}=${service.metadata?.name} --overwrite`,
    ],
    steps: [],
    patch: null,
  };
}

function findingOf(service: Service, slice: EndpointSlice): Finding {
  const label = slice.metadata?.labels?.[SERVICE_NAME] ?? null;
  const away = slice.metadata?.namespace !== service.metadata?.namespace;
  const why = away
    ? `stands in namespace ${slice.metadata?.namespace}`
    : label === null
      ? `has no label ${SERVICE_NAME}`
      : `is labelled for "${label}"`;
  return finding({
    severity: 'critical',
    confidence: away ? 'likely' : 'certain',
    message: `${nameOf(service)} does not work: EndpointSlice ${slice.metadata?.name}, which seems to be meant for it, ${why}`,
    evidence: [
      {
        label: 'slice',
        text: `${slice.metadata?.namespace}/${slice.metadata?.name}  ${label === null ? 'no label' : `${SERVICE_NAME}=${label}`}  (${endpointsOf([slice]).length} addresses)`,
        object: sliceObject(slice),
        path: away ? 'metadata.namespace' : `metadata.labels[${SERVICE_NAME}]`,
        found: away ? (slice.metadata?.namespace ?? null) : label,
        expected: (away ? service.metadata?.namespace : service.metadata?.name) ?? null,
      },
    ],
    effects: [refusedEffect(service)],
    fix: linkFix(service, slice),
  });
}

export const eps006 = defineRule({
  id: 'EPS-006',
  name: 'custom-slice-not-linked',
  stage: 'endpoints',
  severity: 'critical',
  title: 'a hand-made EndpointSlice is not linked to the Service',
  healthy: 'the EndpointSlices meant for the Service are linked to it',
  roles: ['target', 'dependency'],
  offline: true,
  gate: 'hand-made',
  needs: ['service', 'slices'],
  uses: ['services', 'namespaceSlices', 'slicesElsewhere', 'servicesEverywhere'],
  explains: ['SVC-005'],
  docs: {
    why: 'Label kubernetes.io/service-name is all that links a slice to its Service, in the same namespace. Neither its own name nor an owner does.',
    confirm: ['kubectl get endpointslices --show-labels'],
    fix: "Label the slice with the Service's name.",
    references: ['kubernetes.io: EndpointSlices', 'discovery/v1: LabelServiceName'],
  },
  check({ service, slices, services, namespaceSlices, slicesElsewhere, servicesEverywhere }) {
    if (!isSelectorless(service)) return notApplicable('the Service has a selector, or needs no endpoints');
    if (isServed(service, slices)) return pass;
    const complete = services.known && services.complete && namespaceSlices.known;
    const here = complete ? unlinked(service, namespaceSlices.value, services.value) : [];
    const found = here.length > 0 ? here : astray(service, slicesElsewhere, servicesEverywhere);
    return failIfAny(found.slice(0, 1).map((slice) => findingOf(service, slice)));
  },
});
