/** Words, evidence and fixes that the Ingress rules share. */
import type { Ingress } from '../../facts/wire.ts';
import { type IngressBackend, ingressBackends } from '../../model/entrance.ts';
import { shellQuote } from '../../model/patch.ts';
import { ageOf } from '../../model/readiness.ts';
import type { Evidence, Fix } from '../finding.ts';

/** `namespace/name` of the Ingress. */
export function ingressName({ metadata }: Ingress): string {
  return `${metadata?.namespace}/${metadata?.name}`;
}

/** The backends of all Ingresses that are this Service. */
export function backendsTo(name: string, ingresses: readonly Ingress[]): readonly IngressBackend[] {
  return ingresses.flatMap(ingressBackends).filter(({ service }) => service === name);
}

/** The Ingresses that lead to this Service, each once. */
export function leadingTo(name: string, ingresses: readonly Ingress[]): readonly Ingress[] {
  return ingresses.filter((ingress) => ingressBackends(ingress).some(({ service }) => service === name));
}

/** The evidence row of one backend. */
export function backendRow(backend: IngressBackend, found: string, expected: string | null): Evidence {
  return {
    label: 'Ingress',
    text: `${backend.path} → ${backend.service}:${backend.port?.name ?? backend.port?.number ?? 'no port'}`,
    object: `Ingress ${ingressName(backend.ingress)}`,
    path: backend.field,
    found,
    expected,
  };
}

/** A JSON patch of one field of the backend as a command. */
export function backendFix(
  backend: IngressBackend,
  field: 'name' | 'port',
  value: unknown,
  summary: string,
  safety: Fix['safety'] = 'review',
): Fix {
  const { namespace, name } = backend.ingress.metadata ?? {};
  const path = `/${backend.field.replaceAll(/[.[]/g, '/').replaceAll(']', '')}/${field}`;
  const patch = JSON.stringify([{ op: 'replace', path, value }]);
  return {
    summary,
    safety,
    commands: [`kubectl -n ${namespace} patch ingress ${name} --type=json -p ${shellQuote(patch)}`],
    steps: [],
    patch: null,
  };
}

/** True when some controller has taken the Ingress: it wrote an address into its status. */
export function isTaken({ status }: Ingress): boolean {
  return (status?.loadBalancer?.ingress ?? []).length > 0;
}

/** True while a controller may still be at work on it. */
export function isFresh({ metadata }: Ingress, now: number): boolean {
  return (ageOf(metadata?.creationTimestamp, now) ?? Number.POSITIVE_INFINITY) < 120_000;
}

/** The class by field or by the old annotation; null where neither is set. */
export function classOf({ spec, metadata }: Ingress): { name: string; by: 'field' | 'annotation' } | null {
  if (spec?.ingressClassName !== undefined) return { name: spec.ingressClassName, by: 'field' };
  const annotation = metadata?.annotations?.['kubernetes.io/ingress.class'];
  return annotation === undefined ? null : { name: annotation, by: 'annotation' };
}
