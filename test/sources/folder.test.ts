/** A folder of `kubectl` output, a cluster-info dump and a recorded incident judge as the same world does. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createTar } from 'nanotar';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { judge } from '../../src/engine/engine.ts';
import { logOf } from '../../src/facts/resources.ts';
import { readList, readLog, readObject, type Snapshot } from '../../src/facts/snapshot.ts';
import type { KubeObject } from '../../src/facts/wire.ts';
import { RULES } from '../../src/rules/index.ts';
import { loadArchive, loadFolder } from '../../src/sources/folder/folder.ts';
import { objectsOf } from '../support/scenario.ts';
import { ALL_RULES, ILL } from '../support/shop.ts';

const OBJECTS = objectsOf(ILL);

/** Some minutes after the newest time in the healthy world. */
const WRITTEN = new Date('2026-01-30T09:30:00Z');

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'svc-doctor-folder-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function put(path: string, content: unknown): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  utimesSync(file, WRITTEN, WRITTEN);
}

function of(kind: string, namespace?: string): KubeObject[] {
  return OBJECTS.filter(
    (object) => object.kind === kind && (namespace === undefined || object.metadata?.namespace === namespace),
  );
}

function rootsIn(snapshot: Snapshot): readonly string[] {
  const { findings } = judge(snapshot, RULES, ALL_RULES).diagnosis;
  return findings.filter(({ role }) => role === 'root').map(({ rule, scope }) => `${rule} ${scope.service}`);
}

test('lists of kubectl get in JSON and YAML', () => {
  put('a/objects.json', { apiVersion: 'v1', kind: 'List', items: OBJECTS.filter(({ kind }) => kind !== 'Pod') });
  put('pods.yaml', stringify({ apiVersion: 'v1', kind: 'List', items: of('Pod') }));
  for (const kind of ['StatefulSet', 'DaemonSet'])
    put(`shop/${kind}.json`, { apiVersion: 'apps/v1', kind: `${kind}List`, items: [] });
  put('notes.json', { hello: 'there' });
  put('shop/web-6d4f9c-xk2p9/logs.txt', 'one\ntwo\n');
  const snapshot = loadFolder(root);
  expect({ ask: snapshot.ask, roots: rootsIn(snapshot) }).toEqual({
    ask: { services: [], namespace: 'shop', caller: null },
    roots: ['SEL-001 shop/web'],
  });
  expect(readLog(snapshot, logOf('shop', 'web-6d4f9c-xk2p9', 'web', false))).toMatchObject({ value: ['one', 'two'] });
});

test('files that were copied long after: the newest time that an object tells', () => {
  put('objects.json', { apiVersion: 'v1', kind: 'List', items: OBJECTS });
  expect(loadFolder(root).collectedAt).toBe('2026-01-30T09:30:00.000Z');
  const late = new Date('2026-03-01T00:00:00Z');
  utimesSync(join(root, 'objects.json'), late, late);
  expect(loadFolder(root).collectedAt).toBe('2026-01-30T09:00:20.000Z');
});

test('a list of one namespace says nothing of another', () => {
  put('services.json', { apiVersion: 'v1', kind: 'List', items: of('Service', 'shop') });
  put('pods.json', { apiVersion: 'v1', kind: 'List', items: of('Pod', 'shop') });
  const snapshot = loadFolder(root);
  const known = (resource: 'pods' | 'services', namespace: string | null): boolean =>
    readList(snapshot, resource, namespace).known;
  expect([known('pods', 'shop'), known('pods', 'staging'), known('services', null)]).toEqual([true, false, false]);
  expect(readObject(snapshot, 'services', 'shop', 'nothing')).toMatchObject({ known: true, value: null });
});

test('a cluster-info dump: lists without kinds in their items, empty lists, logs of several containers', () => {
  for (const namespace of ['shop', 'kube-system']) {
    for (const [kind, file] of [
      ['Service', 'services.json'],
      ['Pod', 'pods.json'],
      ['Deployment', 'deployments.json'],
      ['DaemonSet', 'daemonsets.json'],
      ['StatefulSet', 'statefulsets.json'],
    ] as const) {
      const items = of(kind, namespace).map(({ apiVersion: _version, kind: _kind, ...rest }) => rest);
      put(`${namespace}/${file}`, { apiVersion: kind.endsWith('t') ? 'apps/v1' : 'v1', kind: `${kind}List`, items });
    }
  }
  put('nodes.json', { apiVersion: 'v1', kind: 'NodeList', items: of('Node') });
  put(
    'shop/web-6d4f9c-xk2p9/logs.txt',
    '==== START logs for container init of pod shop/web-6d4f9c-xk2p9 ====\nready\n==== END logs for container init of pod shop/web-6d4f9c-xk2p9 ====\n' +
      '==== START logs for container web of pod shop/web-6d4f9c-xk2p9 ====\npassword=hunter2\n==== END logs for container web of pod shop/web-6d4f9c-xk2p9 ====\n',
  );
  const snapshot = loadFolder(root);
  expect(rootsIn(snapshot)).toEqual(['SEL-001 shop/web']);
  expect(readList(snapshot, 'daemonsets', 'shop')).toMatchObject({ known: true, value: [] });
  expect(readLog(snapshot, logOf('shop', 'web-6d4f9c-xk2p9', 'web', false))).toMatchObject({ value: ['password=***'] });
});

