/** From flags to a signed-in connection. */
import http, { type Agent } from 'node:http';
import https from 'node:https';
import { createSecureContext } from 'node:tls';
import { socksAgent } from './auth-provider.ts';
import { dataOrFile, signIn } from './credentials.ts';
import { parseRequestTimeout } from './duration.ts';
import { ConnectionError } from './errors.ts';
import { type ConnectionFlags, resolveTarget, type Target } from './kubeconfig.ts';
import { proxyFor, proxyHeaders, TunnelAgent } from './proxy.ts';
import { createTransport, MAX_CONNECTIONS, type Transport, type TransportOptions } from './transport.ts';

export interface Connection {
  contextName: string | null;
  namespace: string;
  /** The API server's address. */
  server: string;
  /** Where the address came from, in words for people. */
  origin: string;
  transport: Transport;
  close(): void;
}

export interface ConnectOptions {
  signal?: AbortSignal;
  /** For every request where --request-timeout says nothing. */
  requestTimeoutMs?: number;
  /** For the whole run. */
  runTimeoutMs?: number;
  /** True where answers are followed as well: each holds a connection of its own. */
  follows?: boolean;
  /** How long a credential plugin may take. */
  execTimeoutMs?: number;
  /** Whether a person sits at standard input; a plugin gets it only then. */
  terminal?: boolean;
  /** The directory of a Pod's own credentials. */
  serviceAccount?: string;
}

function parseServer(target: Target): URL {
  try {
    return new URL(target.cluster.server);
  } catch {
    throw new ConnectionError(
      `The server address ${target.cluster.server} (${target.origin}) is not a URL.`,
      'Write it as https://HOST:PORT',
    );
  }
}

function trustOf(
  target: Target,
  server: URL,
  certificate: Buffer | string | null,
  key: Buffer | string | null,
): TransportOptions['tls'] {
  const { cluster } = target;
  const ca = dataOrFile(
    cluster['certificate-authority-data'],
    cluster['certificate-authority'],
    'certificate authority',
  );
  const trust: TransportOptions['tls'] = {
    ...(ca === null ? {} : { ca }),
    ...(certificate === null ? {} : { cert: certificate }),
    ...(key === null ? {} : { key }),
    ...(cluster['insecure-skip-tls-verify'] ? { rejectUnauthorized: false } : { rejectUnauthorized: true }),
    ...(cluster['tls-server-name'] ? { servername: cluster['tls-server-name'] } : {}),
  };
  if (server.protocol !== 'https:') return trust;
  if (Boolean(certificate) !== Boolean(key)) {
    const missing = key ? 'certificate' : 'key';
    throw new ConnectionError(
      `The user of ${target.origin} has half a client certificate: the ${missing} is missing.`,
      `Add it with --client-${missing} FILE`,
    );
  }
  try {
    // made once: each connection would read the certificates again
    return { ...trust, secureContext: createSecureContext(trust) };
  } catch (error) {
    throw new ConnectionError(
      `The certificates of ${target.origin} cannot be used: ${(error as Error).message}.`,
      'See which they are: kubectl config view --minify',
    );
  }
}

interface Route {
  agent: Agent;
  forward: TransportOptions['forward'];
}

async function routeTo(
  server: URL,
  proxy: URL | null,
  tls: TransportOptions['tls'],
  timeoutMs: number,
  maxSockets: number,
): Promise<Route> {
  const pool = { keepAlive: true, maxSockets };
  const secure = server.protocol === 'https:';
  if (proxy?.protocol.startsWith('socks')) {
    const agent = await socksAgent(server.href, proxy.href);
    return { agent: Object.assign(agent, pool), forward: null };
  }
  if (secure) {
    const options = { ...pool, ...tls };
    const agent = proxy === null ? new https.Agent(options) : new TunnelAgent(proxy, timeoutMs, options);
    return { agent: agent as Agent, forward: null };
  }
  if (proxy === null) return { agent: new http.Agent(pool), forward: null };
  if (proxy.protocol === 'https:') {
    throw new ConnectionError(
      `A plain http server (${server.origin}) cannot be reached through the https proxy ${proxy.host}.`,
      'Use an https server address, an http:// proxy, or name the host in NO_PROXY.',
    );
  }
  return {
    agent: new http.Agent(pool),
    forward: { host: proxy.hostname, port: proxy.port || '80', headers: proxyHeaders(proxy) },
  };
}

/** Resolves the kubeconfig, signs in (a plugin runs once) and makes a transport; nothing is asked of the server yet. */
export async function connect(
  flags: ConnectionFlags,
  env: NodeJS.ProcessEnv,
  options: ConnectOptions = {},
): Promise<Connection> {
  const target = resolveTarget(flags, env, options.serviceAccount);
  const server = parseServer(target);
  const given = flags.requestTimeout === undefined ? undefined : parseRequestTimeout(flags.requestTimeout);
  const requestTimeoutMs = given === undefined ? (options.requestTimeoutMs ?? 15_000) : given;
  const terminal = options.terminal ?? process.stdin.isTTY === true;
  const { certificate, key, headers } = await signIn(target, {
    env,
    terminal,
    timeoutMs: options.execTimeoutMs ?? (terminal ? 180_000 : 30_000),
    signal: options.signal,
  });
  const tls = trustOf(target, server, certificate, key);
  const proxy = proxyFor(server, target.cluster['proxy-url'], env);
  const { agent, forward } = await routeTo(
    server,
    proxy,
    tls,
    requestTimeoutMs ?? 30_000,
    options.follows === true ? Number.POSITIVE_INFINITY : MAX_CONNECTIONS,
  );
  const transport = createTransport({
    server,
    agent,
    forward,
    tls,
    headers,
    gzip: !target.cluster['disable-compression'],
    requestTimeoutMs,
    runTimeoutMs: options.follows === true ? null : (options.runTimeoutMs ?? (given === null ? null : 120_000)),
    signal: options.signal,
  });
  const { contextName, namespace, origin } = target;
  return { contextName, namespace, server: server.origin, origin, transport, close: () => transport.close() };
}
