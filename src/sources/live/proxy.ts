/** Proxies as Go's `http.ProxyFromEnvironment` and client-go's `proxy-url` choose them, and tunnels through them. */
import http from 'node:http';
import https from 'node:https';
import { BlockList, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import { ConnectionError } from './errors.ts';

const LOCAL = new BlockList();
LOCAL.addSubnet('127.0.0.0', 8, 'ipv4');
LOCAL.addAddress('::1', 'ipv6');

function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
}

function inSubnet(address: string, rule: string): boolean {
  const [net = '', bits = ''] = rule.split('/');
  const family = isIP(net) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(net) === 0 || !/^\d+$/.test(bits) || Number(bits) > (family === 'ipv6' ? 128 : 32)) return false;
  const list = new BlockList();
  list.addSubnet(net, Number(bits), family);
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

function isExempt(rule: string, host: string, port: string): boolean {
  if (rule === '*') return true;
  if (rule.includes('/')) return isIP(host) !== 0 && inSubnet(host, rule);
  const [, name = rule, onlyPort] = /^(.*?)(?::(\d+))?$/.exec(isIP(rule) === 6 ? `[${rule}]` : rule) ?? [];
  if (onlyPort !== undefined && onlyPort !== port) return false;
  const wanted = name.replace(/^\[|\]$/g, '').replace(/^\*\./, '.');
  if (isIP(host) !== 0) return wanted === host;
  return wanted.startsWith('.') ? host.endsWith(wanted) : host === wanted || host.endsWith(`.${wanted}`);
}

/**
 * The proxy for a server: `proxy-url` of the cluster, else HTTPS_PROXY/HTTP_PROXY unless NO_PROXY exempts the host.
 * As in Go, loopback addresses are never proxied by the environment.
 */
export function proxyFor(server: URL, proxyUrl: string | undefined, env: NodeJS.ProcessEnv): URL | null {
  const secure = server.protocol === 'https:';
  const fromEnv = secure ? env.HTTPS_PROXY || env.https_proxy : env.HTTP_PROXY || env.http_proxy;
  const text = proxyUrl || fromEnv;
  if (!text) return null;
  if (!proxyUrl) {
    const host = bareHost(server);
    const family = isIP(host);
    if (host === 'localhost' || (family !== 0 && LOCAL.check(host, family === 6 ? 'ipv6' : 'ipv4'))) return null;
    const rules = (env.NO_PROXY || env.no_proxy || '')
      .toLowerCase()
      .split(/[\s,]+/)
      .filter(Boolean);
    if (rules.some((rule) => isExempt(rule, host, server.port || (secure ? '443' : '80')))) return null;
  }
  try {
    const url = new URL(/^[a-z0-9]+:\/\//i.test(text) ? text : `http://${text}`);
    if (/^(https?|socks(4a?|5h?)?):$/.test(url.protocol)) return url;
  } catch {
    // Falls through to the same words as a scheme that nobody speaks.
  }
  throw new ConnectionError(
    `The proxy address ${text} (${proxyUrl ? "the cluster's proxy-url" : 'from the environment'}) cannot be used.`,
    'Write it as http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT.',
  );
}

/** The Proxy-Authorization header for a proxy address that holds a user. */
export function proxyHeaders(proxy: URL): Record<string, string> {
  if (proxy.username === '') return {};
  const user = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { 'Proxy-Authorization': `Basic ${Buffer.from(user).toString('base64')}` };
}

type Connected = (error: Error | null, socket: Duplex) => void;

/** An https agent whose connections are tunnelled through an HTTP proxy by CONNECT. */
export class TunnelAgent extends https.Agent {
  readonly #proxy: URL;
  readonly #timeoutMs: number;

  constructor(proxy: URL, timeoutMs: number, options: https.AgentOptions) {
    super(options);
    this.#proxy = proxy;
    this.#timeoutMs = timeoutMs;
  }

  override createConnection(options: https.RequestOptions, done?: Connected): undefined {
    // Node hands on the error alone; its types ask for a stream all the same.
    const fail = (message: string): void => (done as ((error: Error) => void) | undefined)?.(new Error(message));
    const target = `${isIP(options.host ?? '') === 6 ? `[${options.host}]` : options.host}:${options.port}`;
    const client = this.#proxy.protocol === 'https:' ? https : http;
    const request = client.request({
      host: bareHost(this.#proxy),
      port: this.#proxy.port || (client === https ? 443 : 80),
      method: 'CONNECT',
      path: target,
      agent: false,
      timeout: this.#timeoutMs,
      headers: { Host: target, ...proxyHeaders(this.#proxy) },
    });
    const proxyName = this.#proxy.host;
    request.once('timeout', () => request.destroy(new Error(`the proxy ${proxyName} does not answer`)));
    request.once('error', ({ message }) => fail(`the proxy ${proxyName} failed: ${message}`));
    request.once('response', ({ statusCode }) => fail(`the proxy ${proxyName} answered ${statusCode}`));
    request.once('connect', ({ statusCode, statusMessage }, socket) => {
      if (statusCode === 200) {
        socket.setTimeout(0);
        done?.(null, tls.connect({ ...(options as tls.ConnectionOptions), socket }));
        return;
      }
      socket.destroy();
      fail(`the proxy ${proxyName} answered ${statusCode} ${statusMessage}`);
    });
    request.end();
    return undefined;
  }
}
