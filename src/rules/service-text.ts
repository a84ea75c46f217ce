/** Words, evidence and fixes that the rules about a Service's type, policies, families and entrances share. */
import type { Service } from '../facts/wire.ts';
import { type Patch, patchCommand } from '../model/patch.ts';
import { ageOf } from '../model/readiness.ts';
import type { Evidence, Fix } from './finding.ts';

/** `namespace/name` of the Service. */
export function nameOf(service: Service): string {
  return `${service.metadata?.namespace}/${service.metadata?.name}`;
}

/** One row of evidence about the Service's own fields. */
export function serviceRow(
  service: Service,
  text: string,
  path: string,
  found: string | null = null,
  expected: string | null = null,
): Evidence {
  return { label: 'Service', text, object: `Service ${nameOf(service)}`, path, found, expected };
}

/** A merge patch of the Service's spec as a fix. */
export function specFix(
  service: Service,
  spec: Record<string, unknown>,
  summary: string,
  safety: Fix['safety'] = 'review',
): Fix {
  const patch: Patch = {
    kind: 'service',
    namespace: service.metadata?.namespace ?? '',
    name: service.metadata?.name ?? '',
    type: 'merge',
    body: { spec },
  };
  return { summary, safety, commands: [patchCommand(patch)], steps: [], patch };
}

/** A fix that a person must carry out. */
export function stepsFix(summary: string, ...steps: readonly string[]): Fix {
  return { summary, safety: 'review', commands: [], steps, patch: null };
}

/** True for what was made within the last `ms`: controllers may still be at work. */
export function isYounger(time: string | undefined, now: number, ms: number): boolean {
  return (ageOf(time, now) ?? Number.POSITIVE_INFINITY) < ms;
}

/** `a`, `a and b`, `a, b and 3 more`. */
export function few(names: readonly string[]): string {
  const [first = '', second, ...rest] = names;
  if (second === undefined) return first;
  return rest.length === 0 ? `${first} and ${second}` : `${first}, ${second} and ${rest.length} more`;
}
