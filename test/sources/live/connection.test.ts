import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { collectLive } from '../../../src/sources/live/collect.ts';
import { connect } from '../../../src/sources/live/connection.ts';
import type { ConnectionFlags } from '../../../src/sources/live/kubeconfig.ts';
import { proxyFor } from '../../../src/sources/live/proxy.ts';
import { type Api, type ApiOptions, startApi, tlsFile } from '../../api/server.ts';
import { type ProxyServer, startProxy } from './proxy-server.ts';
import { refusalOf, workspace } from './workspace.ts';

const closing: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function api(options: ApiOptions): Promise<Api> {
  const started = await startApi(options);
  closing.push(() => started.close());
  return started;
}

/** A kubeconfig of one cluster and one user. */
function configOf(cluster: object, user: object | null = null): string {
  const space = workspace();
  closing.push(() => space.remove());
  const context = { cluster: 'c', ...(user === null ? {} : { user: 'u' }) };
  return space.write(
    'config',
    stringify({
      'current-context': 'c',
      clusters: [{ name: 'c', cluster }],
      users: [{ name: 'u', user: user ?? {} }],
      contexts: [{ name: 'c', context }],
    }),
  );
}

async function version(flags: ConnectionFlags, env: NodeJS.ProcessEnv = {}): Promise<string | null> {
  const connection = await connect(flags, env, { terminal: false, requestTimeoutMs: 5000 });
  try {
    const ask = { services: [], namespace: 'default', caller: null };
    const options = { project: <T>(object: T) => object, now: () => new Date(0), version: true };
    return (await collectLive(connection, ask, () => [], options)).server;
  } finally {
    connection.close();
  }
}

const CA = { 'certificate-authority': tlsFile('server.crt') };
const SERVED = 'v1.36.3';

describe('ways to sign in', () => {
  const jane = { 'client-certificate': tlsFile('client.crt'), 'client-key': tlsFile('client.key') };
  const space = workspace();
  afterAll(() => space.remove());
  const tokenFile = space.write('token', 'T\n');
  const ways: [string, ApiOptions['auth'], object | null][] = [
    ['nobody, with the authority of the context', undefined, null],
    ['token', { bearer: 'T' }, { token: 'T' }],
    ['tokenFile, which wins over token', { bearer: 'T' }, { tokenFile, token: 'old' }],
    ['username and password', { basic: 'joe:pw' }, { username: 'joe', password: 'pw' }],
    ['client certificate', { certificate: true }, jane],
  ];
  test.each(ways)('%s', async (_name, auth, user) => {
    const { url } = await api({ tls: true, ...(auth === undefined ? {} : { auth }) });
    expect(await version({ kubeconfig: configOf({ server: url, ...CA }, user) })).toBe(SERVED);
  });
});

test('a plain http server needs no insecure-skip-tls-verify', async () => {
  const { url } = await api({});
  expect(await version({ kubeconfig: configOf({ server: url }) })).toBe(SERVED);
});

test('tls-server-name is asked for and checked', async () => {
  const { url } = await api({ tls: true });
  const cluster = { server: url, ...CA };
  expect(await version({ kubeconfig: configOf({ ...cluster, 'tls-server-name': 'api.example.test' }) })).toBe(SERVED);
  expect(await refusalOf(() => version({ kubeconfig: configOf({ ...cluster, 'tls-server-name': 'x.test' }) }))).toEqual(
    {
      message: `The API server ${url} (context "c") is not trusted: the certificate is for another host (${new URL(url).host}).`,
      hint: 'Give its authority with --certificate-authority FILE; for a test cluster --insecure-skip-tls-verify.',
    },
  );
});

