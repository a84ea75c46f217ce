/** Requests to one API server over at most eight kept-alive connections. Every failure is a value, not an exception. */
import { once } from 'node:events';
import http, { type Agent, type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import https from 'node:https';
import type { SecureContext, SecureContextOptions } from 'node:tls';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ConnectionError } from './errors.ts';
import { deadlineFailure, type Failure, httpFailure, networkFailure } from './failure.ts';
import { gate } from './gate.ts';
import { pause, within } from './limit.ts';

/** How many connections, and so requests, may be open at once. */
export const MAX_CONNECTIONS = 8;
const TRIES = 3;
const LONGEST_RETRY_AFTER_MS = 5000;

export interface Success {
  ok: true;
  status: number;
  body: Buffer;
  /** Bytes on the wire. */
  bytes: number;
}

export type Reply = Success | Failure;

export interface Transport {
  /** Reads a path below the server's address. Rejects only when the signal (this one or the connection's) is aborted. */
  get(path: string, signal?: AbortSignal): Promise<Reply>;
  /** Sends a question that the API takes as a POST and that changes nothing, such as "may I?"; rejects as `get` does. */
  ask(path: string, question: object, signal?: AbortSignal): Promise<Reply>;
  /**
   * Reads an answer that goes on, line by line, until the server ends it (null), it fails, or the signal is aborted (null). It does not
   * count among the connections that may be open at once, and no deadline but the silence of `quietMs` ends it.
   */
  follow(path: string, onLine: (line: string) => void, quietMs: number, signal: AbortSignal): Promise<Failure | null>;
  close(): void;
}

export interface TransportOptions {
  server: URL;
  agent: Agent;
  /** Trust and client certificate, for agents that take them from the request. */
  tls: SecureContextOptions & { rejectUnauthorized?: boolean; servername?: string; secureContext?: SecureContext };
  /** A plain-http proxy: requests are sent to it with the whole address. */
  forward: { host: string; port: string; headers: OutgoingHttpHeaders } | null;
  headers(): Promise<OutgoingHttpHeaders>;
  gzip: boolean;
  /** Null = no limit. */
  requestTimeoutMs: number | null;
  runTimeoutMs: number | null;
  signal?: AbortSignal | undefined;
}

function retryAfter(response: IncomingMessage): number {
  const header = response.headers['retry-after'] ?? '';
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), LONGEST_RETRY_AFTER_MS) : Number.NaN;
}

const unzipped = promisify(gunzip);
const SMALLEST_PIECE = 16 * 1024;
const LARGEST_PIECE = 4 * 1024 * 1024;
/** About how much larger than on the wire Kubernetes' objects are: each piece of the answer costs a turn of its own. */
const ZIPPED_TO = 8;

async function readBody(response: IncomingMessage): Promise<{ body: Buffer; bytes: number }> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  if (response.headers['content-encoding'] !== 'gzip') return { body, bytes: body.length };
  const chunkSize = Math.min(Math.max(body.length * ZIPPED_TO, SMALLEST_PIECE), LARGEST_PIECE);
  return { body: await unzipped(body, { chunkSize }), bytes: body.length };
}

interface Attempt {
  reply: Reply;
  /** Milliseconds to wait before another try; null = do not try again. */
  again: number | null;
}

interface Message {
  path: string;
  /** Null = a GET. */
  question: object | null;
}

function open(
  options: TransportOptions,
  { path, question }: Message,
  headers: OutgoingHttpHeaders,
  signal: AbortSignal,
): ClientRequest {
  const { server, forward } = options;
  const base = server.pathname.replace(/\/$/, '');
  const client = server.protocol === 'https:' ? https : http;
  return client.request({
    host: forward?.host ?? server.hostname.replace(/^\[|\]$/g, ''),
    port: forward?.port ?? (server.port || (client === https ? 443 : 80)),
    path: forward === null ? base + path : `${server.origin}${base}${path}`,
    method: question === null ? 'GET' : 'POST',
    headers: {
      ...headers,
      ...(question === null ? {} : { 'Content-Type': 'application/json' }),
      Host: server.host,
      ...forward?.headers,
    },
    agent: options.agent,
    signal,
    ...(client === https ? options.tls : {}),
  });
}

