/** The Services that exist and that workloads are told to call. */
import type { Reference } from '../facts/extracts.ts';
import type { Fact } from '../facts/fact.ts';
import { groupedOnce } from '../facts/grouped.ts';
import type { Service } from '../facts/wire.ts';
import { resolveHost } from './references.ts';
import type { ReferencingWorkload } from './referencing.ts';

export interface CalledService {
  workload: ReferencingWorkload;
  service: Service;
  /** Where it is written; at least one, in the order given. */
  uses: readonly (Reference & { container: string })[];
}

const byName = groupedOnce(({ metadata }: Service) => `${metadata?.namespace}/${metadata?.name}`);

/** The Service that the host means to a Pod of the namespace, as far as it is known to exist. */
export function serviceBehind(
  host: string,
  namespace: string,
  services: readonly Service[],
  all: Fact<readonly Service[]>,
): Service | null {
  const target = resolveHost(host, namespace);
  if (target.kind !== 'service' && target.kind !== 'service-or-external') return null;
  const key = `${target.namespace}/${target.name}`;
  const here = byName(services).get(key)?.[0];
  return here ?? (all.known ? (byName(all.value).get(key)?.[0] ?? null) : null);
}

/** Each Service once for each workload. `services` are all those of the workloads' namespace, `all` those of every namespace where they are known. */
export function calledServices(
  workloads: readonly ReferencingWorkload[],
  services: readonly Service[],
  all: Fact<readonly Service[]>,
): readonly CalledService[] {
  return workloads.flatMap((workload) => {
    const found = new Map<Service, (Reference & { container: string })[]>();
    for (const use of workload.references) {
      const service = serviceBehind(use.host, workload.namespace, services, all);
      if (service === null) continue;
      found.set(service, [...(found.get(service) ?? []), use]);
    }
    return [...found].map(([service, uses]) => ({ workload, service, uses }));
  });
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  http: 80,
  ws: 80,
  https: 443,
  wss: 443,
  postgres: 5432,
  postgresql: 5432,
  mysql: 3306,
  mariadb: 3306,
  redis: 6379,
  amqp: 5672,
  amqps: 5671,
  mongodb: 27017,
  kafka: 9092,
  nats: 4222,
  ldap: 389,
  ldaps: 636,
};

/** The port that the reference leads to: its own, else that of its scheme; null where neither tells. */
export function portCalled({ port, scheme }: Reference): number | null {
  return port ?? DEFAULT_PORTS[(scheme ?? '').replace(/^(?:jdbc|r2dbc):/, '')] ?? null;
}

/**
 * The ports among those called that the Service does not list, each with where it is written. A headless Service and an alias have no
 * ports of their own.
 */
export function wrongPorts({
  service,
  uses,
}: CalledService): readonly { port: number; wrong: CalledService['uses'] }[] {
  const { type, clusterIP, ports = [] } = service.spec ?? {};
  if (type === 'ExternalName' || clusterIP === 'None' || ports.length === 0) return [];
  const listed = new Set(ports.map(({ port }) => port));
  const called = [...new Set(uses.map(portCalled))].filter((port) => port !== null && !listed.has(port));
  return called
    .flatMap((port) => (port === null ? [] : [{ port, wrong: uses.filter((use) => portCalled(use) === port) }]))
    .sort((a, b) => a.port - b.port);
}
