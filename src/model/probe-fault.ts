/** What is wrong between a probe and its container: the kubelet's message held against the ports that the container is known to have. */
import type { Container } from '../facts/wire.ts';
import { classifyProbeFailure, type Probe, probePort, probeWindow, resolveProbePort } from './probe.ts';

/** Every way in which a probe fails, in words. */
export const PROBE_CAUSES = {
  'wrong-port': 'the probe asks a port that the container does not listen on',
  'wrong-protocol': 'the probe speaks another protocol than the port',
  'wrong-path': 'the probe path does not exist (404)',
  'needs-credentials': 'the probe path asks for credentials',
  'bad-request': 'the application rejects the probe',
  'app-not-ready': 'the application itself says that it is not ready',
  'nothing-listens': 'nothing listens on the probe port',
  'too-early': 'the probe gives up before the process can be up',
  'no-answer': 'the probe gets no answer in time',
  'command-fails': 'the probe command fails',
  untold: 'no event tells how it fails',
} as const;

export type ProbeCause = keyof typeof PROBE_CAUSES;
export type ProbeField = 'livenessProbe' | 'readinessProbe' | 'startupProbe';

export interface ProbeFault {
  cause: ProbeCause;
  /** The port that the probe names; null for a command. */
  asked: number | string | null;
  /** The ports that the container declares or is told to listen on; for `wrong-port`. */
  known: readonly number[];
  /** A probe of the same container that speaks otherwise to the same port; for `wrong-protocol`. */
  other: Probe | null;
}

const FIELDS: readonly ProbeField[] = ['readinessProbe', 'livenessProbe', 'startupProbe'];

/** A process that is killed before it has had this long was given no time to start. */
const PATIENCE = 60_000;

/** The ports that the container declares, or that its env and arguments speak of. */
export function knownPorts(container: Container): readonly number[] {
  const declared = (container.ports ?? []).map((port) => port.containerPort);
  const told = (container.extracts?.listens ?? []).map((listen) => listen.port);
  return [...new Set([...declared, ...told])].sort((a, b) => a - b);
}

function handlerOf(probe: Probe): 'httpGet' | 'tcpSocket' | 'grpc' | 'exec' {
  if (probe.httpGet !== undefined) return 'httpGet';
  if (probe.tcpSocket !== undefined) return 'tcpSocket';
  return probe.grpc === undefined ? 'exec' : 'grpc';
}

/** Another probe of the container that speaks HTTP where this one speaks gRPC, or the other way round, to the same port. */
function otherWise(probe: Probe, container: Container): Probe | null {
  const port = resolveProbePort(probe, container);
  const own = handlerOf(probe);
  return (
    FIELDS.flatMap((field) => container[field] ?? []).find(
      (one) =>
        ['httpGet', 'grpc'].includes(handlerOf(one)) &&
        handlerOf(one) !== own &&
        resolveProbePort(one, container) === port,
    ) ?? null
  );
}

/** gRPC asked of a port that its name or another probe says speaks HTTP: the kubelet only sees that no connection comes about. */
function isGrpcToHttp(probe: Probe, container: Container): boolean {
  if (handlerOf(probe) !== 'grpc') return false;
  const port = container.ports?.find(({ containerPort }) => containerPort === resolveProbePort(probe, container));
  return /^https?\b/.test(port?.name ?? '') || otherWise(probe, container) !== null;
}

/** Nobody answers: on which port was asked, and was there time? */
function silence(field: ProbeField, probe: Probe, container: Container, refused: boolean): ProbeCause {
  const port = resolveProbePort(probe, container);
  const known = knownPorts(container);
  if (port !== null && known.length > 0 && !known.includes(port)) return 'wrong-port';
  if (isGrpcToHttp(probe, container)) return 'wrong-protocol';
  if (field !== 'readinessProbe' && container.startupProbe === undefined && probeWindow(probe) < PATIENCE)
    return 'too-early';
  return refused || handlerOf(probe) === 'grpc' ? 'nothing-listens' : 'no-answer';
}

function causeOf(field: ProbeField, probe: Probe, container: Container, message: string): ProbeCause {
  if (handlerOf(probe) === 'exec') return 'command-fails';
  switch (classifyProbeFailure(message)) {
    case 'refused':
      return silence(field, probe, container, true);
    case 'timeout':
      return silence(field, probe, container, false);
    case 'scheme':
      return 'wrong-protocol';
    case 'not-found':
      return 'wrong-path';
    case 'auth':
      return 'needs-credentials';
    case 'client-error':
      return 'bad-request';
    case 'server-error':
      return 'app-not-ready';
    case 'grpc':
      return /does not implement|unknown service|Unimplemented/i.test(message) ? 'wrong-protocol' : 'app-not-ready';
    default:
      return 'untold';
  }
}

/** Reads the failure of one probe; `message` null where no event tells of it: then only the port can be judged. */
export function probeFault(field: ProbeField, probe: Probe, container: Container, message: string | null): ProbeFault {
  const known = knownPorts(container);
  const port = resolveProbePort(probe, container);
  const strange = port !== null && known.length > 0 && !known.includes(port);
  const cause = message === null ? (strange ? 'wrong-port' : 'untold') : causeOf(field, probe, container, message);
  return {
    cause,
    asked: probePort(probe),
    known,
    other: cause === 'wrong-protocol' ? otherWise(probe, container) : null,
  };
}

/** `it asks port 8081, the container has 8080`. */
export function faultReason({ cause, asked, known, other }: ProbeFault): string {
  if (cause === 'wrong-port') return `it asks port ${asked}, the container has ${known.join(', ')}`;
  const speaks = other === null ? '' : ` (another probe speaks ${handlerOf(other) === 'grpc' ? 'gRPC' : 'HTTP'} to it)`;
  return `${PROBE_CAUSES[cause]}${speaks}`;
}

/** `its readiness probe fails: the probe path does not exist (404)`; more cautious where no event tells of it. */
export function faultWords(name: string, fault: ProbeFault, told: boolean): string {
  const start = told ? `its ${name} probe fails` : `its ${name} probe has not succeeded`;
  return fault.cause === 'untold' ? start : `${start}: ${faultReason(fault)}`;
}

/** True where the probe itself is wrong, whatever else ails the process: it asks the wrong port, protocol or path. */
export function isMistaken(fault: ProbeFault | null): boolean {
  return (
    fault !== null &&
    ['wrong-port', 'wrong-protocol', 'wrong-path', 'needs-credentials', 'bad-request'].includes(fault.cause)
  );
}

const STEPS: Readonly<Record<ProbeCause, string>> = {
  'wrong-port': 'correct the port of the probe to one that the process listens on',
  'wrong-protocol': 'let the probe speak what the port speaks: HTTP, HTTPS or gRPC',
  'wrong-path': 'correct the path of the probe to one that the application answers with 200',
  'needs-credentials': 'probe a path that needs no credentials',
  'bad-request': 'correct the path or the headers of the probe',
  'app-not-ready': 'read the log of the application: what it waits for, a dependency perhaps, is the fault',
  'nothing-listens': 'let the process listen on the probe port and on all addresses, or correct the port of the probe',
  'too-early':
    'add a startupProbe that allows for the slowest start, or raise initialDelaySeconds and failureThreshold',
  'no-answer': 'find out why the answer is slow, or raise timeoutSeconds of the probe (1 unless set)',
  'command-fails': 'correct the command of the probe: it must exist in the image and end with 0',
  untold: 'check that the process answers the probe; read its log',
};

/** What a person does about it. */
export function faultStep({ cause }: ProbeFault): string {
  return STEPS[cause];
}
