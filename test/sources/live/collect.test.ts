import { afterEach, expect, test } from 'vitest';
import { type FactRequest, keyOf, listOf, logOf, objectOf } from '../../../src/facts/resources.ts';
import type { Ask, Snapshot } from '../../../src/facts/snapshot.ts';
import type { KubeObject } from '../../../src/facts/wire.ts';
import { collectLive, type RequestTrace, rereadLive } from '../../../src/sources/live/collect.ts';
import { type ConnectOptions, connect } from '../../../src/sources/live/connection.ts';
import type { FaultKind } from '../../api/faults.ts';
import { type Api, type ApiOptions, startApi } from '../../api/server.ts';
import { podNamed } from './objects.ts';
import { refusalOf, workspace } from './workspace.ts';

const ASK: Ask = { services: [], namespace: 'shop', caller: null };
const AT = new Date('2026-01-31T09:00:00Z');
const PODS = listOf('pods', 'shop');
const SERVICES = listOf('services', 'shop');

const closing: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Run {
  api: Api;
  traces: RequestTrace[];
  collect(
    requests: readonly FactRequest[] | ((snapshot: Snapshot) => readonly FactRequest[]),
    signal?: AbortSignal,
  ): Promise<Snapshot>;
  collectWithoutVersion(requests: readonly FactRequest[]): Promise<Snapshot>;
  reread(snapshot: Snapshot, requests: readonly FactRequest[]): Promise<Snapshot>;
}

async function start(options: ApiOptions, connectOptions: ConnectOptions = {}, flags = {}): Promise<Run> {
  const api = await startApi(options);
  const space = workspace();
  const kubeconfig = api.kubeconfig(`${space.dir}/config`);
  const connection = await connect({ kubeconfig, ...flags }, {}, connectOptions);
  closing.push(
    () => connection.close(),
    () => api.close(),
    () => space.remove(),
  );
  const traces: RequestTrace[] = [];
  const base = {
    project: (object: KubeObject) => object,
    now: () => AT,
    version: true,
    onRequest: (trace: RequestTrace) => traces.push(trace),
  };
  return {
    api,
    traces,
    collect: (wanted, signal) =>
      collectLive(connection, ASK, typeof wanted === 'function' ? wanted : () => wanted, {
        ...base,
        ...(signal ? { signal } : {}),
      }),
    collectWithoutVersion: (requests) => collectLive(connection, ASK, () => requests, { ...base, version: false }),
    reread: (snapshot, requests) => rereadLive(connection, snapshot, requests, base),
  };
}

test('lists, objects, absent objects and logs become one snapshot, wave after wave', async () => {
  const run = await start({
    objects: [podNamed('a'), { ...podNamed('b'), metadata: { name: 'b', namespace: 'other' } }],
    logs: { 'shop/a/main': 'one\npassword=hunter2\n' },
  });
  const log = logOf('shop', 'a', 'main', false);
  const absent = objectOf('configmaps', 'kube-system', 'kubelet-config');
  const snapshot = await run.collect(({ answers }) =>
    answers[keyOf(PODS)] === undefined ? [PODS, PODS, absent] : [PODS, log],
  );
  expect(snapshot).toEqual({
    source: 'live',
    context: 'test',
    server: 'v1.36.3',
    collectedAt: '2026-01-31T09:00:00.000Z',
    ask: ASK,
    answers: {
      'pods/shop': { known: true, items: [podNamed('a')], complete: true },
      'configmaps/kube-system/kubelet-config': { known: true, object: null },
      'log/shop/a/main': { known: true, lines: ['one', 'password=***'] },
    },
  });
  expect(run.traces.map(({ verb, path, outcome }) => `${verb} ${path} ${outcome}`).sort()).toEqual([
    'GET /api/v1/namespaces/kube-system/configmaps/kubelet-config 404',
    'GET /api/v1/namespaces/shop/pods/a/log?container=main&tailLines=200&limitBytes=262144&timestamps=true 200',
    'GET /api/v1/namespaces/shop/pods?limit=500 200',
    'GET /version 200',
  ]);
});

test('the version is a request of its own, made where it is wanted', async () => {
  const run = await start({ objects: [podNamed('a')] });
  expect((await run.collectWithoutVersion([PODS])).server).toBeNull();
  expect(run.traces.map(({ path }) => path)).toEqual(['/api/v1/namespaces/shop/pods?limit=500']);
});