function send(
  options: TransportOptions,
  message: Message,
  headers: OutgoingHttpHeaders,
  signal: AbortSignal,
): Promise<Attempt> {
  const where = options.server.host;
  const request = open(options, message, headers, signal);
  return new Promise((done) => {
    request.once('error', (error) => {
      const stale = request.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET';
      done({ reply: networkFailure(error, where), again: stale ? 0 : null });
    });
    request.once('response', (response) => {
      const status = response.statusCode ?? 0;
      readBody(response).then(
        ({ body, bytes }) => {
          if (status >= 200 && status < 300) return done({ reply: { ok: true, status, body, bytes }, again: null });
          const wait = status === 429 || status === 503 ? retryAfter(response) : Number.NaN;
          const reply = httpFailure(status, response.statusMessage ?? '', body.toString());
          return done({ reply, again: Number.isNaN(wait) ? null : wait });
        },
        (error) => done({ reply: networkFailure(error, where), again: null }),
      );
    });
    request.end(message.question === null ? undefined : JSON.stringify(message.question));
  });
}

interface Limits {
  /** The caller's wish to stop: it rejects. */
  cancel: AbortSignal;
  /** The end of the run: it is a failure like others. */
  run: AbortSignal;
}

/** One request with its deadline; a few tries where the server says when to come back. */
async function attempt(options: TransportOptions, message: Message, { cancel, run }: Limits): Promise<Reply> {
  const { requestTimeoutMs, runTimeoutMs } = options;
  const headers: OutgoingHttpHeaders = {
    Accept: 'application/json, */*',
    'Accept-Encoding': options.gzip ? 'gzip' : 'identity',
    'User-Agent': 'kubectl-svc_doctor',
    ...(await options.headers()),
  };
  for (let tried = 1; ; tried += 1) {
    cancel.throwIfAborted();
    if (run.aborted) return deadlineFailure(runTimeoutMs ?? 0, 'run');
    const limit = within(requestTimeoutMs, [cancel, run]);
    const { reply, again } = await send(options, message, headers, limit.signal);
    limit.end();
    cancel.throwIfAborted();
    const unheard = !reply.ok && reply.status === null;
    if (unheard && run.aborted) return deadlineFailure(runTimeoutMs ?? 0, 'run');
    if (unheard && limit.isOver()) return deadlineFailure(requestTimeoutMs ?? 0, 'request');
    if (again === null || tried === TRIES) return reply;
    await pause(again, AbortSignal.any([cancel, run]));
  }
}

/** One answer that goes on; a half line at its end is dropped. */
async function followLines(
  options: TransportOptions,
  path: string,
  onLine: (line: string) => void,
  quietMs: number,
  signal: AbortSignal,
): Promise<Failure | null> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), quietMs);
  try {
    const headers = { Accept: 'application/json', 'User-Agent': 'kubectl-svc_doctor', ...(await options.headers()) };
    const request = open(options, { path, question: null }, headers, AbortSignal.any([signal, silence.signal]));
    request.end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const status = response.statusCode ?? 0;
    if (status < 200 || status > 299) {
      return httpFailure(status, response.statusMessage ?? '', (await readBody(response)).body.toString());
    }
    let rest = '';
    for await (const chunk of response.setEncoding('utf8')) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), quietMs);
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line !== '') onLine(line);
    }
    return null;
  } catch (error) {
    return signal.aborted ? null : networkFailure(error as Error, options.server.host);
  } finally {
    clearTimeout(timer);
  }
}

/** A transport over the given agent. The run's deadline starts now. */
export function createTransport(options: TransportOptions): Transport {
  const through = gate(MAX_CONNECTIONS);
  const over = new AbortController();
  const timer = options.runTimeoutMs === null ? null : setTimeout(() => over.abort(), options.runTimeoutMs).unref();
  const always = options.signal ?? new AbortController().signal;
  const carry = (message: Message, signal?: AbortSignal): Promise<Reply> =>
    through(async () => {
      const cancel = signal === undefined ? always : AbortSignal.any([always, signal]);
      try {
        return await attempt(options, message, { cancel, run: over.signal });
      } catch (error) {
        cancel.throwIfAborted();
        const detail = (error as Error).message;
        if (!(error instanceof ConnectionError)) return networkFailure(error as Error, options.server.host);
        return { ok: false, why: 'unauthenticated', status: null, reason: null, detail, code: null };
      }
    });
  return {
    get: (path, signal) => carry({ path, question: null }, signal),
    ask: (path, question, signal) => carry({ path, question }, signal),
    follow: (path, onLine, quietMs, signal) =>
      followLines(options, path, onLine, quietMs, AbortSignal.any([always, signal])),
    close() {
      if (timer !== null) clearTimeout(timer);
      options.agent.destroy();
    },
  };
}