test('a recorded incident: only what its manifest says was asked for is known, and nothing else in the folder is read', () => {
  put('manifest.json', {
    collectedAt: '2026-01-31T09:00:00Z',
    namespace: 'shop',
    known: ['Service', 'Pod', 'Deployment', 'Node', 'Event'],
    namespaces: { Service: ['shop'], Pod: ['shop'], Deployment: ['shop'], Event: ['shop'] },
    eventsTruncated: true,
  });
  put('objects.json', { apiVersion: 'v1', kind: 'List', items: OBJECTS });
  put('truth.json', 'not JSON at all');
  put('logs/shop/web-6d4f9c-xk2p9/web.previous.log', 'gone\n');
  const snapshot = loadFolder(root);
  expect(Object.keys(snapshot.answers).sort()).toEqual([
    'deployments/shop',
    'events/shop',
    'log/shop/web-6d4f9c-xk2p9/web?previous',
    'nodes/*',
    'pods/shop',
    'services/shop',
  ]);
  expect(readList(snapshot, 'events', 'shop')).toMatchObject({ known: true, complete: false });
  expect(snapshot.collectedAt).toBe('2026-01-31T09:00:00Z');
});

test.each([
  ['nothing in it', {}, 'ROOT holds no Services'],
  ['broken JSON', { 'pods.json': '{"kind": ' }, 'pods.json is neither JSON nor YAML: '],
  ['broken YAML', { 'pods.yaml': 'kind: [' }, 'pods.yaml is neither JSON nor YAML: '],
  [
    'labels that are no labels',
    { 's.json': { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a', labels: { a: 1 } } } },
    'ROOT is not usable: Service 0.metadata.labels.a must be a string',
  ],
])('%s is refused in words', (_, files, words) => {
  for (const [path, content] of Object.entries(files)) put(path, content);
  let said = '';
  try {
    loadFolder(root);
  } catch (error) {
    said = (error as Error).message.replace(root, 'ROOT');
  }
  expect(said.slice(0, words.length)).toBe(words);
});

test('a link out of the folder is not followed', () => {
  put('services.json', { apiVersion: 'v1', kind: 'List', items: of('Service', 'shop') });
  symlinkSync('/etc', join(root, 'etc'));
  expect(readList(loadFolder(root), 'services', 'shop')).toMatchObject({ known: true });
});

/** The files of a support bundle of the ill world: what could not be read is named in a file of its own. */
function bundle(): Record<string, unknown> {
  const files: Record<string, unknown> = {
    'cluster-resources/nodes.json': { apiVersion: 'v1', kind: 'NodeList', items: of('Node') },
    'cluster-resources/pods-errors.json': { staging: 'pods is forbidden' },
    'cluster-resources/pods/logs/shop/web-6d4f9c-xk2p9/web.log': 'one\n',
    'cluster-resources/pods/logs/shop/web-6d4f9c-xk2p9/web-previous.log': 'before\n',
    'version.yaml': 'not: [YAML',
  };
  for (const [folder, kind] of [
    ['services', 'Service'],
    ['pods', 'Pod'],
    ['deployments', 'Deployment'],
    ['daemonsets', 'DaemonSet'],
    ['statefulsets', 'StatefulSet'],
    ['network-policy', 'NetworkPolicy'],
  ] as const) {
    files[`cluster-resources/${folder}/shop.json`] = { apiVersion: 'v1', kind: `${kind}List`, items: of(kind, 'shop') };
    // as older versions wrote them
    files[`cluster-resources/${folder}/kube-system.json`] = of(kind, 'kube-system');
  }
  return files;
}

function expectBundle(snapshot: Snapshot): void {
  const pod = 'web-6d4f9c-xk2p9';
  expect(rootsIn(snapshot)).toEqual(['SEL-001 shop/web']);
  expect([
    readList(snapshot, 'networkpolicies', 'shop'),
    readList(snapshot, 'statefulsets', 'kube-system'),
    readList(snapshot, 'pods', 'staging'),
    readLog(snapshot, logOf('shop', pod, 'web', false)),
    readLog(snapshot, logOf('shop', pod, 'web', true)),
  ]).toMatchObject([
    { known: true, complete: true, value: [] },
    { known: true, complete: true, value: [] },
    { known: false, why: 'not-collected' },
    { known: true, value: ['one'] },
    { known: true, value: ['before'] },
  ]);
}

test('a support bundle, unpacked', () => {
  for (const [path, content] of Object.entries(bundle())) put(`support-bundle-2026/${path}`, content);
  expectBundle(loadFolder(root));
});

test.each(['.tar', '.tar.gz', '.tgz'])('a support bundle as %s', (suffix) => {
  const items = Object.entries(bundle()).map(([path, content]) => ({
    name: `support-bundle-2026/${path}`,
    data: typeof content === 'string' ? content : JSON.stringify(content),
  }));
  const tar = createTar(items, { attrs: { mtime: WRITTEN.getTime() } });
  const file = join(root, `bundle${suffix}`);
  writeFileSync(file, suffix === '.tar' ? tar : gzipSync(tar));
  expectBundle(loadArchive(file));
});

test.each([
  ['cut off', gzipSync(Buffer.alloc(4096, 'x')).subarray(0, 20)],
  ['empty', Buffer.alloc(0)],
  ['no archive', Buffer.from('hello')],
])('an archive that is %s is a clear error', (_, bytes) => {
  const file = join(root, 'bundle.tar.gz');
  writeFileSync(file, bytes);
  expect(() => loadArchive(file)).toThrow(/^.*bundle\.tar\.gz is not an archive that can be read: .+$/);
});

const MEGABYTE = gzipSync(Buffer.alloc(1024 * 1024));

test('an archive that unpacks to more than any collection holds is refused', () => {
  const file = join(root, 'bomb.tar.gz');
  // an archive may be of many parts, and so each is packed once
  writeFileSync(file, Buffer.concat(Array.from({ length: 513 }, () => MEGABYTE)));
  expect(() => loadArchive(file)).toThrow('bomb.tar.gz is not an archive that can be read: ');
});
