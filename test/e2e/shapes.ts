/** Many Services and Pods that the EndpointSlice controller treats in different ways: every Service shape over every mix of Pods. */
import type { KubernetesObject } from './scenario.ts';

const SERVE = 'mkdir -p /www; exec httpd -f -p 8080 -h /www';
const NEVER = { exec: { command: ['false'] }, periodSeconds: 1 };
const SLOW_END = { preStop: { exec: { command: ['sleep', '600'] } } };
const HTTP = { name: 'http', containerPort: 8080 };

/** A Pod of each kind: what its container does, and what stands beside it in the spec. */
function podShapes(image: string): Readonly<Record<string, Record<string, unknown>>> {
  const server = { name: 'server', image, command: ['sh', '-c', SERVE] };
  const ends = (code: number) => ({ ...server, command: ['sh', '-c', `exit ${code}`] });
  const sleeps = { ...server, name: 'sidecar', command: ['sleep', '3600'] };
  return {
    'no-ports': { containers: [server] },
    'named-port': { containers: [{ ...server, ports: [HTTP] }] },
    'other-number': { containers: [{ ...server, ports: [{ name: 'http', containerPort: 9090 }] }] },
    'udp-of-that-name': { containers: [{ ...server, ports: [{ ...HTTP, protocol: 'UDP' }] }] },
    'two-ports': { containers: [{ ...server, ports: [HTTP, { name: 'admin', containerPort: 9000 }] }] },
    'two-containers': { containers: [sleeps, { ...server, ports: [HTTP] }] },
    'never-ready': { containers: [{ ...server, ports: [HTTP], readinessProbe: NEVER }] },
    'gate-unset': {
      containers: [{ ...server, ports: [HTTP] }],
      readinessGates: [{ conditionType: 'example.com/gate' }],
    },
    'sidecar-port': { initContainers: [{ ...sleeps, restartPolicy: 'Always', ports: [HTTP] }], containers: [server] },
    'image-missing': { containers: [{ ...server, image: 'registry.invalid/none:1', ports: [HTTP] }] },
    'no-node-fits': { nodeSelector: { disk: 'none-has-this' }, containers: [{ ...server, ports: [HTTP] }] },
    succeeded: { restartPolicy: 'Never', containers: [ends(0)] },
    failed: { restartPolicy: 'Never', containers: [ends(1)] },
    'crash-loop': { containers: [{ ...ends(1), ports: [HTTP] }] },
    leaving: { terminationGracePeriodSeconds: 600, containers: [{ ...server, ports: [HTTP], lifecycle: SLOW_END }] },
  };
}

/** One Pod of each shape; labels dealt in turn. Pods whose name begins with `leaving` are meant to be deleted. */
export function pods(image: string): readonly KubernetesObject[] {
  return Object.entries(podShapes(image)).map(([name, spec], index) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: ['a', 'b', 'c'][index % 3] ?? 'a', tier: ['x', 'y'][index % 2] ?? 'x' } },
    spec: { terminationGracePeriodSeconds: 0, ...spec },
  }));
}

const SELECTORS: Readonly<Record<string, Record<string, string>>> = {
  a: { app: 'a' },
  b: { app: 'b' },
  c: { app: 'c' },
  bx: { app: 'b', tier: 'x' },
  y: { tier: 'y' },
  none: { app: 'nobody' },
};

const PORTS: Readonly<Record<string, readonly Record<string, unknown>[]>> = {
  number: [{ port: 80, targetPort: 8080 }],
  same: [{ port: 80 }],
  name: [{ port: 80, targetPort: 'http' }],
  missing: [{ port: 80, targetPort: 'nowhere' }],
  udp: [{ port: 80, protocol: 'UDP', targetPort: 'http' }],
  both: [
    { name: 'web', port: 80, targetPort: 'http' },
    { name: 'admin', port: 81, targetPort: 'admin' },
  ],
  mixed: [
    { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
    { name: 'dns-tcp', port: 53, targetPort: 'http' },
  ],
};

const KINDS: Readonly<Record<string, Record<string, unknown>>> = {
  plain: {},
  headless: { clusterIP: 'None' },
  published: { publishNotReadyAddresses: true },
  'headless-published': { clusterIP: 'None', publishNotReadyAddresses: true },
  dual: { ipFamilyPolicy: 'PreferDualStack' },
};

/** Every selector with every list of ports and every kind of Service. */
export function services(): readonly KubernetesObject[] {
  return Object.entries(SELECTORS).flatMap(([of, selector]) =>
    Object.entries(PORTS).flatMap(([to, ports]) =>
      Object.entries(KINDS).map(([kind, spec]) => ({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: `s-${of}-${to}-${kind}` },
        spec: { ...spec, selector, ports },
      })),
    ),
  );
}
