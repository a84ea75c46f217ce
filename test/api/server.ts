/** An API server in process: serves a list of objects as Kubernetes does, with the faults a test asks for. */
import { readFileSync, writeFileSync } from 'node:fs';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { stringify } from 'yaml';
import type { KubeObject } from '../../src/facts/wire.ts';
import { type Fault, playFault, sendStatus } from './faults.ts';
import { type Served, serve, watchedBy } from './resources.ts';
import { Changes } from './watch.ts';

/** What a SelfSubjectAccessReview asks about. */
export interface AccessAttributes {
  verb: string;
  group: string;
  resource: string;
  subresource?: string;
  name?: string;
  namespace: string;
}

export interface ApiOptions {
  objects?: readonly KubeObject[];
  logs?: Readonly<Record<string, string>>;
  faults?: readonly Fault[];
  /** Answers "may I?"; without it such a question is refused. */
  mayI?: (attributes: AccessAttributes) => boolean;
  tls?: boolean;
  /** What a request must show to be let in. */
  auth?: { bearer: string } | { basic: string } | { certificate: true };
}

export interface RecordedRequest {
  method: string;
  /** Path and query. */
  path: string;
  headers: http.IncomingHttpHeaders;
}

export interface Api {
  url: string;
  requests: RecordedRequest[];
  /** The objects served: they may change while the server runs. */
  changes: Changes;
  /** What goes wrong from now on; may be changed while the server runs. */
  faults: (Fault & { left: number })[];
  /** How many connections were opened. */
  connections(): number;
  /** Writes a kubeconfig for this server and answers its path. */
  kubeconfig(path: string): string;
  close(): Promise<void>;
}

/** The path of a certificate or key of the tests: `server.crt`, `client.key` … */
export function tlsFile(name: 'server.crt' | 'server.key' | 'client.crt' | 'client.key'): string {
  return fileURLToPath(new URL(`../../fixtures/wire/tls/${name}`, import.meta.url));
}

function isLetIn(request: IncomingMessage, auth: ApiOptions['auth']): boolean {
  if (auth === undefined) return true;
  if ('certificate' in auth) return (request.socket as TLSSocket).authorized;
  const wanted = 'bearer' in auth ? `Bearer ${auth.bearer}` : `Basic ${Buffer.from(auth.basic).toString('base64')}`;
  return request.headers.authorization === wanted;
}

/** What an API server of 1.33 and later says with every answer about Endpoints. */
const DEPRECATED = '299 - "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"';

function answer(served: Served, request: IncomingMessage, response: ServerResponse): void {
  if ('code' in served) {
    sendStatus(response, served.code, served.message);
    return;
  }
  const isJson = 'json' in served;
  const body = Buffer.from(isJson ? JSON.stringify(served.json) : served.text);
  const zip = body.length > 1024 && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  response.writeHead(!isJson && served.text.startsWith('404 ') ? 404 : 200, {
    'Content-Type': isJson ? 'application/json' : 'text/plain',
    ...(zip ? { 'Content-Encoding': 'gzip' } : {}),
    ...(/\/endpoints\b/.test(request.url ?? '') ? { Warning: DEPRECATED } : {}),
  });
  response.end(zip ? gzipSync(body, { level: 1 }) : body);
}

/** The reviews that a user may ask for about itself; what else is posted is refused. */
async function review(request: IncomingMessage, response: ServerResponse, mayI: ApiOptions['mayI']): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const send = (status: unknown): void => {
    response.writeHead(201, { 'Content-Type': 'application/json' }).end(JSON.stringify({ status }));
  };
  if (mayI === undefined) sendStatus(response, 403, 'reviews are not allowed');
  else if (request.url?.endsWith('/selfsubjectreviews')) send({ userInfo: { username: 'jane' } });
  else if (request.url?.endsWith('/selfsubjectaccessreviews')) {
    send({ allowed: mayI(JSON.parse(Buffer.concat(chunks).toString()).spec.resourceAttributes) });
  } else sendStatus(response, 405, 'this server is only read');
}

function userOf(auth: ApiOptions['auth']): Record<string, string> {
  if (auth === undefined) return {};
  if ('bearer' in auth) return { token: auth.bearer };
  if ('certificate' in auth)
    return { 'client-certificate': tlsFile('client.crt'), 'client-key': tlsFile('client.key') };
  const [username = '', password = ''] = auth.basic.split(':');
  return { username, password };
}

function writeKubeconfig(path: string, url: string, options: ApiOptions): string {
  const cluster = { server: url, ...(options.tls ? { 'certificate-authority': tlsFile('server.crt') } : {}) };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [{ name: 'test', cluster }],
    users: [{ name: 'test', user: userOf(options.auth) }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test', namespace: 'shop' } }],
  };
  writeFileSync(path, stringify(config));
  return path;
}

/** Its certificate, and whose certificates it takes. */
function secured(): https.ServerOptions {
  const [cert, key, ca] = (['server.crt', 'server.key', 'client.crt'] as const).map((name) =>
    readFileSync(tlsFile(name)),
  );
  return { cert, key, ca, requestCert: true, rejectUnauthorized: false };
}

/** Starts the server on a free port of 127.0.0.1. */
export async function startApi(options: ApiOptions = {}): Promise<Api> {
  const changes = new Changes(options.objects ?? []);
  const logs = options.logs ?? {};
  const faults = (options.faults ?? []).map((fault) => ({ ...fault, left: fault.times ?? Number.POSITIVE_INFINITY }));
  const spared = new Map<Fault, number>();
  /** The first requests that such a fault lets through. */
  const isSpared = (fault: Fault): boolean => {
    const seen = (spared.get(fault) ?? 0) + 1;
    spared.set(fault, seen);
    return seen <= (fault.after ?? 0);
  };
  const requests: RecordedRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const path = request.url ?? '/';
    requests.push({ method: request.method ?? '', path, headers: request.headers });
    if (!isLetIn(request, options.auth)) {
      sendStatus(response, 401, 'Unauthorized');
      return;
    }
    const fault = faults.find((one) => one.left > 0 && path.includes(one.path) && !isSpared(one));
    if (fault !== undefined && playFault(fault.fault, request, response)) {
      fault.left -= 1;
      return;
    }
    if (fault !== undefined && typeof fault.fault === 'object' && 'slowMs' in fault.fault)
      setTimeout(() => respond(request, response), fault.fault.slowMs);
    else respond(request, response);
  };
  const respond = (request: IncomingMessage, response: ServerResponse): void => {
    const path = request.url ?? '/';
    const url = new URL(path, 'http://api');
    const { objects, revision } = changes;
    const watched = /^(?:1|true)$/.test(url.searchParams.get('watch') ?? '')
      ? watchedBy(url.pathname, url.searchParams)
      : null;
    if (watched !== null) changes.watch(response, url.searchParams.get('resourceVersion') ?? '', watched);
    else if (request.method === 'GET')
      answer(serve({ objects, logs, revision }, url.pathname, url.searchParams), request, response);
    else void review(request, response, options.mayI);
  };
  const server = options.tls ? https.createServer(secured(), handle) : http.createServer(handle);
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const url = `${options.tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    requests,
    changes,
    faults,
    connections: () => connections,
    kubeconfig: (path) => writeKubeconfig(path, url, options),
    close: () =>
      new Promise((done) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => done());
      }),
  };
}
