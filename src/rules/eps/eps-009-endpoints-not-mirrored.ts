import type { Endpoints, Service } from '../../facts/wire.ts';
import { endpointsOf } from '../../model/endpoints.ts';
import { isSelectorless } from '../../model/hand-made.ts';
import { ageOf } from '../../model/readiness.ts';
import { type Fix, finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass, unread } from '../rule.ts';
import { nameOf, refusedEffect, stepsFix } from './controller-text.ts';

const SKIP = 'endpointslice.kubernetes.io/skip-mirror';
const LEADER = 'control-plane.alpha.kubernetes.io/leader';

function addressesOf({ subsets = [] }: Endpoints): readonly string[] {
  return subsets.flatMap(({ addresses = [] }) => addresses.map(({ ip }) => ip)).sort();
}

/** What keeps the mirroring controller from this object. */
function causeOf({ metadata }: Endpoints): { words: string; path: string } {
  if (metadata?.labels?.[SKIP] === 'true')
    return { words: `it carries label ${SKIP}=true`, path: `metadata.labels[${SKIP}]` };
  if (metadata?.annotations?.[LEADER] !== undefined)
    return { words: 'it serves a leader election, by its annotation', path: `metadata.annotations[${LEADER}]` };
  return { words: 'no controller mirrors it', path: 'subsets[].addresses' };
}

function fixOf(service: Service, endpoints: Endpoints): Fix {
  const { namespace, name } = service.metadata ?? {};
  if (endpoints.metadata?.labels?.[SKIP] === 'true') {
    return {
      summary: 'let the v1 Endpoints be mirrored again',
      safety: 'review',
      commands: [`kubectl -n ${namespace} label endpoints ${name} ${SKIP}-`],
      steps: [],
      patch: null,
    };
  }
  return stepsFix(
    'write an EndpointSlice in place of the v1 Endpoints',
    `create an EndpointSlice in ${namespace} labelled kubernetes.io/service-name=${name} with these addresses and with ports named as the Service's`,
  );
}

export const eps009 = defineRule({
  id: 'EPS-009',
  name: 'endpoints-not-mirrored',
  stage: 'endpoints',
  severity: 'critical',
  title: 'v1 Endpoints that no EndpointSlice mirrors',
  healthy: 'v1 Endpoints written by hand are mirrored into EndpointSlices',
  roles: ['target', 'dependency'],
  gate: 'hand-made',
  needs: ['service', 'slices'],
  uses: ['endpoints'],
  explains: ['SVC-005'],
  docs: {
    why: 'Dataplanes read EndpointSlices only. v1 Endpoints that somebody writes reach them through a controller that mirrors them; it leaves out objects with a skip label and those of leader elections, and may be switched off since 1.33.',
    confirm: ['kubectl get endpoints NAME -o yaml', 'kubectl get endpointslices -l kubernetes.io/service-name=NAME'],
    fix: 'Write an EndpointSlice, or remove the label that keeps the Endpoints from being mirrored.',
    references: ['kubernetes.io: EndpointSlices, mirroring', 'KEP-4974: Deprecate v1.Endpoints'],
  },
  check({ service, slices, endpoints, now }) {
    if (!isSelectorless(service)) return notApplicable('the Service has a selector, or needs no endpoints');
    if (endpointsOf(slices).length > 0) return pass;
    if (!endpoints.known) return unread(endpoints);
    if (endpoints.value === null || addressesOf(endpoints.value).length === 0) return pass;
    const addresses = addressesOf(endpoints.value);
    const { words, path } = causeOf(endpoints.value);
    return fail(
      finding({
        severity: 'critical',
        message: `${nameOf(service)} does not work: its v1 Endpoints are not mirrored into an EndpointSlice, ${words}`,
        evidence: [
          {
            label: 'Endpoints',
            text: `${addresses.slice(0, 3).join(', ')}${addresses.length > 3 ? ` (+${addresses.length - 3})` : ''}  (${words})`,
            object: `Endpoints ${nameOf(service)}`,
            path,
            found: addresses.join(', '),
            expected: null,
          },
          {
            label: 'slices',
            text: 'none with an address',
            object: `Service ${nameOf(service)}`,
            path: 'endpointslices',
            found: '0',
            expected: String(addresses.length),
          },
        ],
        effects: [refusedEffect(service)],
        fix: fixOf(service, endpoints.value),
        converging: (ageOf(endpoints.value.metadata?.creationTimestamp, now) ?? Number.POSITIVE_INFINITY) < 30_000,
      }),
    );
  },
});
