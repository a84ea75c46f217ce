import type { Service, ServicePort } from '../../facts/wire.ts';
import { type DeclaredPort, declaredPorts, portLabel, protocolOf, targetPortOf } from '../../model/ports.ts';
import { type Backend, backendsOf, backendsText, hasMeshProxy, speaksFor } from '../../model/target-port.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny, notApplicable } from '../rule.ts';
import { declarationsText, nameOf, portFix, refusedEffects, servicePortEvidence, stepsFix } from './port-text.ts';

const DNS_PORT = 53;

/** The declared ports that the targetPort names with another protocol in every backend; null where something speaks for it as it is. */
function mismatched(service: Service, port: ServicePort, backends: readonly Backend[]): readonly DeclaredPort[] | null {
  const target = targetPortOf(port);
  const protocol = protocolOf(port);
  const all = backends.map(({ like }) =>
    declaredPorts(like).filter(({ name, number }) =>
      typeof target === 'string' ? name === target : number === target,
    ),
  );
  if (all.some((ports) => ports.length === 0 || ports.some((declared) => declared.protocol === protocol))) return null;
  if (typeof target === 'string') return all.flat();
  if (target === DNS_PORT || backends.some(({ like }) => hasMeshProxy(like) || speaksFor(like, target, protocol)))
    return null;
  const twin = service.spec?.ports?.some((other) => other !== port && targetPortOf(other) === target);
  return twin === true ? null : all.flat();
}

export const prt003 = defineRule({
  id: 'PRT-003',
  name: 'target-port-protocol-mismatch',
  stage: 'ports',
  severity: 'critical',
  title: 'a targetPort that the Pods declare with another protocol',
  healthy: "each Service port's protocol is that of the container port",
  roles: ['target', 'dependency'],
  offline: true,
  gate: 'ports',
  needs: ['service', 'pods', 'workloads'],
  uses: [],
  explains: [],
  docs: {
    why: 'A Service port carries one protocol, TCP where none is given. A named targetPort must match in name and protocol, else it is not found; behind a number of the other protocol nothing listens.',
    confirm: ['kubectl get service NAME -o jsonpath={.spec.ports}', 'kubectl get pods -o jsonpath={..ports}'],
    fix: 'Set the protocol of the Service port, or add a second port entry where the application serves both.',
    references: ['kubernetes.io: Debug Services', 'k8s.io/endpointslice: FindPort'],
  },
  check({ service, pods, workloads }) {
    const backends = backendsOf(service, pods, workloads);
    if (backends.length === 0) return notApplicable('no Pod and no template that the selector matches');
    const ports = service.spec?.ports ?? [];
    const findings = ports.flatMap((port, index): Finding[] => {
      const declared = mismatched(service, port, backends);
      const [first] = declared ?? [];
      if (declared === null || first === undefined) return [];
      const named = typeof targetPortOf(port) === 'string';
      const protocol = protocolOf(port);
      const clash = ports.some(
        (other) => other !== port && other.port === port.port && protocolOf(other) === first.protocol,
      );
      const summary = `serve ${first.protocol} on port ${port.port}`;
      return [
        finding({
          severity: named ? 'critical' : 'high',
          confidence: named ? 'certain' : 'likely',
          scope: { port: portLabel(port) },
          message: `${nameOf(service)} port ${portLabel(port)} ${named ? 'does not work' : 'probably does not work'}: it is ${protocol}, but the Pods declare ${targetPortOf(port)} as ${first.protocol}`,
          evidence: [
            servicePortEvidence(service, port, index),
            {
              label: 'Pods',
              text: `${declarationsText(declared.filter(({ container }) => container === first.container).slice(0, 1))}  (${backendsText(backends, backends)})`,
              object: backends[0]?.object ?? '',
              path: 'spec.containers[].ports[].protocol',
              found: first.protocol,
              expected: protocol,
            },
          ],
          effects: refusedEffects(service, port, backends),
          fix: clash
            ? stepsFix(
                summary,
                `port ${port.port}/${first.protocol} is there already: decide which of the two entries is wanted`,
              )
            : portFix(service, index, 'protocol', first.protocol, summary, named ? 'safe' : 'review'),
        }),
      ];
    });
    return failIfAny(findings);
  },
});
