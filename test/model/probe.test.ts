import { expect, test } from 'vitest';
import { classifyProbeFailure, probeText, probeWindow, resolveProbePort } from '../../src/model/probe.ts';

test.each([
  ['Readiness probe failed: Get "http://10.0.0.1:80/": dial tcp 10.0.0.1:80: connect: connection refused', 'refused'],
  ['Readiness probe failed: HTTP probe failed with statuscode: 404', 'not-found'],
  ['Readiness probe failed: HTTP probe failed with statuscode: 401', 'auth'],
  ['Readiness probe failed: HTTP probe failed with statuscode: 400', 'client-error'],
  ['Readiness probe failed: HTTP probe failed with statuscode: 503', 'server-error'],
  [
    'Readiness probe failed: Get "http://10.0.0.1:80/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    'timeout',
  ],
  ['Readiness probe failed: Get "https://10.0.0.1:80/": http: server gave HTTP response to HTTPS client', 'scheme'],
  ['Readiness probe errored: rpc error: code = NotFound desc = failed to exec in container', 'command'],
  ['Readiness probe failed: service unhealthy (responded with "NOT_SERVING")', 'grpc'],
  ['Readiness probe failed: ', 'other'],
])('%s', (message, kind) => {
  expect(classifyProbeFailure(message)).toBe(kind);
});

test('a probe in words, with the moment from which its failure counts', () => {
  expect([
    probeText({ httpGet: { path: '/ready', port: 8080, scheme: 'HTTPS' } }),
    probeText({ tcpSocket: { port: 5432 } }),
    probeText({ grpc: { port: 50051 } }),
    probeText({ exec: {} }),
    probeWindow({ initialDelaySeconds: 5, periodSeconds: 2, failureThreshold: 4 }),
    probeWindow({}),
  ]).toEqual([
    'HTTPS GET /ready on port 8080',
    'connect to port 5432',
    'gRPC health on port 50051',
    'a command',
    13_000,
    30_000,
  ]);
});

test('a named probe port is searched in its own container', () => {
  const container = { name: 'web', ports: [{ name: 'http', containerPort: 8080 }] };
  expect([
    resolveProbePort({ httpGet: { port: 'http' } }, container),
    resolveProbePort({ httpGet: { port: 'admin' } }, container),
    resolveProbePort({ httpGet: { port: 9090 } }, container),
    resolveProbePort({ exec: {} }, container),
  ]).toEqual([8080, null, 9090, null]);
});
