/** Words and fixes that the port rules share. */
import type { Service, ServicePort } from '../../facts/wire.ts';
import { type JsonPatchOperation, type Patch, patchCommand } from '../../model/patch.ts';
import { isPlanned } from '../../model/planned-pods.ts';
import { type DeclaredPort, protocolOf, targetPortOf } from '../../model/ports.ts';
import { isReady } from '../../model/readiness.ts';
import type { Backend } from '../../model/target-port.ts';
import type { Evidence, Fix } from '../finding.ts';

/** `namespace/name` of the Service. */
export function nameOf(service: Service): string {
  return `${service.metadata?.namespace}/${service.metadata?.name}`;
}

/** `8080/TCP`, `http 8080/TCP`. */
export function declaredText({ name, number, protocol }: DeclaredPort): string {
  return `${name === null ? '' : `${name} `}${number}/${protocol}`;
}

/** `container "web" declares http 8080/TCP`, one part a container, or that nothing is declared. */
export function declarationsText(ports: readonly DeclaredPort[]): string {
  if (ports.length === 0) return 'no container declares a port';
  const containers = [...new Set(ports.map(({ container }) => container))];
  return containers
    .map((name) => {
      const own = ports.filter(({ container }) => container === name).map(declaredText);
      return `container "${name}" declares only ${own.join(', ')}`;
    })
    .join('; ');
}

/** The evidence row of the Service port. */
export function servicePortEvidence(service: Service, port: ServicePort, index: number): Evidence {
  const target = String(targetPortOf(port));
  return {
    label: 'Service',
    text: `port ${port.port}/${protocolOf(port)} → targetPort ${target}`,
    object: `Service ${nameOf(service)}`,
    path: `spec.ports[${index}].targetPort`,
    found: target,
    expected: null,
  };
}

/** What clients see of a port that leads nowhere. */
export function refusedEffects(service: Service, port: ServicePort, backends: readonly Backend[]): readonly string[] {
  const ready = backends.filter(({ pod }) => pod !== null && isReady(pod) && !isPlanned(pod)).length;
  const address = service.spec?.clusterIP ?? `${service.metadata?.name}.${service.metadata?.namespace}`;
  const although = ready === 0 ? '' : ` although ${ready} Pod${ready === 1 ? ' is' : 's are'} Ready`;
  return [`clients of ${address}:${port.port} are refused${although}`];
}

/** A fix that changes one field of a Service port. */
export function portFix(
  service: Service,
  index: number,
  field: 'targetPort' | 'protocol' | 'appProtocol',
  value: number | string,
  summary: string,
  safety: Fix['safety'],
): Fix {
  const present = service.spec?.ports?.[index]?.[field] !== undefined;
  const body: JsonPatchOperation[] = [
    { op: present ? 'replace' : 'add', path: `/spec/ports/${index}/${field}`, value },
  ];
  const patch: Patch = {
    kind: 'service',
    namespace: service.metadata?.namespace ?? '',
    name: service.metadata?.name ?? '',
    type: 'json',
    body,
  };
  return { summary, safety, commands: [patchCommand(patch)], steps: [], patch };
}

/** A fix that a person must carry out. */
export function stepsFix(summary: string, ...steps: readonly string[]): Fix {
  return { summary, safety: 'review', commands: [], steps, patch: null };
}
