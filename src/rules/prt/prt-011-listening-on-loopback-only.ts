import type { Fact } from '../../facts/fact.ts';
import type { Container, Event, Pod, Service, ServicePort } from '../../facts/wire.ts';
import { matchedPods } from '../../model/endpoints.ts';
import { isLoopback, listenLines } from '../../model/listen-log.ts';
import { containersServing, portLabel, resolvePort, servingContainers } from '../../model/ports.ts';
import { resolveProbePort } from '../../model/probe.ts';
import { isLive, isReady } from '../../model/readiness.ts';
import { hasMeshProxy } from '../../model/target-port.ts';
import { ownerOf, ownerText } from '../../model/workloads.ts';
import type { LogReader } from '../facts.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny, pass } from '../rule.ts';
import { linesOf, refusedProbe, unreadyLike } from './container-log.ts';
import { nameOf, servicePortEvidence, stepsFix } from './port-text.ts';

interface Sign {
  pod: Pod;
  container: Container;
  target: number;
  text: string;
  path: string;
  host: string;
}

/** A network probe of the kubelet that a Ready Pod answers on this port of its own address: then it is not bound to loopback alone. */
function isProbed(pod: Pod, container: Container, target: number): boolean {
  const probe = container.readinessProbe;
  if (probe === undefined || !isReady(pod)) return false;
  const host = probe.httpGet?.host ?? probe.tcpSocket?.host;
  return (host === undefined || host === '') && resolveProbePort(probe, container) === target;
}

/** Another container that speaks of the same port: a proxy in front of the application. */
function isFronted(pod: Pod, container: Container, target: number): boolean {
  return servingContainers(pod).some(
    (other) =>
      other !== container &&
      (other.ports?.some(({ containerPort }) => containerPort === target) === true ||
        other.extracts?.listens.some(({ port }) => port === target) === true),
  );
}

function signOf(pod: Pod, port: ServicePort, logs: Fact<LogReader>): Sign | null {
  const target = resolvePort(port, pod);
  if (target === null || pod.spec?.hostNetwork === true || hasMeshProxy(pod)) return null;
  for (const container of containersServing(port, pod)) {
    if (isProbed(pod, container, target) || isFronted(pod, container, target)) continue;
    const log = isReady(pod) ? [] : listenLines(linesOf(logs, pod, container.name, false));
    const lines = log.filter((line) => line.port === target);
    const told = (container.extracts?.listens ?? []).filter((hint) => hint.port === target);
    const open = [...lines, ...told].some(({ host }) => host !== null && !isLoopback(host));
    const line = lines.find(({ host }) => isLoopback(host));
    const hint = told.find(({ host }) => isLoopback(host));
    if (open || (line === undefined && hint === undefined)) continue;
    const host = line?.host ?? hint?.host ?? '';
    const of = { pod, container, target, host };
    return line !== undefined
      ? { ...of, text: `log: "${line.line}"`, path: `log[${container.name}]` }
      : {
          ...of,
          text: `${hint?.source} of container "${container.name}" says ${host}:${target}`,
          path: `spec.containers[name=${container.name}].${hint?.source}`,
        };
  }
  return null;
}

function findingOf(
  service: Service,
  port: ServicePort,
  signs: readonly Sign[],
  live: readonly Pod[],
  events: Fact<readonly Event[]>,
): Finding[] {
  const [first] = signs;
  if (first === undefined) return [];
  const { pod, container, target, text, path, host } = first;
  const alike = unreadyLike(pod, live);
  const refused = alike.map((one) => refusedProbe(one, target, events)).find((words) => words !== null) ?? null;
  const proven = refused !== null;
  const affected = Math.max(signs.length, proven ? alike.length : 0);
  const object = `Pod ${pod.metadata?.namespace}/${pod.metadata?.name}`;
  return [
    finding({
      severity: affected === live.length ? 'critical' : 'high',
      confidence: proven ? 'likely' : 'possible',
      scope: { port: portLabel(port) },
      message: `${nameOf(service)} port ${portLabel(port)} ${proven ? 'does not work' : 'may not be reachable'}: container "${container.name}" of ${ownerText(ownerOf(pod))} listens on ${host} only, where no other Pod can call it`,
      evidence: [
        servicePortEvidence(service, port, (service.spec?.ports ?? []).indexOf(port)),
        {
          label: 'listens',
          text,
          object,
          path,
          found: `${host}:${target}`,
          expected: `0.0.0.0:${target} or [::]:${target}`,
        },
        ...(refused === null
          ? []
          : [{ label: 'probe', text: `"${refused}"`, object, path: 'events', found: refused, expected: null }]),
      ],
      effects: [`callers are refused, while kubectl port-forward and a call from inside the Pod work`],
      fix: stepsFix(
        'let it listen on all addresses',
        `bind container "${container.name}" to 0.0.0.0 or [::] instead of ${host} (its host or bind argument or variable)`,
      ),
    }),
  ];
}

export const prt011 = defineRule({
  id: 'PRT-011',
  name: 'listening-on-loopback-only',
  stage: 'ports',
  severity: 'critical',
  title: 'the application listens on its loopback address only',
  healthy: 'nothing says that the application listens on loopback only',
  roles: ['target', 'dependency'],
  gate: 'settings',
  needs: ['service', 'pods'],
  uses: ['logs', 'events'],
  explains: ['POD-012', 'POD-011', 'POD-014'],
  docs: {
    why: 'A process bound to 127.0.0.1 or ::1 is reached by its own Pod only. Other Pods and the kubelet are refused, while curl inside of the Pod and kubectl port-forward work and hide it.',
    confirm: ['kubectl exec POD -- cat /proc/net/tcp', 'kubectl logs POD'],
    fix: 'Bind to 0.0.0.0 or [::]: the host or bind option of the server.',
    references: ['kubernetes.io: Debug Services, are the Pods working', 'kubernetes/website issue 7281'],
  },
  check({ service, pods, logs, events }) {
    const live = matchedPods(service, pods).filter(isLive);
    if (live.length === 0) return pass;
    return failIfAny(
      (service.spec?.ports ?? []).flatMap((port) => {
        const signs = live.flatMap((pod) => signOf(pod, port, logs) ?? []);
        return findingOf(service, port, signs, live, events);
      }),
    );
  },
});
