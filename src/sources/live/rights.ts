/**
 * What the user may read. The API server is asked by SelfSubjectAccessReview and SelfSubjectReview: they are POSTs, so that the question
 * fits in, and leave nothing behind. Where they are refused, a diagnosis is read instead, and what it found denied is told.
 */
import type { Permission } from '../../facts/fact.ts';
import { addonPath, groupOf, namespaceOf, permissionFor, type Read } from '../../facts/reads.ts';
import { type FactRequest, keyOf, permissionOf } from '../../facts/resources.ts';
import type { Ask } from '../../facts/snapshot.ts';
import { isFailure, NO_CONTACT, parseObject } from './answer.ts';
import { type CollectOptions, collectLive, type Wanted } from './collect.ts';
import type { Connection } from './connection.ts';
import { contactError } from './contact.ts';
import type { Failure } from './failure.ts';
import type { Reply } from './transport.ts';

export interface Right {
  read: Read;
  /** Null where it could not be found out. */
  allowed: boolean | null;
}

export interface Rights {
  /** As the API server names the user; null where it does not say. */
  user: string | null;
  /** How it was found out. */
  by: 'review' | 'diagnosis';
  /** Reads of add-ons that are not served are left out. */
  rights: readonly Right[];
}

const ACCESS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
const WHO = '/apis/authentication.k8s.io/v1/selfsubjectreviews';

type Status = { allowed?: unknown; userInfo?: { username?: unknown } };

function statusOf(reply: Reply): Status | Failure {
  if (!reply.ok) return reply;
  const value = parseObject(reply.body.toString(), reply.status);
  return isFailure(value) ? value : ((value.status ?? {}) as Status);
}

async function asked({ transport }: Connection, path: string, question: object, options: CollectOptions) {
  const started = performance.now();
  const reply = await transport.ask(path, question, options.signal);
  options.onRequest?.({
    verb: 'POST',
    path,
    outcome: reply.ok ? reply.status : (reply.status ?? reply.why),
    ms: Math.round(performance.now() - started),
    bytes: reply.ok ? reply.bytes : 0,
  });
  return statusOf(reply);
}

async function userOf(connection: Connection, options: CollectOptions): Promise<string | null> {
  const question = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  const status = await asked(connection, WHO, question, options);
  const name = 'ok' in status ? null : status.userInfo?.username;
  return typeof name === 'string' ? name : null;
}

/** The question about one read; several names are asked as one, the others are alike. */
function questionOf(read: Read, home: string): object {
  const [resource = '', subresource] = read.resource.split('/');
  const name = read.resource === 'namespaces' && read.place === 'home' ? home : (read.names[0] ?? '');
  const attributes = {
    verb: read.verb,
    group: groupOf(read),
    resource,
    ...(subresource === undefined ? {} : { subresource }),
    ...(name === '' ? {} : { name }),
    namespace: namespaceOf(read, home) ?? '',
  };
  return {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: attributes },
  };
}

async function served(connection: Connection, reads: readonly Read[], signal?: AbortSignal): Promise<readonly Read[]> {
  const paths = [...new Set(reads.map(addonPath).filter((path) => path !== null))];
  const replies = await Promise.all(paths.map((path) => connection.transport.get(path, signal)));
  const absent = new Set(
    paths.filter((_, index) => {
      const reply = replies[index];
      return reply !== undefined && !reply.ok && reply.why === 'not-served';
    }),
  );
  return reads.filter((read) => !absent.has(addonPath(read) ?? ''));
}

function wordOf({ verb, group, resource, namespace }: Permission): string {
  return `${verb} ${group}/${resource} ${resource === 'namespaces' ? '' : namespace}`;
}

/** What a diagnosis of the whole namespace found denied. */
async function byDiagnosis(
  connection: Connection,
  home: string,
  reads: readonly Read[],
  { wanted, ...options }: RightsOptions,
): Promise<readonly Right[]> {
  const requests: FactRequest[] = [];
  const ask: Ask = { services: [], namespace: home, caller: null };
  const noted: Wanted = (snapshot) => {
    const next = wanted(snapshot);
    requests.push(...next);
    return next;
  };
  const snapshot = await collectLive(connection, ask, noted, options);
  const found = new Map<string, boolean>();
  for (const request of requests) {
    const answer = snapshot.answers[keyOf(request)];
    if (answer?.known) found.set(wordOf(permissionOf(request)), true);
    else if (answer?.why === 'denied') found.set(wordOf(permissionOf(request)), false);
  }
  return reads.map((read) => ({ read, allowed: found.get(wordOf(permissionFor(read, home))) ?? null }));
}

export interface RightsOptions extends CollectOptions {
  /** The fetch plan: where questions about rights are refused, it is tried. */
  wanted: Wanted;
}

/**
 * What of these reads the user may do, for Services of `home`. Rejects with ConnectionError where no API server answers, and with the
 * signal's reason on abort.
 */
export async function rightsOf(
  connection: Connection,
  home: string,
  reads: readonly Read[],
  options: RightsOptions,
): Promise<Rights> {
  const [user, there] = await Promise.all([userOf(connection, options), served(connection, reads, options.signal)]);
  const replies = await Promise.all(there.map((read) => asked(connection, ACCESS, questionOf(read, home), options)));
  const failures = replies.filter((reply): reply is Failure => 'ok' in reply);
  const [failure] = failures;
  if (failure !== undefined && failures.length === there.length) {
    if (NO_CONTACT.has(failure.why)) throw contactError(connection, failure);
    return { user, by: 'diagnosis', rights: await byDiagnosis(connection, home, there, options) };
  }
  const rights = there.map((read, index): Right => {
    const reply = replies[index];
    return { read, allowed: reply === undefined || 'ok' in reply ? null : reply.allowed === true };
  });
  return { user, by: 'review', rights };
}
