/** What the rules about good practice share: hints that never make a Service ill. */
import type { Service } from '../../facts/wire.ts';
import type { Fix } from '../finding.ts';

/** `namespace/name` of the Service. */
export function nameOf(service: Service): string {
  return `${service.metadata?.namespace}/${service.metadata?.name}`;
}

export function objectOf(service: Service): string {
  return `Service ${nameOf(service)}`;
}

/** Something that a person may want to do. */
export function advice(summary: string, step: string): Fix {
  return { summary, safety: 'review', commands: [], steps: [step], patch: null };
}