test('a log whose files are gone is not a log', async () => {
  const gone = 'unable to retrieve container logs for containerd://6f2d';
  const run = await start({ logs: { 'shop/a/main': gone } });
  expect((await run.collect([logOf('shop', 'a', 'main', false)])).answers).toEqual({
    'log/shop/a/main': { known: false, why: 'malformed', detail: gone },
  });
});

test('no more than four waves', async () => {
  const run = await start({});
  const snapshot = await run.collect(({ answers }) => [listOf('pods', `n${Object.keys(answers).length}`)]);
  expect(Object.keys(snapshot.answers)).toEqual(['pods/n0', 'pods/n1', 'pods/n2', 'pods/n3']);
});

const MANY = Array.from({ length: 1201 }, (_, index) => podNamed(`p${index}`));

test('long lists come in pages of 500, each projected, over gzip', async () => {
  const run = await start({ objects: MANY });
  const snapshot = await run.collect([PODS]);
  expect(snapshot.answers).toEqual({ 'pods/shop': { known: true, items: MANY, complete: true } });
  expect(run.api.requests.map(({ path }) => path).filter((path) => path !== '/version')).toEqual([
    '/api/v1/namespaces/shop/pods?limit=500',
    '/api/v1/namespaces/shop/pods?limit=500&continue=500',
    '/api/v1/namespaces/shop/pods?limit=500&continue=1000',
  ]);
  const bytes = run.traces.reduce((sum, trace) => sum + trace.bytes, 0);
  expect(bytes).toBeLessThan(JSON.stringify(MANY).length / 4);
});

test('410 while paging starts the list again, once', async () => {
  const again = await start({ objects: MANY, faults: [{ path: '/pods', fault: 'expired', times: 1 }] });
  expect((await again.collect([PODS])).answers).toEqual({ 'pods/shop': { known: true, items: MANY, complete: true } });
  const forever = await start({ objects: MANY, faults: [{ path: '/pods', fault: 'expired' }] });
  expect((await forever.collect([PODS])).answers).toEqual({
    'pods/shop': { known: true, items: MANY.slice(0, 500), complete: false },
  });
});

test('a page that fails leaves the list incomplete', async () => {
  const run = await start({ objects: MANY, faults: [{ path: 'continue=1000', fault: { status: 500 } }] });
  expect((await run.collect([PODS])).answers).toEqual({
    'pods/shop': { known: true, items: MANY.slice(0, 1000), complete: false },
  });
});

const FAULTS: [string, FaultKind, string, string][] = [
  ['403', { status: 403, message: 'pods is forbidden' }, 'denied', 'pods is forbidden'],
  ['401', { status: 401, message: 'Unauthorized' }, 'unauthenticated', 'Unauthorized'],
  [
    '404',
    { status: 404, message: 'the server could not find the requested resource' },
    'not-served',
    'the server could not find the requested resource',
  ],
  ['404 as a page', { status: 404, html: true }, 'malformed', '404 Not Found: an HTML page, not the Kubernetes API'],
  [
    'a redirect',
    { status: 302, location: '/login', html: true },
    'malformed',
    '302 Found: a redirect, which the Kubernetes API never sends',
  ],
  ['500', { status: 500, message: 'etcdserver: request timed out' }, 'unreachable', 'etcdserver: request timed out'],
  ['504 as a page', { status: 504, html: true }, 'timed-out', '504 Gateway Timeout'],
  ['hang', 'hang', 'timed-out', 'no answer within 0.3 s'],
  ['reset', 'reset', 'unreachable', 'connection reset (HOST)'],
  ['HTML', 'html', 'malformed', 'an HTML page, not the Kubernetes API'],
  ['bad JSON', 'bad-json', 'malformed', 'the answer is not valid JSON'],
];

test.each(FAULTS)('%s makes its own fact unknown and no other', async (_name, fault, why, detail) => {
  const run = await start({ faults: [{ path: '/pods', fault }] }, { requestTimeoutMs: 300 });
  const { answers } = await run.collect([PODS, SERVICES]);
  expect(answers).toEqual({
    'pods/shop': { known: false, why, detail: detail.replace('HOST', new URL(run.api.url).host) },
    'services/shop': { known: true, items: [], complete: true },
  });
});

