/** What is known of a failing readiness probe, and what to do about it. */
import type { Fact } from '../../facts/fact.ts';
import type { Container, Event } from '../../facts/wire.ts';
import { eventContainer, eventsOf } from '../../model/events.ts';
import type { Patch } from '../../model/patch.ts';
import { patchCommand } from '../../model/patch.ts';
import type { PodCause } from '../../model/pod-cause.ts';
import { type Probe, probePort, resolveProbePort } from '../../model/probe.ts';
import { faultWords, type ProbeFault, type ProbeField, probeFault } from '../../model/probe-fault.ts';
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

/** What is wrong with the container's readiness probe, in words that end a sentence. */
export function failureWords(container: Container, event: Event | null): string {
  const probe = container.readinessProbe;
  if (probe === undefined) return '';
  const fault = probeFault('readinessProbe', probe, container, event?.message ?? null);
  return faultWords('readiness', fault, event !== null);
}

function handlerName({ httpGet, tcpSocket }: Probe): 'httpGet' | 'tcpSocket' | 'grpc' {
  return httpGet !== undefined ? 'httpGet' : tcpSocket !== undefined ? 'tcpSocket' : 'grpc';
}

function probePatch(cause: PodCause, container: Container, field: ProbeField, probe: object): Patch | null {
  const { kind, name } = ownerOf(cause.pod);
  const known = KINDS[kind];
  if (known === undefined) return null;
  return {
    kind: known,
    namespace: cause.pod.metadata?.namespace ?? '',
    name,
    type: 'strategic',
    body: { spec: { template: { spec: { containers: [{ name: container.name, [field]: probe }] } } } },
  };
}

function patchFix(patch: Patch | null, summary: string): Finding['fix'] {
  return patch === null ? null : { summary, safety: 'review', commands: [patchCommand(patch)], steps: [], patch };
}

/** Points the probe at the only declared port of its container, where it names another; null where that cannot be said. */
export function probePortFix(
  cause: PodCause,
  container: Container,
  field: ProbeField = 'readinessProbe',
): Finding['fix'] {
  const probe = container[field];
  const [only, ...more] = container.ports ?? [];
  if (probe === undefined || probePort(probe) === null || only === undefined || more.length > 0) return null;
  if (resolveProbePort(probe, container) === only.containerPort) return null;
  const patch = probePatch(cause, container, field, { [handlerName(probe)]: { port: only.containerPort } });
  return patchFix(patch, `probe port ${only.containerPort}, the only one that container "${container.name}" declares`);
}

/** The repair of a probe that asks a wrong port, or speaks otherwise than another probe of the same port; null for what only a person can decide. */
export function probeFix(
  cause: PodCause,
  container: Container,
  field: ProbeField,
  { cause: fault, other }: ProbeFault,
): Finding['fix'] {
  const probe = container[field];
  if (probe === undefined) return null;
  if (fault === 'wrong-port' || fault === 'nothing-listens') return probePortFix(cause, container, field);
  if (fault !== 'wrong-protocol' || other === null) return null;
  const handler = handlerName(other);
  const patch = probePatch(cause, container, field, { [handlerName(probe)]: null, [handler]: other[handler] });
  return patchFix(patch, `probe ${handler === 'grpc' ? 'gRPC' : 'HTTP'}, as another probe of the same port does`);
}

/** Owner kinds whose template a patch can change. */
export const KINDS: Readonly<Record<string, Patch['kind']>> = {
  Deployment: 'deployment',
  StatefulSet: 'statefulset',
  DaemonSet: 'daemonset',
};
