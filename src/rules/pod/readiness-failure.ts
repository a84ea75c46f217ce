/** What is known of a failing readiness probe, and what to do about it. */
import type { Fact } from '../../facts/fact.ts';
import type { Container, Event } from '../../facts/wire.ts';
import { eventContainer, eventsOf } from '../../model/events.ts';
import type { Patch } from '../../model/patch.ts';
import { patchCommand } from '../../model/patch.ts';
import type { PodCause } from '../../model/pod-cause.ts';
import { classifyProbeFailure, type ProbeFailure, probePort, resolveProbePort } from '../../model/probe.ts';
import { ownerOf } from '../../model/workloads.ts';
import type { Finding } from '../finding.ts';

/** The newest event of the container's failed readiness probe, or null. */
export function readinessEvent({ pod, state }: PodCause, events: Fact<readonly Event[]>): Event | null {
  if (!events.known) return null;
  return (
    eventsOf('Pod', pod, events.value).find(
      (event) =>
        event.reason === 'Unhealthy' &&
        /^Readiness probe/.test(event.message ?? '') &&
        [null, state?.container.name].includes(eventContainer(event)),
    ) ?? null
  );
}

const WORDS: Readonly<Record<ProbeFailure, string>> = {
  refused: 'nothing listens on the probe port',
  'not-found': 'the probe path does not exist (404)',
  auth: 'the probe path asks for credentials',
  'client-error': 'the application rejects the probe',
  'server-error': 'the application says that it is not ready',
  timeout: 'the probe gets no answer in time',
  scheme: 'HTTP and HTTPS are mixed up',
  command: 'the probe command fails',
  grpc: 'the gRPC health service does not say SERVING',
  other: 'it fails',
};

const STEPS: Readonly<Record<ProbeFailure, string>> = {
  refused: 'let the process listen on the probe port and on all addresses, or correct the port of the probe',
  'not-found': 'correct the path of the probe to one that the application answers with 200',
  auth: 'probe a path that needs no credentials',
  'client-error': 'correct the path or the headers of the probe',
  'server-error': 'read the log of the application: what it waits for, a dependency perhaps, is the fault',
  timeout: 'find out why the answer is slow, or raise timeoutSeconds of the probe (1 unless set)',
  scheme: 'set httpGet.scheme of the probe to what the port speaks',
  command: 'correct the command of the probe: it must exist in the image and end with 0',
  grpc: 'correct the service name of the probe, or find out why the application is not serving',
  other: 'read the log of the application',
};

export function failureWords(event: Event | null): string {
  return event === null
    ? 'its readiness probe has not succeeded'
    : `its readiness probe fails: ${WORDS[classifyProbeFailure(event.message ?? '')]}`;
}

export function failureSteps(event: Event | null): readonly string[] {
  return event === null
    ? ['check that the process answers the probe; read its log']
    : [STEPS[classifyProbeFailure(event.message ?? '')]];
}

/** Points the probe at the only declared port of its container, where it names another; null where that cannot be said. */
export function probePortFix(cause: PodCause, container: Container): Finding['fix'] {
  const probe = container.readinessProbe;
  const [only, ...more] = container.ports ?? [];
  if (probe === undefined || probePort(probe) === null || only === undefined || more.length > 0) return null;
  if (resolveProbePort(probe, container) === only.containerPort) return null;
  const kind = KINDS[ownerOf(cause.pod).kind];
  if (kind === undefined) return null;
  const handler = probe.httpGet !== undefined ? 'httpGet' : probe.tcpSocket !== undefined ? 'tcpSocket' : 'grpc';
  const patch: Patch = {
    kind,
    namespace: cause.pod.metadata?.namespace ?? '',
    name: ownerOf(cause.pod).name,
    type: 'strategic',
    body: {
      spec: {
        template: {
          spec: { containers: [{ name: container.name, readinessProbe: { [handler]: { port: only.containerPort } } }] },
        },
      },
    },
  };
  return {
    summary: `probe port ${only.containerPort}, the only one that container "${container.name}" declares`,
    safety: 'review',
    commands: [patchCommand(patch)],
    steps: [],
    patch,
  };
}

/** Owner kinds whose template a patch can change. */
export const KINDS: Readonly<Record<string, Patch['kind']>> = {
  Deployment: 'deployment',
  StatefulSet: 'statefulset',
  DaemonSet: 'daemonset',
};
