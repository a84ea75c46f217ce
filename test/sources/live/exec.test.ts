import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { listOf } from '../../../src/facts/resources.ts';
import { collectLive } from '../../../src/sources/live/collect.ts';
import { type ConnectOptions, connect } from '../../../src/sources/live/connection.ts';
import { type ApiOptions, startApi, tlsFile } from '../../api/server.ts';
import { refusalOf, workspace } from './workspace.ts';

const closing: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const VERSION = 'client.authentication.k8s.io/v1';

/** A kubeconfig whose user is a plugin: a script in the same directory, named by a relative path. */
function kubeconfigWith(
  space: ReturnType<typeof workspace>,
  server: string,
  script: string | null,
  exec: object = {},
): string {
  if (script !== null) space.write('plugin', `#!/bin/sh\n${script}\n`, 0o755);
  const entry = {
    apiVersion: VERSION,
    command: './plugin',
    interactiveMode: 'IfAvailable',
    installHint: 'Install it with: get-plugin',
    ...exec,
  };
  const cluster = {
    server,
    'insecure-skip-tls-verify': true,
    extensions: [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'us' } }],
  };
  return space.write(
    'config',
    stringify({
      'current-context': 'c',
      clusters: [{ name: 'c', cluster }],
      users: [{ name: 'u', user: { exec: entry } }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    }),
  );
}

function credential(status: object): string {
  return JSON.stringify({ apiVersion: VERSION, kind: 'ExecCredential', status });
}

async function read(options: ApiOptions, script: string, exec: object = {}, connectOptions: ConnectOptions = {}) {
  const api = await startApi(options);
  const space = workspace();
  const kubeconfig = kubeconfigWith(space, api.url, script, exec);
  const connection = await connect({ kubeconfig }, { PATH: process.env.PATH }, { terminal: false, ...connectOptions });
  closing.push(
    () => connection.close(),
    () => api.close(),
    () => space.remove(),
  );
  const requests = ['a', 'b', 'c', 'd', 'e'].map((namespace) => listOf('pods', namespace));
  const ask = { services: [], namespace: 'shop', caller: null };
  const options_ = { project: <T>(object: T) => object, now: () => new Date(0), version: false };
  const { answers } = await collectLive(connection, ask, () => requests, options_);
  return { space, known: Object.values(answers).filter((answer) => answer.known).length };
}

test('a plugin runs once for many requests, is told what it needs, and does not get standard input', async () => {
  const script = `cat > "$(dirname "$0")/stdin"; echo "$KUBERNETES_EXEC_INFO" >> "$(dirname "$0")/info"; echo '${credential({ token: 'T' })}' | sed "s/T\\"/$EXTRA\\"/"`;
  const exec = { provideClusterInfo: true, env: [{ name: 'EXTRA', value: 'secret' }] };
  const { space, known } = await read({ auth: { bearer: 'secret' }, tls: true }, script, exec);
  const runs = readFileSync(`${space.dir}/info`, 'utf8').trim().split('\n');
  const info = JSON.parse(runs[0] ?? '');
  expect({ known, runs: runs.length, stdin: readFileSync(`${space.dir}/stdin`, 'utf8'), info }).toEqual({
    known: 5,
    runs: 1,
    stdin: '',
    info: {
      kind: 'ExecCredential',
      apiVersion: VERSION,
      spec: {
        interactive: false,
        cluster: { server: info.spec.cluster.server, 'insecure-skip-tls-verify': true, config: { audience: 'us' } },
      },
    },
  });
});

test('an expired token is renewed by running the plugin again', async () => {
  const script = `echo run >> "$(dirname "$0")/runs"; echo '${credential({ token: 'T', expirationTimestamp: '2001-01-01T00:00:00Z' })}'`;
  const { space, known } = await read({ auth: { bearer: 'T' } }, script);
  expect({ known, many: readFileSync(`${space.dir}/runs`, 'utf8').trim().split('\n').length > 1 }).toEqual({
    known: 5,
    many: true,
  });
});