test('who is impersonated stands in the headers; compression can be switched off', async () => {
  const { url, requests } = await api({});
  const user = {
    as: 'jane',
    'as-uid': 'u1',
    'as-groups': ['g1', 'g2'],
    'as-user-extra': { 'example.com/why': ['a', 'b'] },
  };
  await version({ kubeconfig: configOf({ server: url, 'disable-compression': true }, user) });
  const { host, connection, ...headers } = requests[0]?.headers ?? {};
  expect({ host, connection, headers }).toEqual({
    host: new URL(url).host,
    connection: 'keep-alive',
    headers: {
      accept: 'application/json, */*',
      'accept-encoding': 'identity',
      'user-agent': 'kubectl-svc_doctor',
      'impersonate-user': 'jane',
      'impersonate-uid': 'u1',
      'impersonate-group': 'g1, g2',
      'impersonate-extra-example.com%2fwhy': 'a, b',
    },
  });
});

describe('no contact', () => {
  test('a self-signed certificate', async () => {
    const { url } = await api({ tls: true });
    expect(await refusalOf(() => version({ kubeconfig: configOf({ server: url }) }))).toEqual({
      message: `The API server ${url} (context "c") is not trusted: the certificate is self-signed (${new URL(url).host}).`,
      hint: 'Give its authority with --certificate-authority FILE; for a test cluster --insecure-skip-tls-verify.',
    });
    expect(await version({ kubeconfig: configOf({ server: url }), insecureSkipTlsVerify: true })).toBe(SERVED);
  });

  test('connection refused', async () => {
    const gone = await startApi({});
    await gone.close();
    expect(await refusalOf(() => version({ server: gone.url }, { HOME: '/nowhere' }))).toEqual({
      message: `The API server ${gone.url} (--server) cannot be reached: connection refused (${new URL(gone.url).host}).`,
      hint: 'Is the cluster running, and is this the right context? See: kubectl config get-contexts; compare: kubectl get --raw /version',
    });
  });

  test('a missing certificate file', async () => {
    const kubeconfig = configOf({ server: 'https://127.0.0.1:1', 'certificate-authority': '/nowhere/ca.crt' });
    expect(await refusalOf(() => version({ kubeconfig }))).toEqual({
      message: 'The certificate authority /nowhere/ca.crt does not exist.',
      hint: 'Correct its path in the kubeconfig: kubectl config view --minify',
    });
  });

  test('half a client certificate', async () => {
    const kubeconfig = configOf({ server: 'https://127.0.0.1:1' }, { 'client-certificate': tlsFile('client.crt') });
    expect(await refusalOf(() => version({ kubeconfig }))).toEqual({
      message: 'The user of context "c" has half a client certificate: the key is missing.',
      hint: 'Add it with --client-key FILE',
    });
  });
});

