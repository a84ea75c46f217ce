/** One snapshot of the cluster after another: a new one whenever something that was read has changed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { keyOf, type ObjectRequest } from '../facts/resources.ts';
import type { Snapshot } from '../facts/snapshot.ts';
import { collectLive } from '../sources/live/collect.ts';
import { type Connection, connect } from '../sources/live/connection.ts';
import { Watches } from '../sources/live/watch.ts';
import { wantedFacts } from '../sources/plan.ts';
import { projectObject } from '../sources/project.ts';
import { connectionFlagsOf } from './flags.ts';
import { askOf, type Wish } from './wish.ts';

/** Changes come in bursts: a rollout touches Pods, slices and a Deployment within moments. */
const BURST_MS = 300;
/** How often to look where a list may not be watched, or where something found may pass by itself. */
const UNWATCHED_MS = 5_000;
/** How often to look although nothing changed: at logs and single objects, which are not watched. */
const CALM_MS = 30_000;

export interface Seen {
  /** Null while the API server cannot be reached. */
  snapshot: Snapshot | null;
  /** Why it cannot be reached. */
  lost: Error | null;
  watched: number;
  /** Lists that may be read but not watched. */
  unwatched: number;
}

interface Listing {
  request: ObjectRequest;
  resourceVersion: string;
}

/** What is known of the lists of a run: from where each is watched, what changed, what cannot be watched. */
class Followed {
  readonly listings = new Map<string, Listing>();
  readonly changed = new Set<string>();
  readonly blind = new Set<string>();
  readonly #watches: Watches;
  #wake: () => void = () => undefined;

  constructor(connection: Connection) {
    this.#watches = new Watches(connection, {
      onChange: (key) => {
        this.changed.add(key);
        this.#wake();
      },
      onBlind: (key) => {
        this.blind.add(key);
        this.#wake();
      },
    });
  }

  get watched(): number {
    return this.#watches.size;
  }

  /** Watches the lists of this snapshot that were read to their end. */
  follow({ answers }: Snapshot): void {
    const lists = [...this.listings].filter(([key, { resourceVersion }]) => {
      const answer = answers[key];
      return !this.blind.has(key) && resourceVersion !== '' && answer?.known === true && 'items' in answer;
    });
    this.#watches.follow(new Map(lists));
  }

  /** Answers that hold still: lists that are watched, and did not change. */
  unchanged({ answers }: Snapshot): Snapshot['answers'] {
    const held = Object.entries(answers).filter(
      ([key]) => this.listings.has(key) && !this.changed.has(key) && !this.blind.has(key),
    );
    return Object.fromEntries(held);
  }

  /** Until something changes, at most this long. */
  async change(ms: number, signal: AbortSignal): Promise<void> {
    const woken = new Promise<void>((wake) => {
      this.#wake = wake;
    });
    if (this.changed.size > 0) return;
    const timer = new AbortController();
    const over = AbortSignal.any([signal, timer.signal]);
    await Promise.race([woken, sleep(ms, undefined, { signal: over }).catch(() => undefined)]);
    timer.abort();
  }

  close(): void {
    this.#watches.close();
  }
}

/** Snapshots until the signal. The first failure to reach the cluster rejects with an error for people; later ones are told and waited out. */
export async function* followCluster(wish: Wish, signal: AbortSignal): AsyncGenerator<Seen, void, void> {
  askOf(wish, 'default');
  const connection = await connect(connectionFlagsOf(wish.flags), process.env, { follows: true });
  const followed = new Followed(connection);
  let kept: Snapshot['answers'] = {};
  let isFirst = true;
  try {
    while (!signal.aborted) {
      let snapshot: Snapshot | null = null;
      let lost: Error | null = null;
      followed.changed.clear();
      try {
        const reading = collectLive(connection, askOf(wish, connection.namespace), wantedFacts, {
          project: projectObject,
          now: () => new Date(),
          version: wish.version,
          signal,
          kept,
          onListed: (request, resourceVersion) => {
            followed.listings.set(keyOf(request), { request, resourceVersion });
          },
          ...(wish.onRequest === null ? {} : { onRequest: wish.onRequest }),
        });
        if (isFirst) wish.onReading?.();
        snapshot = await reading;
        followed.follow(snapshot);
      } catch (error) {
        if (signal.aborted) return;
        if (isFirst) throw error;
        lost = error as Error;
      }
      isFirst = false;
      yield { snapshot, lost, watched: followed.watched, unwatched: followed.blind.size };
      const calm = snapshot !== null && followed.blind.size === 0 && (await wish.settled(snapshot));
      await followed.change(calm ? CALM_MS : UNWATCHED_MS, signal);
      if (followed.changed.size > 0) await sleep(BURST_MS, undefined, { signal }).catch(() => undefined);
      kept = snapshot === null ? {} : followed.unchanged(snapshot);
    }
  } finally {
    followed.close();
    connection.close();
  }
}
