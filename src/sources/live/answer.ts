/** One fact request answered from the API server: lists page by page, objects, logs. */
import type { Why } from '../../facts/fact.ts';
import {
  type FactRequest,
  type LogRequest,
  type ObjectRequest,
  pathOf,
  RESOURCES,
  type Resource,
} from '../../facts/resources.ts';
import type { Answer } from '../../facts/snapshot.ts';
import type { KubeObject } from '../../facts/wire.ts';
import { projectLog } from '../project.ts';
import { type Failure, malformedFailure } from './failure.ts';
import { withoutManagedFields } from './managed-fields.ts';
import type { Reply, Success } from './transport.ts';

const PAGE = 500;

export interface Reader {
  get(path: string): Promise<Reply>;
  project(object: KubeObject): KubeObject;
  /** Told when a list was read to its end: the revision of the cluster that it shows, from which changes can be watched. */
  onListed?: ((request: ObjectRequest, resourceVersion: string) => void) | undefined;
  /** Told after each page how many objects of the list are read so far. */
  count?(request: ObjectRequest, objects: number): void;
}

/** The answer, and the failure behind it where there was one. */
export interface Answered {
  answer: Answer;
  failure: Failure | null;
}

function refusal(failure: Failure): Answered {
  return { answer: { known: false, why: failure.why, detail: failure.detail }, failure };
}

/** A body as a JSON object, or what is wrong with it. */
export function parseObject(body: string, status: number): Record<string, unknown> | Failure {
  if (/^\s*</.test(body)) return malformedFailure(status, 'an HTML page, not the Kubernetes API');
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    return malformedFailure(status, 'the answer is not valid JSON');
  }
  return malformedFailure(status, 'the answer is not a JSON object');
}

/** True for what `parseObject` says of a body that is no JSON object. */
export function isFailure(value: Record<string, unknown> | Failure): value is Failure {
  return value.ok === false;
}

function identityOf({ resource }: ObjectRequest): { apiVersion: string; kind: string } {
  const { group, version, kind } = RESOURCES[resource];
  return { apiVersion: group === '' ? version : `${group}/${version}`, kind };
}

interface Page {
  /** As they came. */
  items: readonly KubeObject[];
  next: string | null;
  resourceVersion: string;
}

/** Of a list of built-in objects without what the server noted of who wrote which field. */
function parseList(request: ObjectRequest, { body, status }: Success): Record<string, unknown> | Failure {
  const resource: Resource = RESOURCES[request.resource];
  const less = resource.addon === true ? null : withoutManagedFields(body);
  const value = less === null ? null : parseObject(less.toString(), status);
  return value === null || isFailure(value) ? parseObject(body.toString(), status) : value;
}

function readPage(request: ObjectRequest, reply: Success): Page | Failure {
  const { status } = reply;
  const value = parseList(request, reply);
  if (isFailure(value)) return value;
  const items = value.items ?? [];
  const isList = typeof value.kind === 'string' && value.kind.endsWith('List') && Array.isArray(items);
  if (!isList || items.some((item) => typeof item !== 'object' || item === null)) {
    return malformedFailure(status, 'the answer is not a list of the Kubernetes API');
  }
  const { continue: next, resourceVersion } = (value.metadata ?? {}) as {
    continue?: unknown;
    resourceVersion?: unknown;
  };
  return {
    items,
    next: typeof next === 'string' && next !== '' ? next : null,
    resourceVersion: typeof resourceVersion === 'string' ? resourceVersion : '',
  };
}

/** How an API server begins a page that is not the last: what comes before the items. */
const BEGINNING = /^\{"kind":"\w+List","apiVersion":"[\w./-]+","metadata":\{[^{}]*"continue":"([^"\\]+)"/;
const LONGEST_BEGINNING = 4096;

/** The token of the next page, told before the whole page is parsed; null where it is the last, or begins otherwise. */
function tokenIn(body: Buffer): string | null {
  return BEGINNING.exec(body.toString('latin1', 0, LONGEST_BEGINNING))?.[1] ?? null;
}

function continued(first: string, token: string): string {
  return `${first}&continue=${encodeURIComponent(token)}`;
}

/** Long enough for a request to be sent before a page is parsed. */
function turn(): Promise<void> {
  return new Promise((resume) => setImmediate(resume));
}

/**
 * Lists page by page; the next page is on its way while one is parsed and cut down. 410 (the list's revision is gone) starts again, once; a list
 * cut short later is incomplete.
 */
