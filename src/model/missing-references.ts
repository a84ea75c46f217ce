/** References of workloads to Services that do not exist, as the workload's own resolver would see them. */

import type { Reference } from '../facts/extracts.ts';
import type { Fact } from '../facts/fact.ts';
import type { Service } from '../facts/wire.ts';
import { resolveHost } from './references.ts';
import type { ReferencingWorkload } from './referencing.ts';

export interface MissingReference {
  workload: ReferencingWorkload;
  /** The host as it is written, and what it means from the workload's namespace. */
  host: string;
  service: { name: string; namespace: string };
  /** A name without dots: bound to the workload's own namespace. */
  short: boolean;
  /** Where it is written; at least one. */
  uses: readonly (Reference & { container: string })[];
}

function named(services: readonly Service[], name: string, namespace: string): boolean {
  return services.some(({ metadata }) => metadata?.name === name && metadata.namespace === namespace);
}

type Verdict = 'missing' | 'there' | 'outside' | 'unknown';

/** Does the Service that the host means exist? Of other namespaces only the list of all Services can tell. */
function verdictOf(host: string, home: string, services: readonly Service[], all: Fact<readonly Service[]>): Verdict {
  const target = resolveHost(host, home);
  if (target.kind !== 'service' && target.kind !== 'service-or-external') return 'outside';
  const { name, namespace } = target;
  if (named(services, name, namespace)) return 'there';
  // `pod-0.db`: a Pod of a headless Service of this namespace.
  if (target.kind === 'service-or-external' && named(services, namespace, home)) return 'there';
  if (namespace === home) return 'missing';
  if (all.known && named(all.value, name, namespace)) return 'there';
  if (!all.known || !all.complete) return target.kind === 'service' ? 'unknown' : 'outside';
  const isNamespace = all.value.some(({ metadata }) => metadata?.namespace === namespace);
  return target.kind === 'service' || isNamespace ? 'missing' : 'outside';
}

export interface References {
  missing: readonly MissingReference[];
  /** Workloads that name a Service of another namespace, of which nothing is known. */
  unknown: readonly ReferencingWorkload[];
}

/**
 * Judges every reference of the workloads. `services` are all those of the workloads' namespace.
 */
export function missingReferences(
  workloads: readonly ReferencingWorkload[],
  services: readonly Service[],
  all: Fact<readonly Service[]>,
): References {
  const missing: MissingReference[] = [];
  const unknown: ReferencingWorkload[] = [];
  for (const workload of workloads) {
    for (const host of [...new Set(workload.references.map((reference) => reference.host))].sort()) {
      const verdict = verdictOf(host, workload.namespace, services, all);
      if (verdict === 'unknown' && !unknown.includes(workload)) unknown.push(workload);
      const target = resolveHost(host, workload.namespace);
      if (verdict !== 'missing' || !('name' in target)) continue;
      missing.push({
        workload,
        host,
        service: { name: target.name, namespace: target.namespace },
        short: !host.includes('.'),
        uses: workload.references.filter((reference) => reference.host === host),
      });
    }
  }
  return { missing, unknown };
}

/** Namespaces, in order, that have a Service of that name; null where not all Services are known. */
export function namespacesWith(name: string, all: Fact<readonly Service[]>): readonly string[] | null {
  if (!all.known || !all.complete) return null;
  return all.value
    .filter(({ metadata }) => metadata?.name === name)
    .map(({ metadata }) => metadata?.namespace ?? '')
    .sort();
}
