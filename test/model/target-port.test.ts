import { expect, test } from 'vitest';
import type { Container, Pod } from '../../src/facts/wire.ts';
import { portSigns, speaksFor, trafficPorts } from '../../src/model/target-port.ts';

function pod(...containers: Container[]): Pod {
  return { metadata: { name: 'web-1', namespace: 'shop' }, spec: { containers } };
}

const WEB: Container = {
  name: 'web',
  ports: [
    { name: 'http', containerPort: 8080 },
    { name: 'http-metrics', containerPort: 9090 },
    { name: 'dns', containerPort: 53, protocol: 'UDP' },
  ],
  readinessProbe: { httpGet: { port: 'http' } },
  livenessProbe: { tcpSocket: { port: 7000 } },
  extracts: { references: [], listens: [{ port: 8081, host: null, source: 'PORT' }] },
};

test('ports for callers leave out other protocols and those named for metrics', () => {
  expect(trafficPorts(pod(WEB), 'TCP')).toEqual([{ container: 'web', name: 'http', number: 8080, protocol: 'TCP' }]);
});

test('probes, by name or number, and settings are signs', () => {
  expect(portSigns(pod(WEB))).toEqual([
    { number: 8080, container: 'web', source: 'readinessProbe', kind: 'probe' },
    { number: 7000, container: 'web', source: 'livenessProbe', kind: 'probe' },
    { number: 8081, container: 'web', source: 'PORT', kind: 'listens' },
  ]);
});

test('a declaration, a probe or a setting speaks for a port', () => {
  expect([8080, 9090, 7000, 8081, 53, 3000].map((number) => speaksFor(pod(WEB), number, 'TCP'))).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
  ]);
});
