/** Notices when lists that were read change: by the API's watch where it is allowed, by the clock where it is not. */
import { setTimeout as sleep } from 'node:timers/promises';
import { keyOf, type ObjectRequest, pathOf } from '../../facts/resources.ts';
import type { Connection } from './connection.ts';
import type { Failure } from './failure.ts';

/** The server ends a watch after this long; it is opened again where it ended. */
const WATCH_SECONDS = 240;
const QUIET_MS = (WATCH_SECONDS + 30) * 1000;
const LONGEST_PAUSE_MS = 5_000;

export interface WatchEvents {
  /** The list of that key is no longer what was read. */
  onChange(key: string): void;
  /** That list can be read but not watched. */
  onBlind(key: string): void;
}

interface WatchLine {
  type?: string;
  object?: { metadata?: { resourceVersion?: string }; code?: number };
}

function parse(line: string): WatchLine {
  try {
    return JSON.parse(line) as WatchLine;
  } catch {
    return { type: 'ERROR' };
  }
}

function watchPath(request: ObjectRequest, resourceVersion: string): string {
  const path = pathOf(request);
  const query = `watch=true&allowWatchBookmarks=true&timeoutSeconds=${WATCH_SECONDS}&resourceVersion=${resourceVersion}`;
  return `${path}${path.includes('?') ? '&' : '?'}${query}`;
}

/** True for answers that will not be other ones if asked again: not allowed, no such thing, not understood. */
function isFinal({ why }: Failure): boolean {
  return why === 'denied' || why === 'not-served' || why === 'malformed';
}

/**
 * Watches one list from that revision on, over as many connections as it takes. Ends with the signal, when the list must be read again
 * (the revision is gone: a change is told), or when it cannot be watched (which is told).
 */
async function watchOne(
  connection: Connection,
  request: ObjectRequest,
  from: string,
  events: WatchEvents,
  signal: AbortSignal,
): Promise<void> {
  const key = keyOf(request);
  let revision = from;
  let pauseMs = 250;
  while (!signal.aborted) {
    let gone = false;
    const onLine = (line: string): void => {
      const { type, object } = parse(line);
      pauseMs = 250;
      if (type === 'ERROR') gone = true;
      else revision = object?.metadata?.resourceVersion ?? revision;
      if (type !== 'ERROR' && type !== 'BOOKMARK') events.onChange(key);
    };
    const failure = await connection.transport.follow(watchPath(request, revision), onLine, QUIET_MS, signal);
    if (signal.aborted) return;
    if (gone || failure?.status === 410) return events.onChange(key);
    if (failure !== null && isFinal(failure)) return events.onBlind(key);
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}

/** The watches of a run. */
export class Watches {
  readonly #connection: Connection;
  readonly #events: WatchEvents;
  readonly #running = new Map<string, AbortController>();

  constructor(connection: Connection, events: WatchEvents) {
    this.#connection = connection;
    this.#events = events;
  }

  /** Watches these lists, from the revisions at which they were read, and no others. A list that is watched already goes on. */
  follow(lists: ReadonlyMap<string, { request: ObjectRequest; resourceVersion: string }>): void {
    for (const [key, controller] of this.#running) {
      if (!lists.has(key)) controller.abort();
    }
    for (const [key, { request, resourceVersion }] of lists) {
      if (!this.#running.has(key)) void this.#start(key, request, resourceVersion);
    }
  }

  async #start(key: string, request: ObjectRequest, resourceVersion: string): Promise<void> {
    const controller = new AbortController();
    this.#running.set(key, controller);
    await watchOne(this.#connection, request, resourceVersion, this.#events, controller.signal);
    this.#running.delete(key);
  }

  get size(): number {
    return this.#running.size;
  }

  close(): void {
    for (const controller of this.#running.values()) controller.abort();
  }
}
