import type { Fact } from '../../facts/fact.ts';
import type { Container, Event, Pod, Service, ServicePort } from '../../facts/wire.ts';
import { matchedPods } from '../../model/endpoints.ts';
import { type ListenLine, listenLines } from '../../model/listen-log.ts';
import { containersServing, portLabel, protocolOf, resolvePort } from '../../model/ports.ts';
import { containerStates, isLive, isReady } from '../../model/readiness.ts';
import { hasMeshProxy } from '../../model/target-port.ts';
import { ownerOf, ownerText } from '../../model/workloads.ts';
import type { LogReader } from '../facts.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny, notApplicable, pass } from '../rule.ts';
import { linesOf, refusedProbe, unreadyLike } from './container-log.ts';
import { nameOf, servicePortEvidence, stepsFix } from './port-text.ts';

interface Elsewhere {
  pod: Pod;
  container: Container;
  target: number;
  /** The newest line that names another port. */
  said: ListenLine;
}

/** A running container that says it listens, and nowhere on the target port. */
function listensElsewhere(pod: Pod, port: ServicePort, logs: Fact<LogReader>): Elsewhere | null {
  const target = isReady(pod) ? null : resolvePort(port, pod);
  if (target === null || pod.spec?.hostNetwork === true || hasMeshProxy(pod)) return null;
  for (const container of containersServing(port, pod)) {
    const status = containerStates(pod).find((state) => state.container.name === container.name)?.status;
    if (status?.state?.running === undefined || status.started === false) continue;
    const lines = listenLines(linesOf(logs, pod, container.name, false));
    const said = lines.at(-1);
    const others = new Set(
      (container.ports ?? []).map(({ containerPort }) => containerPort).filter((one) => one !== target),
    );
    if (said === undefined || lines.some((line) => line.port === target || others.has(line.port))) continue;
    return { pod, container, target, said };
  }
  return null;
}

function findingOf(
  service: Service,
  port: ServicePort,
  first: Elsewhere | undefined,
  live: readonly Pod[],
  events: Fact<readonly Event[]>,
): Finding[] {
  if (first === undefined) return [];
  const { pod, container, target, said } = first;
  const alike = unreadyLike(pod, live);
  const refused = alike.map((one) => refusedProbe(one, target, events)).find((words) => words !== null) ?? null;
  const object = `Pod ${pod.metadata?.namespace}/${pod.metadata?.name}`;
  const owner = ownerText(ownerOf(pod));
  return [
    finding({
      severity: alike.length === live.length ? 'critical' : 'high',
      confidence: refused !== null ? 'likely' : 'possible',
      scope: { port: portLabel(port) },
      message: `${nameOf(service)} port ${portLabel(port)} sends traffic to ${target}, but container "${container.name}" of ${owner} says that it listens on ${said.port}`,
      evidence: [
        servicePortEvidence(service, port, (service.spec?.ports ?? []).indexOf(port)),
        {
          label: 'log',
          text: `"${said.line}"`,
          object,
          path: `log[${container.name}]`,
          found: String(said.port),
          expected: String(target),
        },
        ...(refused === null
          ? []
          : [{ label: 'probe', text: `"${refused}"`, object, path: 'events', found: refused, expected: null }]),
      ],
      effects: [`nothing answers on port ${target} of ${alike.length} of ${live.length} Pods`],
      fix: stepsFix(
        `let both speak of one port`,
        `let container "${container.name}" listen on ${target} (its PORT variable or argument), or set targetPort and the probe to ${said.port}`,
      ),
    }),
  ];
}

export const prt008 = defineRule({
  id: 'PRT-008',
  name: 'target-port-not-listening',
  stage: 'ports',
  severity: 'critical',
  title: 'the application listens on another port than the targetPort',
  healthy: 'nothing says that the application listens on another port than the targetPort',
  roles: ['target', 'dependency'],
  gate: 'ill',
  needs: ['service', 'pods'],
  uses: ['logs', 'events'],
  explains: ['POD-012', 'POD-011', 'POD-014'],
  docs: {
    why: 'A Service sends traffic to its targetPort whatever listens there. Objects do not tell on which port a process listens; its log often does, and the kubelet says so when a probe of that port is refused. Without either only a look into the Pod tells.',
    confirm: ['kubectl exec POD -- cat /proc/net/tcp /proc/net/tcp6', 'kubectl logs POD'],
    fix: 'Let the application listen on the targetPort, or set targetPort to the port on which it listens.',
    references: ['kubernetes.io: Debug Services, are the Pods working'],
  },
  check({ service, pods, logs, events }) {
    if (!logs.known) return notApplicable('no log was read');
    const live = matchedPods(service, pods).filter(isLive);
    if (live.every(isReady)) return pass;
    const tcp = (service.spec?.ports ?? []).filter((port) => protocolOf(port) === 'TCP');
    return failIfAny(
      tcp.flatMap((port) => {
        const found = live.flatMap((pod) => listensElsewhere(pod, port, logs) ?? []);
        return findingOf(service, port, found[0], live, events);
      }),
    );
  },
});
