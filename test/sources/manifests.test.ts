/** Reading manifests: what becomes of files, and where things stand in them. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { readManifests, readText } from '../../src/sources/manifests/read.ts';
import { worldOf } from '../../src/sources/manifests/world.ts';

const NOW = '2026-01-31T09:00:00Z';
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A folder with these files. */
function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'svc-doctor-manifests-'));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

function read(text: string, file = 'web.yaml') {
  return readText({ file, root: null, path: file }, text);
}

function locate(text: string, object: string, path: string): string | null {
  const found = worldOf(read(text).manifests, { namespace: 'shop', now: NOW }).locate(object, path);
  if (found === null) return null;
  const { line, column, length, excerpt } = found.place;
  return `${line}:${column} ${excerpt.slice(column - 1, column - 1 + length)} | ${found.object} ${found.path}`;
}

const WEB = `apiVersion: v1
kind: Service
metadata:
  name: web
  annotations: {example.com/team: shop}
spec:
  selector:
    app: web
  ports:
    - name: http
      port: 80
      targetPort: http
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: &labels
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: web
          env:
            - name: API_URL
              value: http://api:8080
          ports: [{name: htpp, containerPort: 8080}]
`;

describe('where things are written', () => {
  test.each([
    ['Service shop/web', 'spec.selector.app', '8:10 web | Service shop/web spec.selector.app'],
    ['Service shop/web', 'spec.selector', '7:3 selector | Service shop/web spec.selector'],
    ['Service shop/web', 'spec.ports[0].targetPort', '12:19 http | Service shop/web spec.ports[0].targetPort'],
    ['Service shop/web', 'spec.ports[0].appProtocol', '10:7 name | Service shop/web spec.ports[0].appProtocol'],
    ['Service shop/web', 'spec.ports[name=http].port', '11:13 80 | Service shop/web spec.ports[name=http].port'],
    [
      'Service shop/web',
      'metadata.annotations[example.com/team]',
      '5:35 shop | Service shop/web metadata.annotations[example.com/team]',
    ],
    ['Service shop/web', 'endpointslices', '4:9 web | Service shop/web endpointslices'],
    [
      'Pod shop/web-0',
      'spec.containers[].ports[].name',
      '29:26 htpp | Deployment shop/web spec.template.spec.containers[].ports[].name',
    ],
    ['Pod shop/web-0', 'metadata.labels.app', '22:21 web | Deployment shop/web spec.template.metadata.labels.app'],
    [
      'Pod shop/web-0',
      'spec.containers[web].readinessProbe',
      '25:11 name | Deployment shop/web spec.template.spec.containers[web].readinessProbe',
    ],
    ['Pod shop/web-0', 'status.conditions[Ready]', '16:18 web | Deployment shop/web metadata.name'],
    [
      'Deployment shop/web',
      'spec.template.spec.containers[web].env.API_URL',
      '28:22 http://api:8080 | Deployment shop/web spec.template.spec.containers[web].env.API_URL',
    ],
    ['EndpointSlice shop/web-ipv4-0', 'ports[].port', '4:9 web | Service shop/web metadata.name'],
    ['Service shop/other', 'spec', null],
  ])('%s %s', (object, path, expected) => {
    expect(locate(WEB, object, path)).toEqual(expected);
  });

  test('in files with CRLF, a byte order mark and lists', () => {
    const list = `\ufeffapiVersion: v1\r\nkind: List\r\nitems:\r\n- apiVersion: v1\r\n  kind: Service\r\n  metadata:\r\n    name: web\r\n  spec: {selector: {app: web}}\r\n`;
    expect(locate(list, 'Service shop/web', 'spec.selector.app')).toEqual(
      '8:26 web | Service shop/web spec.selector.app',
    );
  });

  test('through anchors and merge keys', () => {
    const merged = `apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  labels: &labels\n    app: web\nspec:\n  selector:\n    <<: *labels\n    tier: front\n`;
    expect(locate(merged, 'Service shop/web', 'spec.selector.app')).toEqual(
      '6:10 web | Service shop/web spec.selector.app',
    );
  });
});

describe('what is not judged', () => {
  test('links and folders above are never followed', () => {
    const outside = folderOf({ 'web.yaml': WEB });
    const folder = folderOf({
      'kustomization.yaml': `resources: [../${outside.split('/').at(-1)}/web.yaml, a.yaml]\n`,
      'a.yaml': '',
    });
    symlinkSync(join(outside, 'web.yaml'), join(folder, 'link.yaml'));
    symlinkSync(outside, join(folder, 'linked'));
    const { sets, problems, counts } = readManifests([folder]);
    expect({ sets, problems, left: counts.left }).toEqual({ sets: [], problems: [], left: 2 });
  });
});

