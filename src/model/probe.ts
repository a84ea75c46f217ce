/** What a probe asks, when it may fail without harm, and what its failure says (kubelet prober). */
import type { Container } from '../facts/wire.ts';

export type Probe = NonNullable<Container['readinessProbe']>;

/** The port that the probe names, or null for a command. */
export function probePort(probe: Probe): number | string | null {
  const port = probe.httpGet?.port ?? probe.tcpSocket?.port ?? probe.grpc?.port;
  return port === undefined ? null : (port as number | string);
}

/** The number it connects to: a name is searched among the ports of the same container; null when not found or a command. */
export function resolveProbePort(probe: Probe, container: Container): number | null {
  const port = probePort(probe);
  if (typeof port !== 'string') return port;
  if (/^\d+$/.test(port)) return Number(port);
  return container.ports?.find((declared) => declared.name === port)?.containerPort ?? null;
}

/** `GET /ready on port 8080`, `connect to port 5432`, `a command`. */
export function probeText(probe: Probe): string {
  const { httpGet, tcpSocket, grpc } = probe;
  if (httpGet !== undefined) {
    const scheme = httpGet.scheme === 'HTTPS' ? 'HTTPS ' : '';
    const host = httpGet.host === undefined || httpGet.host === '' ? '' : ` of ${httpGet.host}`;
    return `${scheme}GET ${httpGet.path ?? '/'} on port ${probePort(probe)}${host}`;
  }
  if (tcpSocket !== undefined) return `connect to port ${probePort(probe)}`;
  return grpc === undefined ? 'a command' : `gRPC health on port ${probePort(probe)}`;
}

/** Milliseconds after the container's start in which the probe may fail without meaning anything: delay and all allowed failures. */
export function probeWindow(probe: Probe): number {
  return ((probe.initialDelaySeconds ?? 0) + (probe.failureThreshold ?? 3) * (probe.periodSeconds ?? 10)) * 1000;
}

export type ProbeFailure =
  | 'refused'
  | 'not-found'
  | 'auth'
  | 'client-error'
  | 'server-error'
  | 'timeout'
  | 'scheme'
  | 'command'
  | 'grpc'
  | 'other';

const SHAPES: readonly (readonly [RegExp, ProbeFailure])[] = [
  [/server gave HTTP response to HTTPS client|tls:|malformed HTTP|first record does not look like/i, 'scheme'],
  [/statuscode: 404/, 'not-found'],
  [/statuscode: 40[13]/, 'auth'],
  [/statuscode: 4\d\d/, 'client-error'],
  [/statuscode: 5\d\d/, 'server-error'],
  [/connection refused/, 'refused'],
  [/NOT_SERVING|unknown service|gRPC probe|grpc health protocol/i, 'grpc'],
  [/deadline exceeded|i\/o timeout|timed out|timeout/i, 'timeout'],
  [/exec|command|no such file|not found/i, 'command'],
];

/** What the kubelet's message of a failed probe says. */
export function classifyProbeFailure(message: string): ProbeFailure {
  return SHAPES.find(([shape]) => shape.test(message))?.[1] ?? 'other';
}
