import type { Fact } from '../../facts/fact.ts';
import type { Pod, Service, ServicePort } from '../../facts/wire.ts';
import { matchedPods } from '../../model/endpoints.ts';
import { portLabel, resolvePort, servingContainers } from '../../model/ports.ts';
import { resolveProbePort } from '../../model/probe.ts';
import { isLive, isReady } from '../../model/readiness.ts';
import { hasMeshProxy } from '../../model/target-port.ts';
import type { LogReader } from '../facts.ts';
import { type Evidence, type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny, notApplicable } from '../rule.ts';
import { linesOf } from './container-log.ts';
import { grpcBehindHttpRoutes } from './grpc-behind-http-route.ts';
import { nameOf, servicePortEvidence, stepsFix } from './port-text.ts';

const MIXED =
  /TLS handshake error|first record does not look like a TLS handshake|server gave HTTP response to HTTPS client|WRONG_VERSION_NUMBER|malformed HTTP (?:request|response)|client sent an HTTP request to an HTTPS server|plain HTTP request was sent to HTTPS port/i;

/** What callers will speak by the name, appProtocol and number of the Service port; null where they do not tell. */
function spokenTo({ port, name, appProtocol }: ServicePort): 'HTTP' | 'HTTPS' | null {
  if (appProtocol !== undefined) {
    if (/^(?:https|kubernetes\.io\/wss)$/i.test(appProtocol)) return 'HTTPS';
    return /^(?:http|kubernetes\.io\/ws)$/i.test(appProtocol) ? 'HTTP' : null;
  }
  if (/^https(?:-|$)/.test(name ?? '') || port === 443) return 'HTTPS';
  return /^http(?:-|$)/.test(name ?? '') ? 'HTTP' : null;
}

/** What a Ready Pod proves to speak on the port, by the readiness probe that it answers. */
function proven(pod: Pod, port: ServicePort): { scheme: 'HTTP' | 'HTTPS'; container: string } | null {
  const number = resolvePort(port, pod);
  if (number === null || !isReady(pod)) return null;
  for (const container of servingContainers(pod)) {
    const probe = container.readinessProbe;
    if (probe?.httpGet === undefined || resolveProbePort(probe, container) !== number) continue;
    return { scheme: probe.httpGet.scheme === 'HTTPS' ? 'HTTPS' : 'HTTP', container: container.name };
  }
  return null;
}

/** A load balancer or an annotation that ends TLS before the Pods. */
function endsTls({ spec, metadata }: Service): boolean {
  return (
    spec?.type === 'LoadBalancer' ||
    Object.keys(metadata?.annotations ?? {}).some((key) => /ssl|tls|backend-protocol|backend-config/i.test(key))
  );
}

function complaint(pods: readonly Pod[], container: string, logs: Fact<LogReader>): string | null {
  const lines = pods.flatMap((pod) => [true, false].flatMap((previous) => linesOf(logs, pod, container, previous)));
  return lines.filter((line) => MIXED.test(line)).at(-1) ?? null;
}

/** The port that callers will take for HTTPS where its Pods speak HTTP, or the reverse. */
function mixedUp(service: Service, port: ServicePort, live: readonly Pod[], logs: Fact<LogReader>): Finding[] {
  const wanted = spokenTo(port);
  const wrong = live.flatMap((pod) => {
    const found = proven(pod, port);
    return found === null || found.scheme === wanted ? [] : [{ pod, ...found }];
  });
  const [first] = wrong;
  if (first === undefined) return [];
  const { scheme, container, pod } = first;
  const line = complaint(live, container, logs);
  const object = `Pod ${pod.metadata?.namespace}/${pod.metadata?.name}`;
  return [
    finding({
      severity: 'medium',
      confidence: line === null ? 'possible' : 'likely',
      scope: { port: portLabel(port) },
      message: `callers will take ${nameOf(service)} port ${portLabel(port)} for ${wanted}, but its Pods speak ${scheme} there`,
      evidence: [
        servicePortEvidence(service, port, (service.spec?.ports ?? []).indexOf(port)),
        {
          label: 'probe',
          text: `the readinessProbe of container "${container}" succeeds with ${scheme}  (${wrong.length} of ${live.length} Pods)`,
          object,
          path: `spec.containers[name=${container}].readinessProbe.httpGet.scheme`,
          found: scheme,
          expected: wanted,
        },
        ...logEvidence(object, container, line),
      ],
      effects: [`callers that speak ${wanted} get a TLS error or nonsense`],
      fix: stepsFix(
        'let callers and Pods speak the same',
        `call it with ${scheme === 'HTTP' ? 'http' : 'https'}://, or send port ${port.port} to a port on which the Pods speak ${wanted}; name the port for what it is`,
      ),
    }),
  ];
}

function logEvidence(object: string, container: string, line: string | null): Evidence[] {
  if (line === null) return [];
  const text = line.trim();
  return [{ label: 'log', text: `"${text}"`, object, path: `log[${container}]`, found: text, expected: null }];
}

export const prt013 = defineRule({
  id: 'PRT-013',
  name: 'app-protocol-mismatch',
  stage: 'ports',
  severity: 'medium',
  title: 'callers will speak HTTPS where the Pods speak HTTP, the reverse, or HTTP/1 where they speak gRPC',
  healthy: 'nothing says that callers and Pods speak different protocols',
  roles: ['target'],
  offline: true,
  needs: ['service'],
  uses: ['pods', 'logs', 'routes'],
  explains: [],
  docs: {
    why: 'A Service translates addresses, not protocols. A port that its number, name or appProtocol makes callers take for HTTPS needs Pods that speak TLS; a readiness probe that succeeds shows which of the two they speak. A Gateway speaks HTTP/1 to the backends of an HTTPRoute unless the appProtocol of the port says otherwise; gRPC needs kubernetes.io/h2c.',
    confirm: ['kubectl get service NAME -o jsonpath={.spec.ports}', 'kubectl logs POD'],
    fix: 'Name the port for what the Pods speak, or let the Pods speak what callers expect.',
    references: [
      'kubernetes.io: Service, application protocol',
      'API reference: ServicePort.appProtocol',
      'Gateway API: GEP-1911, backend protocol selection',
    ],
  },
  check({ service, pods, logs, routes }) {
    if (!pods.known) return notApplicable('the Pods are not known');
    const live = matchedPods(service, pods.value).filter((pod) => isLive(pod) && !hasMeshProxy(pod));
    const ports = (service.spec?.ports ?? []).filter((port) => spokenTo(port) !== null);
    const entered = routes.known && routes.value.length > 0;
    if ((ports.length === 0 || endsTls(service)) && !entered)
      return notApplicable('nothing tells what callers will speak');
    return failIfAny([
      ...(endsTls(service) ? [] : ports.flatMap((port) => mixedUp(service, port, live, logs))),
      ...(entered ? grpcBehindHttpRoutes(service, live, routes.value) : []),
    ]);
  },
});
