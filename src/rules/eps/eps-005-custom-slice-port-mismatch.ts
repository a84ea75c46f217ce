import type { EndpointSlice, Service, ServicePort } from '../../facts/wire.ts';
import { endpointsOf, usableEndpoints } from '../../model/endpoints.ts';
import { isSelectorless, MIRROR_CONTROLLER, managerOf } from '../../model/hand-made.ts';
import { shellQuote } from '../../model/patch.ts';
import { portLabel, protocolOf, targetPortOf } from '../../model/ports.ts';
import { type Evidence, type Finding, type Fix, finding } from '../finding.ts';
import { defineRule, failIfAny, notApplicable, pass } from '../rule.ts';
import { nameOf, refusedEffect, sliceObject, stepsFix } from './controller-text.ts';

function nameText(name: string | null | undefined): string {
  return name === undefined || name === null || name === '' ? 'no name' : `"${name}"`;
}

function portsText(slice: EndpointSlice): string {
  const ports = (slice.ports ?? []).map(
    ({ name, port, protocol }) => `${nameText(name)} ${port ?? 'no number'}/${protocol ?? 'TCP'}`,
  );
  return ports.sort().join(', ') || 'no port';
}

function sliceEvidence(slice: EndpointSlice, port: ServicePort): Evidence {
  return {
    label: 'slice',
    text: `${slice.metadata?.name} has ${portsText(slice)}`,
    object: sliceObject(slice),
    path: 'ports[].name',
    found: portsText(slice),
    expected: `${nameText(port.name)} ${protocolOf(port)}`,
  };
}

/** Names the only port of the only slice as the Service does; steps where there is more than one to choose from, or a mirror to correct. */
function nameFix(service: Service, port: ServicePort, slices: readonly EndpointSlice[]): Fix {
  const [slice, ...others] = slices;
  const [only, ...more] = slice?.ports ?? [];
  const mirrored = slices.some((one) => managerOf(one) === MIRROR_CONTROLLER);
  const summary = `give the slice's port the name and protocol of the Service's: ${nameText(port.name)}, ${protocolOf(port)}`;
  const single = only !== undefined && more.length === 0 && others.length === 0 && (only.port ?? 0) > 0;
  if (!single || mirrored || (service.spec?.ports ?? []).length > 1) {
    const where = mirrored ? 'in the v1 Endpoints that the slice is mirrored from' : 'in the slices';
    return stepsFix(summary, `correct it ${where}, for every port of the Service`);
  }
  const body = [
    { op: 'add', path: '/ports/0/name', value: port.name ?? '' },
    { op: 'add', path: '/ports/0/protocol', value: protocolOf(port) },
  ];
  const { namespace, name = '' } = slice?.metadata ?? {};
  const command = `kubectl -n ${namespace} patch endpointslice ${shellQuote(name)} --type=json -p ${shellQuote(JSON.stringify(body))}`;
  return { summary, safety: 'review', commands: [command], steps: [], patch: null };
}

/** A slice's port is what counts; a number that differs from an explicit targetPort is worth a look, no more. */
function numberHint(service: Service, port: ServicePort, slices: readonly EndpointSlice[]): Finding[] {
  const target = targetPortOf(port);
  if (typeof target === 'string' || target === port.port) return [];
  const numbers = slices.flatMap((slice) =>
    (slice.ports ?? []).flatMap((one) => ((one.name ?? '') === (port.name ?? '') && one.port ? [one.port] : [])),
  );
  const [slice] = slices;
  if (slice === undefined || numbers.length === 0 || numbers.includes(target)) return [];
  return [
    finding({
      severity: 'info',
      scope: { port: portLabel(port) },
      message: `${nameOf(service)} port ${portLabel(port)} says targetPort ${target}, but its EndpointSlices send traffic to ${[...new Set(numbers)].sort().join(', ')}`,
      evidence: [{ ...sliceEvidence(slice, port), path: 'ports[].port', expected: String(target) }],
      fix: stepsFix('keep the two equal', 'correct whichever is wrong: what the slice says is what counts'),
    }),
  ];
}

export const eps005 = defineRule({
  id: 'EPS-005',
  name: 'custom-slice-port-mismatch',
  stage: 'endpoints',
  severity: 'critical',
  title: 'hand-made EndpointSlices lack a port of the Service',
  healthy: 'hand-made EndpointSlices have every port of the Service by name and protocol',
  roles: ['target', 'dependency'],
  offline: true,
  gate: 'hand-made',
  needs: ['service', 'slices'],
  uses: [],
  explains: ['SVC-005'],
  docs: {
    why: 'A port of the Service and a port of its slices belong together by name and protocol; no name and a name are different. Whoever writes slices by hand must repeat both, else the addresses are there and nothing is sent to them.',
    confirm: [
      'kubectl get service NAME -o jsonpath={.spec.ports}',
      'kubectl get endpointslices -l kubernetes.io/service-name=NAME -o yaml',
    ],
    fix: "Give the slice's port the name and the protocol of the Service's port.",
    references: ['API reference: ServicePort.name, EndpointPort.name', 'kubernetes.io: Services without selectors'],
  },
  check({ service, slices, subject }) {
    if (!isSelectorless(service)) return notApplicable('a controller writes the ports of its slices, or it needs none');
    if (service.spec?.clusterIP === 'None') return notApplicable('a headless Service maps no ports');
    const filled = slices.filter((slice) => endpointsOf([slice]).some(({ ready }) => ready));
    if (filled.length === 0) return pass;
    const endpoints = endpointsOf(filled);
    return failIfAny(
      (service.spec?.ports ?? []).flatMap((port, index): Finding[] => {
        if (usableEndpoints(port, endpoints).length > 0)
          return subject.role === 'target' ? numberHint(service, port, filled) : [];
        return [
          finding({
            severity: 'critical',
            scope: { port: portLabel(port) },
            message: `${nameOf(service)} port ${portLabel(port)} does not work: no EndpointSlice has a port with ${nameText(port.name)} and protocol ${protocolOf(port)}`,
            evidence: [
              {
                label: 'Service',
                text: `port ${port.port}/${protocolOf(port)} with ${nameText(port.name)}`,
                object: `Service ${nameOf(service)}`,
                path: `spec.ports[${index}].name`,
                found: port.name ?? '',
                expected: null,
              },
              ...filled.slice(0, 3).map((slice) => sliceEvidence(slice, port)),
            ],
            effects: [refusedEffect({ ...service, spec: { ...service.spec, ports: [port] } })],
            fix: nameFix(service, port, filled),
          }),
        ];
      }),
    );
  },
});
