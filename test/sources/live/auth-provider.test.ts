import net, { type AddressInfo, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { connect } from '../../../src/sources/live/connection.ts';
import { startApi, tlsFile } from '../../api/server.ts';
import { workspace } from './workspace.ts';

const closing: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function ask(cluster: object, user: object): Promise<number | string> {
  const space = workspace();
  closing.push(() => space.remove());
  const kubeconfig = space.write(
    'config',
    stringify({
      'current-context': 'c',
      clusters: [{ name: 'c', cluster }],
      users: [{ name: 'u', user }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    }),
  );
  const connection = await connect({ kubeconfig }, {}, { terminal: false, requestTimeoutMs: 5000 });
  closing.push(() => connection.close());
  const reply = await connection.transport.get('/version');
  return reply.ok ? reply.status : reply.detail;
}

function jwt(payload: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part(payload)}.x`;
}

test('an OIDC user with a good id-token signs in with it', async () => {
  const token = jwt({ exp: 4_102_444_800 });
  const api = await startApi({ tls: true, auth: { bearer: token } });
  closing.push(() => api.close());
  const config = { 'client-id': 'c', 'idp-issuer-url': 'https://127.0.0.1:1', 'id-token': token };
  const cluster = { server: api.url, 'certificate-authority': tlsFile('server.crt') };
  expect(await ask(cluster, { 'auth-provider': { name: 'oidc', config } })).toBe(200);
});

test('a provider that kubectl does not know any more is refused', async () => {
  const cluster = { server: 'https://127.0.0.1:1' };
  await expect(ask(cluster, { 'auth-provider': { name: 'gcp', config: {} } })).rejects.toMatchObject({
    message: 'The kubeconfig signs in with auth-provider gcp, which kubectl 1.26 took out.',
  });
});

/** A SOCKS5 proxy without sign-in that connects everything to one port of this machine. */
async function startSocks(toPort: number): Promise<string> {
  const open = new Set<Socket>();
  const server = net.createServer((socket) => {
    open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('data', () => {
      socket.write(Buffer.from([5, 0]));
      socket.once('data', () => {
        const upstream = net.connect(toPort, '127.0.0.1', () => {
          socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
          upstream.pipe(socket).pipe(upstream);
        });
        open.add(upstream);
        upstream.on('error', () => upstream.destroy());
      });
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  closing.push(
    () =>
      new Promise<void>((done) => {
        for (const socket of open) socket.destroy();
        server.close(() => done());
      }),
  );
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a SOCKS proxy is gone through', async () => {
  const api = await startApi({ tls: true });
  closing.push(() => api.close());
  const proxy = await startSocks(Number(new URL(api.url).port));
  const cluster = {
    server: 'https://api.example.test:6443',
    'certificate-authority': tlsFile('server.crt'),
    'proxy-url': `socks5h://${proxy}`,
  };
  expect(await ask(cluster, {})).toBe(200);
});
