/** Where the facts of a run come from: a file, or a cluster. */
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FactRequest, listOf } from '../facts/resources.ts';
import type { Ask, Snapshot } from '../facts/snapshot.ts';
import type { RequestTrace } from '../sources/live/collect.ts';
import { loadSnapshot } from '../sources/snapshot/file.ts';
import { parseCaller } from './caller-argument.ts';
import { UsageError } from './failure.ts';
import { connectionFlagsOf, type ParsedConnectionFlags } from './flags.ts';
import { withProgress } from './progress.ts';
import { parseService } from './service-argument.ts';

export interface Wish {
  services: readonly string[];
  from: string | null;
  /** A snapshot file; null = the cluster. */
  file: string | null;
  flags: ParsedConnectionFlags;
  onRequest: ((trace: RequestTrace) => void) | null;
  /** False while something found is so young that it may pass: then Pods and slices are read once more. */
  settled(snapshot: Snapshot): boolean;
}

/** Who is asked about, in a run whose namespace is `namespace`. */
function askOf({ services, from }: Wish, namespace: string): Ask {
  const named = services
    .map(parseService)
    .map((service) => ({ namespace: service.namespace ?? namespace, name: service.name }));
  const home = named[0]?.namespace ?? namespace;
  return { services: named, namespace, caller: from === null ? null : parseCaller(from, home) };
}

async function fromFile(wish: Wish, file: string): Promise<Snapshot> {
  let text: string;
  try {
    text = await readFile(file === '-' ? '/dev/stdin' : file, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UsageError(
      missing ? `there is no file ${file}` : `${file} cannot be read: ${(error as Error).message}`,
      'make one with: kubectl svc-doctor snapshot SERVICE -o FILE',
    );
  }
  const snapshot = loadSnapshot(text, file);
  const given = typeof wish.flags.namespace === 'string' ? wish.flags.namespace : null;
  if (wish.services.length === 0 && wish.from === null && given === null) return snapshot;
  const ask = askOf(wish, given ?? snapshot.ask.namespace);
  return {
    ...snapshot,
    ask: {
      services: wish.services.length === 0 && given === null ? snapshot.ask.services : ask.services,
      namespace: ask.namespace,
      caller: ask.caller ?? snapshot.ask.caller,
    },
  };
}

/** How long controllers are given to catch up before the one further look. */
const RESETTLE_MS = 5_000;

/** What changes while a Service settles. */
function whatMoves({ services, namespace }: Ask): readonly FactRequest[] {
  const namespaces = new Set(services.length > 0 ? services.map((service) => service.namespace) : [namespace]);
  const resources = ['pods', 'endpointslices', 'deployments'] as const;
  return [...namespaces].flatMap((name) => resources.map((resource) => listOf(resource, name)));
}

async function fromCluster(wish: Wish): Promise<Snapshot> {
  const [{ connect }, { collectLive, rereadLive }, { wantedFacts }, { projectObject }] = await Promise.all([
    import('../sources/live/connection.ts'),
    import('../sources/live/collect.ts'),
    import('../sources/plan.ts'),
    import('../sources/project.ts'),
  ]);
  askOf(wish, 'default');
  const connection = await connect(connectionFlagsOf(wish.flags), process.env);
  try {
    const options = {
      project: projectObject,
      now: () => new Date(),
      ...(wish.onRequest === null ? {} : { onRequest: wish.onRequest }),
    };
    return await withProgress(`reading ${connection.server}`, process.stderr, async () => {
      const first = await collectLive(connection, askOf(wish, connection.namespace), wantedFacts, options);
      if (wish.settled(first)) return first;
      await sleep(RESETTLE_MS);
      return rereadLive(connection, first, whatMoves(first.ask), options);
    });
  } finally {
    connection.close();
  }
}

/** All that is known for this run. Rejects with an error for people: a wrong argument, no cluster, a bad file. */
export function obtainSnapshot(wish: Wish): Promise<Snapshot> {
  return wish.file === null ? fromCluster(wish) : fromFile(wish, wish.file);
}
