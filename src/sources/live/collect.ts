/** Collects a snapshot from a cluster: wave after wave of what a planning function still wants to know. */
import { type FactRequest, keyOf, type ResourceName } from '../../facts/resources.ts';
import type { Answer, Ask, Snapshot } from '../../facts/snapshot.ts';
import type { KubeObject } from '../../facts/wire.ts';
import { answerTo, isFailure, NO_CONTACT, parseObject, type Reader } from './answer.ts';
import type { Connection } from './connection.ts';
import { contactError } from './contact.ts';
import type { Failure } from './failure.ts';

const WAVES = 4;

/** One request as it went, for `-v`. */
export interface RequestTrace {
  verb: 'GET' | 'POST';
  path: string;
  /** The HTTP status, or why there was none. */
  outcome: number | Failure['why'];
  ms: number;
  bytes: number;
}

export interface CollectOptions {
  /** Cuts an object down to what rules read; applied to every page as it comes. */
  project(object: KubeObject): KubeObject;
  now(): Date;
  /** Ask for the server's version as well: one more request, for an output that prints it. */
  version: boolean;
  signal?: AbortSignal;
  onRequest?(trace: RequestTrace): void;
  onListed?: Reader['onListed'];
  /** Answers that still hold, and are not asked for again. */
  kept?: Readonly<Record<string, Answer>>;
  /** Told after each page of a list: the resource, and how many of it are read so far. */
  onPage?(resource: ResourceName, objects: number): void;
}

/** The next requests that a snapshot leaves open; none = enough is known. */
export type Wanted = (snapshot: Snapshot) => readonly FactRequest[];

function readerOf(connection: Connection, options: CollectOptions): Reader {
  return {
    project: options.project,
    onListed: options.onListed,
    count: ({ resource }, objects) => options.onPage?.(resource, objects),
    async get(path) {
      const started = performance.now();
      const reply = await connection.transport.get(path, options.signal);
      options.onRequest?.({
        verb: 'GET',
        path,
        outcome: reply.ok ? reply.status : (reply.status ?? reply.why),
        ms: Math.round(performance.now() - started),
        bytes: reply.ok ? reply.bytes : 0,
      });
      return reply;
    },
  };
}

interface Version {
  name: string | null;
  failure: Failure | null;
}

const NOT_ASKED: Version = { name: null, failure: null };

async function readVersion(reader: Reader): Promise<Version> {
  const reply = await reader.get('/version');
  if (!reply.ok) return { name: null, failure: reply };
  const value = parseObject(reply.body.toString(), reply.status);
  if (isFailure(value)) return { name: null, failure: value };
  const { gitVersion } = value;
  return { name: typeof gitVersion === 'string' ? gitVersion : null, failure: null };
}

interface Wave {
  answers: Record<string, Answer>;
  failures: (Failure | null)[];
}

async function readWave(requests: readonly FactRequest[], reader: Reader): Promise<Wave> {
  const answered = await Promise.all(requests.map((request) => answerTo(request, reader)));
  const answers: Record<string, Answer> = {};
  for (const [index, request] of requests.entries()) {
    const found = answered[index];
    if (found !== undefined) answers[keyOf(request)] = found.answer;
  }
  return { answers, failures: answered.map(({ failure }) => failure) };
}

function unanswered(snapshot: Snapshot, wanted: Wanted): FactRequest[] {
  const open = new Map(wanted(snapshot).map((request) => [keyOf(request), request]));
  return [...open].filter(([key]) => snapshot.answers[key] === undefined).map(([, request]) => request);
}

/**
 * Reads what `wanted` asks for, at most four waves, each in parallel; the server's version, where wanted, goes with the first.
 * Rejects with ConnectionError when the first wave finds no API server that answers us, and with the signal's reason on abort.
 */
export async function collectLive(
  connection: Connection,
  ask: Ask,
  wanted: Wanted,
  options: CollectOptions,
): Promise<Snapshot> {
  const reader = readerOf(connection, options);
  const empty: Snapshot = {
    source: 'live',
    context: connection.contextName,
    server: null,
    collectedAt: options.now().toISOString(),
    ask,
    answers: options.kept ?? {},
  };
  const [version, first] = await Promise.all([
    options.version ? readVersion(reader) : NOT_ASKED,
    readWave(unanswered(empty, wanted), reader),
  ]);
  options.signal?.throwIfAborted();
  const failures = options.version ? [...first.failures, version.failure] : first.failures;
  const [failure] = failures;
  if (failure && failures.every((one) => one !== null && NO_CONTACT.has(one.why)))
    throw contactError(connection, failure);
  let snapshot: Snapshot = { ...empty, server: version.name, answers: { ...empty.answers, ...first.answers } };
  for (let wave = 2; wave <= WAVES; wave += 1) {
    const requests = unanswered(snapshot, wanted);
    if (requests.length === 0) break;
    const { answers } = await readWave(requests, reader);
    options.signal?.throwIfAborted();
    snapshot = { ...snapshot, answers: { ...snapshot.answers, ...answers } };
  }
  return { ...snapshot, collectedAt: options.now().toISOString() };
}

/** Reads the given requests again and lays the answers over the snapshot: what lagged a moment ago may have settled. */
export async function rereadLive(
  connection: Connection,
  snapshot: Snapshot,
  requests: readonly FactRequest[],
  options: CollectOptions,
): Promise<Snapshot> {
  const { answers } = await readWave(requests, readerOf(connection, options));
  options.signal?.throwIfAborted();
  return { ...snapshot, collectedAt: options.now().toISOString(), answers: { ...snapshot.answers, ...answers } };
}