describe('what files say', () => {
  test('numbers, dates and booleans as Go reads them', () => {
    const text = `apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  labels: {a: on, b: 1.10, c: 2021-01-01, d: 12:30, e: "2", f: null}\n`;
    const [manifest] = read(text).manifests;
    expect({ labels: manifest?.object.metadata?.labels, written: manifest?.object.written }).toEqual({
      labels: { a: 'true', b: '1.1', c: '2021-01-01', d: '12:30', e: '2' },
      written: {
        hasNamespace: false,
        oddities: [
          { path: 'metadata.labels.a', found: 'on', wanted: 'text' },
          { path: 'metadata.labels.b', found: '1.10', wanted: 'text' },
        ],
      },
    });
  });

  test('a quoted text whose lines stand as far left as its key', () => {
    const text = `apiVersion: v1\nkind: Service\nmetadata:\n  annotations:\n    note: 'it doesn''t\n    stand further in'\n  name: web\n`;
    expect(read(text).problems).toEqual([]);
    expect(locate(text, 'Service shop/web', 'metadata.name')).toEqual('7:9 web | Service shop/web metadata.name');
  });

  test('several JSON objects, one after the other', () => {
    const one = (name: string): string =>
      `{"apiVersion": "v1",\n "kind": "Service", "metadata": {"name": "${name}"}\n}\n`;
    expect(read(one('a') + one('b'), 'two.json').manifests.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('what is broken is told with its place, and the other documents are read', () => {
    const text = `${WEB}---\napiVersion: v1\nkind: Service\nkind: Pod\n---\napiVersion: v1\nkind: Service\nmetadata: {name: last}\n`;
    const { manifests, problems } = read(text);
    expect({ names: manifests.map(({ kind, name }) => `${kind} ${name}`), problems }).toEqual({
      names: ['Service web', 'Deployment web', 'Service last'],
      problems: [
        {
          file: 'web.yaml',
          line: 33,
          column: 1,
          message: 'it is not valid YAML: the same key stands twice in one map',
          excerpt: 'kind: Pod',
          hint: 'Correct it there; the other files were judged.',
        },
      ],
    });
  });

  test('templates are left out and counted; a text with braces in it is none', () => {
    const chart = `apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Values.name }}\n`;
    const config = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: rules}\ndata:\n  rule: |\n    {{ $labels.pod }}\n`;
    const seen = [chart, config].map((text) => {
      const { manifests, templated, problems } = read(text);
      return { manifests: manifests.length, templated, problems };
    });
    expect(seen).toEqual([
      { manifests: 0, templated: 1, problems: [] },
      { manifests: 1, templated: 0, problems: [] },
    ]);
  });
});

describe('what applies together', () => {
  const service = (name: string, app: string): string =>
    `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {selector: {app: ${app}}, ports: [{port: 80}]}\n`;
  const workload = (name: string, replicas: number): string =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\nspec: {replicas: ${replicas}, selector: {matchLabels: {app: ${name}}}, template: {metadata: {labels: {app: ${name}}}, spec: {containers: [{name: a}]}}}\n`;

  function sets(files: Readonly<Record<string, string>>): readonly string[] {
    const folder = folderOf(files);
    const { sets: found, unbuilt } = readManifests([folder]);
    const judged = found.map(({ name, manifests, isKustomization }) => {
      const names = manifests.map((one) => `${one.kind} ${one.name}`).sort();
      return `${name.replace(folder, '.')}${isKustomization ? ' (k)' : ''}: ${names.join(', ')}`;
    });
    return [...judged, ...unbuilt.map((name) => `${name.replace(folder, '.')}: only built`)];
  }

  test.each([
    [
      'folders by kind are one',
      { 'services/web.yaml': service('web', 'web'), 'deployments/web.yaml': workload('web', 1) },
      ['.: Deployment web, Service web'],
    ],
    [
      'folders by application are several',
      {
        'a/all.yaml': `${service('a', 'web')}---\n${workload('web', 1)}`,
        'b/all.yaml': `${service('b', 'web')}---\n${workload('web', 2)}`,
      },
      ['./a: Deployment web, Service a', './b: Deployment web, Service b'],
    ],
    [
      'a Service whose Pods stand in another folder joins it',
      { 'entry/svc.yaml': service('web', 'web'), 'apps/web.yaml': workload('web', 1) },
      ['.: Deployment web, Service web'],
    ],
    [
      'two versions of one thing in a folder stand each for itself',
      {
        'v1.yaml': `${service('web', 'web')}---\n${workload('web', 1)}`,
        'v2.yaml': `${service('web', 'web')}---\n${workload('web', 2)}`,
      },
      ['./v1.yaml: Deployment web, Service web', './v2.yaml: Deployment web, Service web'],
    ],
    [
      'a kustomization takes what it lists, and no patch',
      {
        'base/kustomization.yaml': 'resources: [web.yaml, svc.yaml]\n',
        'base/web.yaml': workload('web', 1),
        'base/svc.yaml': service('web', 'web'),
        'prod/kustomization.yaml': 'resources: [../base, more.yaml]\npatches: [{path: web.yaml}]\n',
        'prod/more.yaml': service('more', 'web'),
        'prod/web.yaml': workload('web', 9),
      },
      ['./base (k): Deployment web, Service web', './prod: only built'],
    ],
  ])('%s', (_, files, expected) => {
    expect(sets(files)).toEqual(expected);
  });
});
