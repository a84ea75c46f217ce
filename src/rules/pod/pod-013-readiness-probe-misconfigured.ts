import type { Container, Pod, Service } from '../../facts/wire.ts';
import { type Census, censusOf, type PodCause } from '../../model/pod-cause.ts';
import { probePort, resolveProbePort } from '../../model/probe.ts';
import type { Finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { containerText, groupsOf, ownersText, podFinding, podObject, podsEvidence } from './impact.ts';
import { probePortFix } from './readiness-failure.ts';

const CAUSES = {
  'port-name-unknown': 'the probe names a port that the container does not have',
  'other-host': 'the probe asks another host than the Pod',
  'https-to-http': 'the probe asks HTTPS of a port that is named for HTTP',
} as const;

interface Mistake {
  cause: keyof typeof CAUSES;
  words: string;
  field: string;
  found: string;
  certain: boolean;
  step: string;
}

function mistakeOf(container: Container, pod: Pod): Mistake | null {
  const probe = container.readinessProbe;
  if (probe === undefined) return null;
  const port = probePort(probe);
  if (typeof port === 'string' && resolveProbePort(probe, container) === null) {
    return {
      cause: 'port-name-unknown',
      words: `its readiness probe names port "${port}", which the container does not have`,
      field: 'port',
      found: port,
      certain: true,
      step: 'name a port of the same container in the readiness probe, or use its number',
    };
  }
  const host = probe.httpGet?.host ?? probe.tcpSocket?.host ?? '';
  if (host !== '' && pod.spec?.hostNetwork !== true) {
    return {
      cause: 'other-host',
      words: `its readiness probe asks host ${host} instead of the Pod`,
      field: 'host',
      found: host,
      certain: false,
      step: 'take host out of the readiness probe: without it the kubelet asks the Pod itself',
    };
  }
  const declared = container.ports?.find((own) => own.containerPort === resolveProbePort(probe, container));
  if (probe.httpGet?.scheme !== 'HTTPS' || declared?.name !== 'http') return null;
  return {
    cause: 'https-to-http',
    words: 'its readiness probe asks HTTPS of a port that is named http',
    field: 'scheme',
    found: 'HTTPS',
    certain: false,
    step: 'set scheme HTTP in the readiness probe, if that is what the port speaks',
  };
}

function findingOf(service: Service, census: Census, group: readonly [PodCause, ...PodCause[]]): readonly Finding[] {
  const [first] = group;
  const container = first.state?.container;
  const mistake = container === undefined ? null : mistakeOf(container, first.pod);
  if (container === undefined || mistake === null) return [];
  const names = (container.ports ?? []).map((port) => port.name ?? String(port.containerPort)).join(', ');
  return [
    {
      ...podFinding(
        service,
        census,
        group,
        `${containerText(first)} of ${ownersText(group)} is never ready, ${mistake.words}`,
        {
          confidence: mistake.certain ? 'certain' : 'likely',
          evidence: [
            podsEvidence(census, group, 'not Ready'),
            {
              label: 'probe',
              text: `${mistake.field} ${mistake.found}${mistake.field === 'port' ? `; declared are: ${names === '' ? 'none' : names}` : ''}`,
              object: podObject(first),
              path: `spec.containers[${container.name}].readinessProbe`,
              found: mistake.found,
              expected: mistake.field === 'port' && names !== '' ? names : null,
            },
          ],
          fix: (mistake.field === 'port' ? probePortFix(first, container) : null) ?? {
            summary: 'correct the readiness probe',
            safety: 'review',
            commands: [],
            steps: [mistake.step],
            patch: null,
          },
        },
      ),
      cause: mistake.cause,
      converging: false,
    },
  ];
}

export const pod013 = defineRule({
  id: 'POD-013',
  name: 'readiness-probe-misconfigured',
  stage: 'pods',
  severity: 'critical',
  title: 'the readiness probe of the Pods behind the Service cannot succeed as it is written',
  healthy: 'the readiness probes of the Pods behind the Service can succeed as they are written',
  roles: ['target', 'dependency', 'dns'],
  offline: true,
  gate: 'ill',
  needs: ['service', 'pods'],
  uses: [],
  explains: ['POD-012', 'POD-020', 'DNS-002', 'HDL-002'],
  causes: CAUSES,
  docs: {
    why: 'The kubelet resolves a named probe port among the ports of the same container; a name that is not there fails every time. A host other than the Pod makes the kubelet ask something else.',
    confirm: ['kubectl describe pod', 'kubectl get pod -o yaml'],
    fix: 'Name a port of the container, or use its number; leave host out.',
    references: [
      'kubelet pkg/probe ResolveContainerPort',
      'kubernetes.io: Configure Liveness, Readiness and Startup Probes',
    ],
  },
  check({ service, pods, now }) {
    const census = censusOf(service, pods, now);
    const groups = groupsOf(census, ['readiness'], (cause) => {
      const container = cause.state?.container;
      const mistake = container === undefined ? null : mistakeOf(container, cause.pod);
      return `${ownersText([cause])} ${containerText(cause)} ${mistake?.words ?? ''}`;
    });
    return failIfAny(groups.flatMap((group) => findingOf(service, census, group)));
  },
});
