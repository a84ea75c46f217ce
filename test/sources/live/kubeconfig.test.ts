import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type ConnectionFlags, resolveTarget, type Target } from '../../../src/sources/live/kubeconfig.ts';
import { FIRST_FILE, SECOND_FILE } from './kubeconfigs.ts';
import { refusalOf, workspace } from './workspace.ts';

const space = workspace();
afterAll(() => space.remove());

const A = space.write('a.yaml', FIRST_FILE);
const B = space.write('b.yaml', SECOND_FILE);
const MISSING = join(space.dir, 'missing.yaml');
const LIST = [MISSING, A, B].join(delimiter);
const HOME = join(space.dir, 'home');
mkdirSync(HOME);

function envOf(kubeconfig: string): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME, KUBECONFIG: kubeconfig };
}

const JANE = {
  tokenFile: join(space.dir, 'token.txt'),
  as: 'root',
  'as-uid': 'u1',
  'as-groups': ['g1', 'g2'],
  'as-user-extra': { reason: ['why'] },
};
const FIRST = { server: 'https://first:6443', 'certificate-authority': join(space.dir, 'ca.crt') };

test('missing files are skipped, the first file wins for entries and for current-context', () => {
  expect(resolveTarget({}, envOf(LIST))).toEqual({
    contextName: 'prod',
    userName: 'jane',
    namespace: 'shop',
    cluster: FIRST,
    user: JANE,
    origin: 'context "prod"',
  });
});

test('a context without a user keeps its authority', () => {
  expect(resolveTarget({ context: 'nobody' }, envOf(A))).toEqual({
    contextName: 'nobody',
    userName: null,
    namespace: 'default',
    cluster: FIRST,
    user: {},
    origin: 'context "nobody"',
  });
});

test('every flag is laid over the kubeconfig', () => {
  const flags: ConnectionFlags = {
    user: 'joe',
    namespace: 'n',
    server: 'https://other:1',
    token: 'T',
    as: 'admin',
    asUid: 'u9',
    asGroup: ['x'],
    certificateAuthority: '/c/ca',
    clientCertificate: '/c/crt',
    clientKey: '/c/key',
    tlsServerName: 'sni',
    username: 'me',
    password: 'pw',
    disableCompression: true,
  };
  expect(resolveTarget(flags, envOf(LIST))).toEqual({
    contextName: 'prod',
    userName: 'joe',
    namespace: 'n',
    cluster: {
      server: 'https://other:1',
      'certificate-authority': '/c/ca',
      'insecure-skip-tls-verify': false,
      'tls-server-name': 'sni',
      'disable-compression': true,
    },
    user: {
      token: 'T',
      as: 'admin',
      'as-uid': 'u9',
      'as-groups': ['x'],
      'client-certificate': '/c/crt',
      'client-key': '/c/key',
      username: 'me',
      password: 'pw',
    },
    origin: '--server',
  });
});

test('--insecure-skip-tls-verify drops the authority, --token the token file', () => {
  const { cluster, user } = resolveTarget({ insecureSkipTlsVerify: true, token: 'T' }, envOf(A));
  const { tokenFile: _tokenFile, ...rest } = JANE;
  expect({ cluster, user }).toEqual({
    cluster: { server: 'https://first:6443', 'insecure-skip-tls-verify': true },
    user: { ...rest, token: 'T' },
  });
});

test('in a Pod without a kubeconfig, its ServiceAccount is used', () => {
  const pod = join(space.dir, 'sa');
  mkdirSync(pod);
  space.write('sa/token', 'T');
  space.write('sa/namespace', 'own\n');
  const env = { ...envOf(''), KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };
  expect(resolveTarget({}, env, pod)).toEqual({
    contextName: null,
    userName: null,
    namespace: 'own',
    cluster: { server: 'https://[fd00::1]:443', 'certificate-authority': `${pod}/ca.crt` },
    user: { tokenFile: `${pod}/token` },
    origin: 'in-cluster configuration',
  });
});

test('an address without a scheme is http, or https where TLS is configured', () => {
  const servers = [{ server: 'h:1' }, { server: 'h:1', insecureSkipTlsVerify: true }].map(
    (flags) => resolveTarget(flags, envOf('')).cluster.server,
  );
  expect(servers).toEqual(['http://h:1', 'https://h:1']);
});

