/** The facts of a run from a cluster: all that only such a run loads. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type FactRequest, listOf, type ResourceName } from '../facts/resources.ts';
import type { Ask, Snapshot } from '../facts/snapshot.ts';
import { isWide } from '../model/asked.ts';
import { collectLive, rereadLive } from '../sources/live/collect.ts';
import { connect } from '../sources/live/connection.ts';
import { wantedFacts } from '../sources/plan.ts';
import { projectObject } from '../sources/project.ts';
import { connectionFlagsOf } from './flags.ts';
import { withProgress } from './progress.ts';
import { askOf, type Wish } from './wish.ts';

/** How long controllers are given to catch up before the one further look. */
const RESETTLE_MS = 5_000;

/** What changes while a Service settles. */
function whatMoves({ services, namespace }: Ask): readonly FactRequest[] {
  const namespaces = new Set(services.length > 0 ? services.map((service) => service.namespace) : [namespace]);
  const resources = ['pods', 'endpointslices', 'deployments'] as const;
  return [...namespaces].flatMap((name) => resources.map((resource) => listOf(resource, name)));
}

/** Connects, reads what the plan wants, and looks once more while something settles. */
export async function fromCluster(wish: Wish): Promise<Snapshot> {
  askOf(wish, 'default');
  const connection = await connect(connectionFlagsOf(wish.flags), process.env);
  try {
    const options = {
      project: projectObject,
      now: () => new Date(),
      version: wish.version,
      ...(wish.onRequest === null ? {} : { onRequest: wish.onRequest }),
    };
    return await withProgress(`reading ${connection.server}`, process.stderr, async (tell) => {
      const counts = new Map<ResourceName, number>();
      const onPage = (resource: ResourceName, objects: number): void => {
        counts.set(resource, objects);
        tell([...counts].map(([name, count]) => `${count} ${name}`).join(', '));
      };
      const ask = askOf(wish, connection.namespace);
      const reading = collectLive(connection, ask, wantedFacts, isWide({ ask }) ? { ...options, onPage } : options);
      wish.onReading?.();
      const first = await reading;
      // in a whole cluster something always moves
      if (first.ask.everywhere === true || (await wish.settled(first))) return first;
      await sleep(RESETTLE_MS);
      return rereadLive(connection, first, whatMoves(first.ask), options);
    });
  } finally {
    connection.close();
  }
}
