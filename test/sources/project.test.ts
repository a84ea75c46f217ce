import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/facts/wire.ts';
import { projectLog, projectObject } from '../../src/sources/project.ts';

const podSpec = {
  nodeName: 'n1',
  hostNetwork: true,
  containers: [
    {
      name: 'web',
      image: 'web:1',
      env: [
        { name: 'DATABASE_URL', value: 'postgres://u:hunter2@db:5432/app' },
        { name: 'PORT', value: '8080' },
        { name: 'KEY', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
      ],
      envFrom: [{ configMapRef: { name: 'c' } }],
      args: ['--token=hunter2'],
      command: ['serve'],
      ports: [{ containerPort: 8080 }],
      readinessProbe: {
        httpGet: { port: 8080, httpHeaders: [{ name: 'Authorization', value: 'hunter2' }] },
        periodSeconds: 5,
      },
      livenessProbe: { exec: { command: ['check', 'hunter2'] } },
    },
  ],
  volumes: [
    { name: 'a', configMap: { name: 'c', defaultMode: 420 } },
    { name: 'b', secret: { secretName: 's', items: [{ key: 'k', path: 'p' }] } },
    { name: 'h', hostPath: { path: '/x' } },
  ],
};

const projectedSpec = {
  nodeName: 'n1',
  hostNetwork: true,
  containers: [
    {
      name: 'web',
      image: 'web:1',
      env: [
        { name: 'DATABASE_URL' },
        { name: 'PORT' },
        { name: 'KEY', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
      ],
      envFrom: [{ configMapRef: { name: 'c' } }],
      ports: [{ containerPort: 8080 }],
      readinessProbe: { httpGet: { port: 8080, httpHeaders: [{ name: 'Authorization' }] }, periodSeconds: 5 },
      livenessProbe: { exec: {} },
      extracts: {
        references: [
          { host: 'db', port: 5432, scheme: 'postgres', path: null, exact: false, variable: 'DATABASE_URL' },
        ],
        listens: [{ port: 8080, host: null, source: 'PORT' }],
      },
    },
  ],
  volumes: [{ name: 'a', configMap: { name: 'c' } }, { name: 'b', secret: { secretName: 's' } }, { name: 'h' }],
};

const lastApplied = (ports: unknown) => ({
  'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ spec: { ports } }),
});

const objects: Record<string, [object, object]> = {
  pod: [
    {
      kind: 'Pod',
      metadata: { name: 'web-1', managedFields: [{}], labels: { app: 'web' } },
      spec: podSpec,
      status: {
        phase: 'Running',
        containerStatuses: [
          {
            name: 'web',
            restartCount: 3,
            ready: false,
            lastState: { terminated: { exitCode: 1, message: 'password=hunter2 bad' } },
          },
        ],
      },
    },
    {
      kind: 'Pod',
      metadata: { name: 'web-1', labels: { app: 'web' } },
      spec: projectedSpec,
      status: {
        phase: 'Running',
        containerStatuses: [
          {
            name: 'web',
            restartCount: 3,
            ready: false,
            lastState: { terminated: { exitCode: 1, message: 'password=*** bad' } },
          },
        ],
      },
    },
  ],
  deployment: [
    {
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { replicas: 2, template: { metadata: { labels: { app: 'web' } }, spec: podSpec } },
    },
    {
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { replicas: 2, template: { metadata: { labels: { app: 'web' } }, spec: projectedSpec } },
    },
  ],
  'service with one targetPort left out': [
    {
      kind: 'Service',
      metadata: { name: 'web', annotations: { a: 'b', ...lastApplied([{ port: 80 }, { port: 81, targetPort: 81 }]) } },
      spec: {
        ports: [
          { port: 80, targetPort: 80 },
          { port: 81, targetPort: 81 },
        ],
      },
    },
    {
      kind: 'Service',
      metadata: { name: 'web', annotations: { a: 'b', 'svc-doctor.dev/target-port-omitted': '0' } },
      spec: {
        ports: [
          { port: 80, targetPort: 80 },
          { port: 81, targetPort: 81 },
        ],
      },
    },
  ],
  'service edited after it was applied': [
    {
      kind: 'Service',
      metadata: { name: 'web', annotations: lastApplied([{ port: 80 }]) },
      spec: { ports: [{ port: 80, targetPort: 8080 }] },
    },
    { kind: 'Service', metadata: { name: 'web', annotations: {} }, spec: { ports: [{ port: 80, targetPort: 8080 }] } },
  ],
  node: [
    {
      kind: 'Node',
      metadata: { name: 'n', annotations: { a: 'b' } },
      status: { images: [{}], conditions: [{ type: 'Ready', status: 'True' }] },
    },
    { kind: 'Node', metadata: { name: 'n' }, status: { conditions: [{ type: 'Ready', status: 'True' }] } },
  ],
  secret: [
    {
      kind: 'Secret',
      metadata: { name: 's' },
      type: 'Opaque',
      data: { k: 'aHVudGVyMg==' },
      stringData: { k: 'hunter2' },
    },
    { kind: 'Secret', metadata: { name: 's' }, type: 'Opaque' },
  ],
  'config map of an app': [
    { kind: 'ConfigMap', metadata: { name: 'coredns', namespace: 'shop' }, data: { k: 'hunter2' } },
    { kind: 'ConfigMap', metadata: { name: 'coredns', namespace: 'shop' }, keys: ['k'] },
  ],
  'config map with addresses': [
    {
      kind: 'ConfigMap',
      metadata: { name: 'app', namespace: 'shop' },
      data: {
        DB_URL: 'postgres://app:hunter2@db:5432/shop',
        password: 'hunter2',
        'app.yaml': 'spring:\n  redis:\n    host: cache\n    port: 6380\n  password: hunter2\n',
        'nginx.conf': 'server {\n  location / { }\n  proxy_pass http://api:3000;\n}\n',
      },
    },
    {
      kind: 'ConfigMap',
      metadata: { name: 'app', namespace: 'shop' },
      keys: ['DB_URL', 'app.yaml', 'nginx.conf', 'password'],
      extracts: {
        DB_URL: [{ host: 'db', port: 5432, scheme: 'postgres', path: null, exact: false, variable: 'DB_URL' }],
        'app.yaml': [
          { host: 'cache', port: 6380, scheme: null, path: null, exact: false, variable: 'spring.redis.host' },
        ],
        'nginx.conf': [{ host: 'api', port: 3000, scheme: 'http', path: '', exact: false, variable: 'upstream' }],
      },
    },
  ],
  'config map of the cluster': [
    { kind: 'ConfigMap', metadata: { name: 'coredns', namespace: 'kube-system' }, data: { Corefile: '.:53 {\n}\n' } },
    { kind: 'ConfigMap', metadata: { name: 'coredns', namespace: 'kube-system' }, data: { Corefile: '.:53 {\n}\n' } },
  ],
  event: [
    {
      kind: 'Event',
      metadata: { name: 'e', managedFields: [] },
      message: 'GET http://u:hunter2@x failed',
      reason: 'Unhealthy',
      count: 2,
    },
    { kind: 'Event', metadata: { name: 'e' }, message: 'GET http://***@x failed', reason: 'Unhealthy', count: 2 },
  ],
};

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

describe('projection', () => {
  test.each(Object.keys(objects))('%s', (name) => {
    const [before, after] = objects[name] ?? [{}, {}];
    const once = projectObject(frozen(before) as KubeObject);
    expect(once).toEqual(after);
    expect(projectObject(frozen(once))).toEqual(once);
  });

  test('an env value that a patch brings in replaces what was extracted before', () => {
    const container = {
      ...projectedSpec.containers[0],
      env: [{ name: 'DATABASE_URL', value: 'postgres://db.data:5432' }],
    };
    const patched = { kind: 'Pod', spec: { containers: [container] } } as KubeObject;
    const { spec } = projectObject(patched) as unknown as { spec: typeof projectedSpec };
    expect(spec.containers[0]?.extracts).toEqual({
      references: [
        { host: 'db.data', port: 5432, scheme: 'postgres', path: '', exact: true, variable: 'DATABASE_URL' },
      ],
      listens: [{ port: 8080, host: null, source: 'PORT' }],
    });
  });

  test('twice is once, the input stays, whatever the values are', () => {
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'http://u:p@web:80/x?y',
        '$(A):80',
        'db',
        ':8080',
        'redis:6379,password=x',
        '0.0.0.0:80',
        'tcp(db:3306)',
      ),
    );
    const names = fc.constantFrom('A', 'DB_HOST', 'DB_PORT', 'PORT', 'LISTEN', 'API_URL', 'PASSWORD');
    const container = fc.record({
      name: fc.constant('c'),
      env: fc.array(fc.record({ name: names, value })),
      args: fc.array(value),
      command: fc.array(value),
    });
    const pod = fc.record({
      kind: fc.constantFrom('Pod', 'Secret', 'ConfigMap', 'Node', 'Event'),
      metadata: fc.record({ name: value, annotations: fc.dictionary(fc.string(), value) }),
      spec: fc.record({ containers: fc.array(container), volumes: fc.jsonValue() }),
      status: fc.jsonValue(),
      message: value,
    });
    fc.assert(
      fc.property(pod, (raw) => {
        const once = projectObject(frozen(raw) as unknown as KubeObject);
        expect(projectObject(once)).toEqual(once);
      }),
      { numRuns: 300 },
    );
  });

  test('logs are cut and redacted', () => {
    const lines = [...Array.from({ length: 201 }, (_, i) => `line ${i}`), `token=hunter2 ${'x'.repeat(3000)}`];
    const kept = projectLog(lines);
    expect([kept.length, kept[0], kept.at(-1)?.slice(0, 12), (kept.at(-1)?.length ?? 0) <= 2000]).toEqual([
      200,
      'line 2',
      'token=*** xx',
      true,
    ]);
  });
});

test('what says that a finding is to be left alone is kept of every object, however long', () => {
  const annotations = { 'svc-doctor.dev/ignore': `SEL-005: ${'long '.repeat(300)}`, other: 'x'.repeat(2000) };
  const kept = (kind: string): unknown =>
    projectObject<KubeObject>({ kind, metadata: { name: 'x', annotations } }).metadata?.annotations;
  const only = { 'svc-doctor.dev/ignore': annotations['svc-doctor.dev/ignore'] };
  expect(['Service', 'Deployment', 'Node', 'Ingress', 'NetworkPolicy'].map(kept)).toEqual([
    only,
    only,
    only,
    only,
    only,
  ]);
});