describe('what cannot be resolved is said in words', () => {
  const broken = space.write('broken.yaml', 'clusters: [\n');
  const empty = space.write('empty.yaml', 'apiVersion: v1\n');
  const noCurrent = space.write('nocurrent.yaml', 'contexts: [{name: b, context: {}}, {name: a, context: {}}]\n');
  const cases: [string, ConnectionFlags, string, string, string][] = [
    [
      'no kubeconfig',
      {},
      '',
      `No kubeconfig was found (looked for ${HOME}/.kube/config), and this is not inside a Pod.`,
      'Name one with --kubeconfig FILE or KUBECONFIG; without a cluster, try: kubectl svc-doctor demo',
    ],
    [
      'missing --kubeconfig',
      { kubeconfig: MISSING },
      A,
      `The kubeconfig ${MISSING} (from --kubeconfig) does not exist.`,
      'Name an existing file, or leave --kubeconfig out to use KUBECONFIG or ~/.kube/config.',
    ],
    [
      'misspelt context',
      { context: 'prdo' },
      A,
      'There is no context "prdo" (from --context) in the kubeconfig. Did you mean "prod"?',
      'See what there is: kubectl config get-contexts',
    ],
    [
      'context of a missing cluster',
      { context: 'ghost' },
      A,
      'There is no cluster "gone" (of context "ghost") in the kubeconfig.',
      'See what there is: kubectl config get-clusters',
    ],
    [
      'unknown user',
      { user: 'jnae' },
      A,
      'There is no user "jnae" (from --user) in the kubeconfig. Did you mean "jane"?',
      'See what there is: kubectl config get-users',
    ],
    [
      'broken YAML',
      {},
      broken,
      `The kubeconfig ${broken} is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ] at line 2, column 1.`,
      `Check it with: kubectl config view --kubeconfig ${broken}`,
    ],
    [
      'no context at all',
      {},
      empty,
      `The kubeconfig ${empty} holds no context.`,
      'Name another file with --kubeconfig FILE, or an address with --server.',
    ],
    [
      'no current context',
      {},
      noCurrent,
      `The kubeconfig ${noCurrent} has no current context.`,
      'Choose one with --context NAME (there are: a, b), or: kubectl config use-context NAME',
    ],
  ];
  test.each(cases)('%s', async (_name, flags, kubeconfig, message, hint) => {
    expect(await refusalOf(() => resolveTarget(flags, envOf(kubeconfig)))).toEqual({ message, hint });
  });
});

const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;

/** `config view` prints paths relative to the directory of the file they came from; it uses them as absolute ones. */
function absolute<T>(entry: T): T {
  const paths = /^(certificate-authority|client-certificate|client-key|tokenFile)$/;
  const pairs = Object.entries(entry as Record<string, unknown>);
  return Object.fromEntries(
    pairs.map(([key, value]) => [key, paths.test(key) ? join(space.dir, `${value}`) : value]),
  ) as T;
}

/** What the real kubectl makes of the same files and flags. */
function kubectlView(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Pick<Target, 'contextName' | 'namespace' | 'cluster' | 'user'> {
  const text = execFileSync('kubectl', ['config', 'view', '--minify', '--raw', '-o', 'json', ...args], {
    env,
    encoding: 'utf8',
  });
  const view = JSON.parse(text);
  const context = view.contexts[0].context;
  return {
    contextName: view['current-context'],
    namespace: context.namespace ?? 'default',
    cluster: absolute(view.clusters[0].cluster),
    user: absolute(view.users?.[0]?.user ?? {}),
  };
}

describe.skipIf(!hasKubectl)(`same as the real kubectl${hasKubectl ? '' : ' (SKIPPED: no kubectl on PATH)'}`, () => {
  const cases: [string, ConnectionFlags, string[]][] = [
    [LIST, {}, []],
    [[B, MISSING, A].join(delimiter), {}, []],
    [LIST, { context: 'dev' }, ['--context', 'dev']],
    [LIST, { context: 'plain' }, ['--context', 'plain']],
    [LIST, { context: 'nobody' }, ['--context', 'nobody']],
    [A, { kubeconfig: B }, ['--kubeconfig', B]],
  ];
  test.each(cases)('%s %o', (kubeconfig, flags, args) => {
    const { contextName, namespace, cluster, user } = resolveTarget(flags, envOf(kubeconfig));
    expect({ contextName, namespace, cluster, user }).toEqual(kubectlView(args, envOf(kubeconfig)));
  });
});