describe('proxies', () => {
  const through = async (to: string, user: string | null = null): Promise<ProxyServer> => {
    const proxy = await startProxy(to, user);
    closing.push(() => proxy.close());
    return proxy;
  };

  test('proxy-url and HTTPS_PROXY tunnel https', async () => {
    const { url } = await api({ tls: true });
    const proxy = await through(url);
    const cluster = { server: 'https://api.example.test:6443', ...CA };
    expect(await version({ kubeconfig: configOf({ ...cluster, 'proxy-url': proxy.url }) })).toBe(SERVED);
    expect(await version({ kubeconfig: configOf(cluster) }, { HTTPS_PROXY: proxy.url })).toBe(SERVED);
    expect(await version({ kubeconfig: configOf({ server: url, ...CA, 'proxy-url': proxy.url }) })).toBe(SERVED);
    const ours = `CONNECT api.example.test:6443`;
    expect(proxy.asked).toEqual([ours, ours, `CONNECT ${new URL(url).host}`]);
  });

  test('a plain http server is asked through the proxy by its whole address', async () => {
    const { url } = await api({});
    const proxy = await through(url);
    expect(
      await version({ kubeconfig: configOf({ server: 'http://api.example.test:8001', 'proxy-url': proxy.url }) }),
    ).toBe(SERVED);
    expect(proxy.asked).toEqual(['GET http://api.example.test:8001/version']);
  });

  test('a proxy that wants a user gets it, or its refusal is told', async () => {
    const { url } = await api({ tls: true });
    const proxy = await through(url, 'me:p@ss');
    const cluster = { server: 'https://api.example.test:6443', ...CA };
    const signed = proxy.url.replace('//', '//me:p%40ss@');
    expect(await version({ kubeconfig: configOf({ ...cluster, 'proxy-url': signed }) })).toBe(SERVED);
    const { host } = new URL(proxy.url);
    expect(await refusalOf(() => version({ kubeconfig: configOf({ ...cluster, 'proxy-url': proxy.url }) }))).toEqual({
      message: `The API server https://api.example.test:6443 (context "c") cannot be reached: the proxy ${host} answered 407 Proxy Authentication Required (api.example.test:6443).`,
      hint: 'Is the cluster running, and is this the right context? See: kubectl config get-contexts; compare: kubectl get --raw /version',
    });
  });

  const env = { HTTPS_PROXY: 'p:1', HTTP_PROXY: 'http://q:2' };
  const choices: [string, string | undefined, NodeJS.ProcessEnv, string | null][] = [
    ['https://api.test', undefined, env, 'http://p:1'],
    ['http://api.test', undefined, env, 'http://q:2'],
    ['https://127.0.0.1:6443', undefined, env, null],
    ['https://localhost:6443', undefined, env, null],
    ['https://localhost:6443', 'http://own:3', env, 'http://own:3'],
    ['https://api.test', undefined, { ...env, NO_PROXY: '*' }, null],
    ['https://api.test', undefined, { ...env, NO_PROXY: 'x.test, api.test' }, null],
    ['https://a.api.test', undefined, { ...env, NO_PROXY: 'api.test' }, null],
    ['https://a.api.test', undefined, { ...env, no_proxy: '.api.test' }, null],
    ['https://api.test', undefined, { ...env, NO_PROXY: '.api.test' }, 'http://p:1'],
    ['https://api.test:6443', undefined, { ...env, NO_PROXY: 'api.test:443' }, 'http://p:1'],
    ['https://10.1.2.3', undefined, { ...env, NO_PROXY: '10.0.0.0/8' }, null],
    ['https://11.1.2.3', undefined, { ...env, NO_PROXY: '10.0.0.0/8' }, 'http://p:1'],
    ['https://[fd00::1]', undefined, { ...env, NO_PROXY: 'fd00::1' }, null],
    ['https://api.test', 'http://own:3', { ...env, NO_PROXY: '*' }, 'http://own:3'],
    ['https://api.test', undefined, {}, null],
  ];
  test.each(choices)('%s with %s and %o', (server, own, variables, expected) => {
    expect(proxyFor(new URL(server), own, variables)?.origin ?? null).toBe(expected);
  });
});

const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;

describe.skipIf(!hasKubectl)(
  `the real kubectl talks to the test server${hasKubectl ? '' : ' (SKIPPED: no kubectl on PATH)'}`,
  () => {
    const kubectl = async (...args: string[]): Promise<string> =>
      (await promisify(execFile)('kubectl', args, { env: { PATH: process.env.PATH, HOME: '/nowhere' } })).stdout;

    test('get --raw gives both the same version, get gives the objects', async () => {
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'shop', labels: { app: 'a' } } };
      const server = await api({ tls: true, auth: { bearer: 'T' }, objects: [pod] });
      const space = workspace();
      closing.push(() => space.remove());
      const kubeconfig = server.kubeconfig(`${space.dir}/config`);
      const cache = ['--kubeconfig', kubeconfig, '--cache-dir', `${space.dir}/cache`];
      const raw = JSON.parse(await kubectl('get', '--raw', '/version', ...cache));
      expect(await version({ kubeconfig })).toBe(raw.gitVersion);
      expect(await kubectl('get', 'pods', '-l', 'app=a', '-o', 'name', ...cache)).toBe('pod/a\n');
    });
  },
);