test('a plugin may give a client certificate', async () => {
  const status = {
    clientCertificateData: readFileSync(tlsFile('client.crt'), 'utf8'),
    clientKeyData: readFileSync(tlsFile('client.key'), 'utf8'),
  };
  const script = `cat <<'END'\n${credential(status)}\nEND`;
  expect((await read({ tls: true, auth: { certificate: true } }, script)).known).toBe(5);
});

const BAD: [string, string | null, object, string, string][] = [
  [
    'missing',
    null,
    { command: 'no-such-plugin' },
    'The credential plugin no-such-plugin, which the kubeconfig asks for, is not installed.',
    'Install it with: get-plugin',
  ],
  [
    'missing, without a hint',
    null,
    { command: 'no-such-plugin', installHint: '' },
    'The credential plugin no-such-plugin, which the kubeconfig asks for, is not installed.',
    'Put no-such-plugin on your PATH.',
  ],
  [
    'failing',
    'echo first >&2; echo token expired >&2; exit 3',
    {},
    'The credential plugin DIR/plugin failed with exit code 3: token expired',
    'Install it with: get-plugin',
  ],
  [
    'failing, without a hint',
    'exit 3',
    { installHint: '', args: ['get', 'token'] },
    'The credential plugin DIR/plugin failed with exit code 3',
    'Try it by hand: DIR/plugin get token',
  ],
  [
    'hanging',
    'sleep 20',
    {},
    'The credential plugin DIR/plugin did not end within 0.5 s.',
    'Install it with: get-plugin',
  ],
  [
    'babbling',
    'echo hello',
    {},
    'The credential plugin DIR/plugin did not print an ExecCredential in JSON.',
    'Install it with: get-plugin',
  ],
  [
    'empty',
    `echo '${credential({})}'`,
    {},
    'The credential plugin DIR/plugin gave neither a token nor a client certificate.',
    'Install it with: get-plugin',
  ],
  [
    'of another version',
    `echo '${credential({ token: 'T' })}'`,
    { apiVersion: 'client.authentication.k8s.io/v1beta1' },
    `The credential plugin DIR/plugin printed apiVersion ${VERSION}, but the kubeconfig asks for client.authentication.k8s.io/v1beta1.`,
    'Install it with: get-plugin',
  ],
  [
    'that needs a terminal',
    'echo',
    { interactiveMode: 'Always' },
    'The credential plugin DIR/plugin needs a terminal (interactiveMode: Always), and standard input is none.',
    'Run this in a terminal, or log in with kubectl first.',
  ],
  [
    'without interactiveMode',
    'echo',
    { interactiveMode: '' },
    'The credential plugin DIR/plugin has no interactiveMode, which client.authentication.k8s.io/v1 requires.',
    'Add "interactiveMode: IfAvailable" to its exec entry in the kubeconfig.',
  ],
];

test.each(BAD)('a plugin %s is a refusal in words', async (_name, script, exec, message, hint) => {
  const space = workspace();
  closing.push(() => space.remove());
  const kubeconfig = kubeconfigWith(space, 'http://127.0.0.1:1', script, exec);
  const env = { PATH: process.env.PATH };
  const refusal = await refusalOf(() => connect({ kubeconfig }, env, { terminal: false, execTimeoutMs: 500 }));
  const here = (text: string): string => text.replace('DIR', space.dir);
  expect(refusal).toEqual({ message: here(message), hint: here(hint) });
});

test('a token given besides a plugin wins, and the plugin is not run', async () => {
  const api = await startApi({ auth: { bearer: 'mine' } });
  const space = workspace();
  const kubeconfig = kubeconfigWith(space, api.url, 'touch "$(dirname "$0")/ran"; exit 1');
  const connection = await connect({ kubeconfig, token: 'mine' }, { PATH: process.env.PATH }, { terminal: false });
  closing.push(
    () => connection.close(),
    () => api.close(),
    () => space.remove(),
  );
  expect((await connection.transport.get('/version')).ok).toBe(true);
});
