/** Objects as the API sends them, each beside what is kept of it. */

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

export const projectedSpec = {
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

export const lastApplied = (ports: unknown) => ({
  'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ spec: { ports } }),
});

export const objects: Record<string, [object, object]> = {
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