test.each(FAULTS.filter(([name]) => name !== '403' && name !== '404'))(
  '%s on everything is a refusal in words',
  async (_name, fault, why, detail) => {
    const run = await start({ faults: [{ path: '/', fault }] }, { requestTimeoutMs: 300 });
    const at = `${run.api.url} (context "test")`;
    const words = detail.replace('HOST', new URL(run.api.url).host);
    const compare = 'kubectl get --raw /version';
    const status = typeof fault === 'object' ? (fault as { status: number }).status : null;
    const expected =
      why === 'unauthenticated'
        ? [
            `The API server ${at} does not accept these credentials: ${words}.`,
            'Sign in again with the tool that made this kubeconfig entry, or choose another --context or --user.',
          ]
        : why === 'timed-out'
          ? [
              `The API server ${at} does not answer: ${words}.`,
              `Is a VPN or proxy needed? Compare: ${compare}; wait longer with --request-timeout=60s`,
            ]
          : why === 'malformed'
            ? [
                `${at} does not answer like a Kubernetes API server: ${words}.`,
                `A login page or proxy may stand between; compare: ${compare}`,
              ]
            : status !== null
              ? [`The API server ${at} fails with ${status}: ${words}.`, `Try again later; compare: ${compare}`]
              : [
                  `The API server ${at} cannot be reached: ${words}.`,
                  `Is the cluster running, and is this the right context? See: kubectl config get-contexts; compare: ${compare}`,
                ];
    expect(await refusalOf(() => run.collect([PODS]))).toEqual({ message: expected[0], hint: expected[1] });
  },
);

test('403 on everything is no refusal: every fact is unknown', async () => {
  const run = await start({ faults: [{ path: '/', fault: { status: 403, message: 'no' } }] });
  const { server, answers } = await run.collect([PODS]);
  expect({ server, answers }).toEqual({
    server: null,
    answers: { 'pods/shop': { known: false, why: 'denied', detail: 'no' } },
  });
});

test('Retry-After is honoured, a few times', async () => {
  const busy: FaultKind = { status: 429, message: 'slow down', retryAfter: '0' };
  const short = await start({ faults: [{ path: '/pods', fault: busy, times: 2 }] });
  expect((await short.collect([PODS])).answers).toEqual({ 'pods/shop': { known: true, items: [], complete: true } });
  const long = await start({ faults: [{ path: '/pods', fault: busy }] });
  expect((await long.collect([PODS])).answers).toEqual({
    'pods/shop': { known: false, why: 'unreachable', detail: 'slow down' },
  });
  expect(long.api.requests.filter(({ path }) => path.includes('/pods')).length).toBe(3);
});

test('the run as a whole has a deadline, and a hang after the first answers does not outlast it', async () => {
  const run = await start({ faults: [{ path: '/pods', fault: 'hang' }] }, { runTimeoutMs: 400 });
  expect((await run.collect([PODS])).answers).toEqual({
    'pods/shop': { known: false, why: 'timed-out', detail: "the run's 0.4 s were used up" },
  });
});

test('an abort stops at once', async () => {
  const run = await start({ faults: [{ path: '/pods', fault: 'hang' }] });
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error('interrupted')), 100);
  await expect(run.collect([PODS], stop.signal)).rejects.toThrow(new Error('interrupted'));
});

test('forty requests share at most eight connections, which are kept', async () => {
  const run = await start({});
  const requests = Array.from({ length: 40 }, (_, index) => listOf('pods', `n${index}`));
  const snapshot = await run.collect(requests);
  await run.reread(snapshot, requests);
  expect(run.api.requests.length).toBe(81);
  expect(run.api.connections()).toBeLessThanOrEqual(8);
});

test('reading again replaces only what was asked again', async () => {
  const run = await start({
    objects: [podNamed('a')],
    faults: [{ path: '/pods', fault: { status: 500, message: 'x' }, times: 1 }],
  });
  const before = await run.collect([PODS, SERVICES]);
  expect((await run.reread(before, [PODS])).answers).toEqual({
    ...before.answers,
    'pods/shop': { known: true, items: [podNamed('a')], complete: true },
  });
});