async function readListRequest(request: ObjectRequest, reader: Reader): Promise<Answered> {
  const path = pathOf(request);
  const first = `${path}${path.includes('?') ? '&' : '?'}limit=${PAGE}`;
  const identity = identityOf(request);
  let items: KubeObject[] = [];
  let restarted = false;
  let pages = 0;
  let reading = reader.get(first);
  for (;;) {
    const reply: Reply = await reading;
    if (!reply.ok && reply.status === 410 && !restarted) {
      restarted = true;
      items = [];
      pages = 0;
      reading = reader.get(first);
      continue;
    }
    const told = reply.ok ? tokenIn(reply.body) : null;
    if (told !== null) {
      reading = reader.get(continued(first, told));
      await Promise.race([reading, turn()]);
    }
    const page = reply.ok ? readPage(request, reply) : reply;
    if ('ok' in page)
      return pages === 0 ? refusal(page) : { answer: { known: true, items, complete: false }, failure: page };
    if (page.next !== null && told === null) reading = reader.get(continued(first, page.next));
    for (const item of page.items) items.push(reader.project({ ...identity, ...item }));
    pages += 1;
    reader.count?.(request, items.length);
    if (page.next === null) {
      reader.onListed?.(request, page.resourceVersion);
      return { answer: { known: true, items, complete: true }, failure: null };
    }
  }
}

async function readObjectRequest(request: ObjectRequest, reader: Reader): Promise<Answered> {
  const reply = await reader.get(pathOf(request));
  if (!reply.ok) {
    // A 404 without a Status of reason NotFound is about the path (an unserved group, a wrong server), not about the object.
    return reply.reason === 'NotFound' ? { answer: { known: true, object: null }, failure: null } : refusal(reply);
  }
  const value = parseObject(reply.body.toString(), reply.status);
  if (isFailure(value)) return refusal(value);
  const { name } = (value.metadata ?? {}) as { name?: unknown };
  if (name !== request.name) return refusal(malformedFailure(reply.status, 'the answer is not the object asked for'));
  return { answer: { known: true, object: reader.project({ ...identityOf(request), ...value }) }, failure: null };
}

/** What the kubelet says with status 200, in place of a log, where the file of the run was cleaned away while it looked. */
const NO_FILE =
  /^(?:unable to retrieve container logs for|failed to (?:try resolving symlinks in path|open log file)) .*$/;
const UNTIL_CLEANED_MS = 1500;

function isNoFile(body: Buffer): boolean {
  return NO_FILE.test(body.toString().trim());
}

async function readLogRequest(request: LogRequest, reader: Reader): Promise<Answered> {
  let reply = await reader.get(pathOf(request));
  if (reply.ok && isNoFile(reply.body)) {
    // a container that crashes again and again has the next run's file in a moment
    await new Promise((resolve) => setTimeout(resolve, UNTIL_CLEANED_MS));
    reply = await reader.get(pathOf(request));
  }
  if (!reply.ok) return refusal(reply);
  const text = reply.body.toString();
  if (isNoFile(reply.body)) return refusal(malformedFailure(reply.status, text.trim()));
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return { answer: { known: true, lines: projectLog(lines) }, failure: null };
}

/**
 * A refused kind of an add-on: rights are judged before it is known whether the kind exists, so discovery is asked, which everybody
 * may. Where the group is not served there are no such objects.
 */
async function unlessNotServed(request: ObjectRequest, answered: Answered, reader: Reader): Promise<Answered> {
  const resource: Resource = RESOURCES[request.resource];
  if (resource.addon !== true || answered.failure?.why !== 'denied') return answered;
  const reply = await reader.get(`/apis/${resource.group}/${resource.version}`);
  return !reply.ok && reply.why === 'not-served' ? refusal(reply) : answered;
}

/** Asks for one fact. Never rejects but on the caller's abort. */
export async function answerTo(request: FactRequest, reader: Reader): Promise<Answered> {
  if (request.type === 'log') return readLogRequest(request, reader);
  const answered = await (request.name === null
    ? readListRequest(request, reader)
    : readObjectRequest(request, reader));
  return unlessNotServed(request, answered, reader);
}

/** Why the whole server counts as out of reach: nothing but these came back. */
export const NO_CONTACT: ReadonlySet<Why> = new Set<Why>(['unreachable', 'timed-out', 'unauthenticated', 'malformed']);
