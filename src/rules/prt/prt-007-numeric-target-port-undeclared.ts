import { declaredPorts, portLabel } from '../../model/ports.ts';
import { type Backend, backendsOf, backendsText } from '../../model/target-port.ts';
import { type Evidence, type Fix, finding } from '../finding.ts';
import { defineRule, failIfAny, notApplicable } from '../rule.ts';
import { declarationsText, nameOf, portFix, refusedEffects, servicePortEvidence, stepsFix } from './port-text.ts';
import { type UndeclaredPort, undeclaredPorts } from './undeclared-port.ts';

function signEvidence({ signs, target }: UndeclaredPort, object: string): readonly Evidence[] {
  return signs.map((sign) => ({
    label: sign.kind,
    text:
      sign.kind === 'probe'
        ? `${sign.source} of container "${sign.container}" asks ${sign.number}`
        : `${sign.source} of container "${sign.container}" says ${sign.number}`,
    object,
    path:
      sign.kind === 'probe'
        ? `spec.containers[name=${sign.container}].${sign.source}`
        : `spec.containers[name=${sign.container}].env`,
    found: String(sign.number),
    expected: String(target),
  }));
}

function why({ reason, port }: UndeclaredPort): string {
  if (reason === 'PRT-009') return `  (targetPort was left out, so it equals port ${port.port})`;
  return reason === 'PRT-010' ? '  (port and targetPort look swapped)' : '';
}

function podsEvidence({ target }: UndeclaredPort, backends: readonly Backend[]): Evidence {
  const [first] = backends;
  const declared = first === undefined ? [] : declaredPorts(first.like);
  return {
    label: 'Pods',
    text: `${declarationsText(declared)}  (${backendsText(backends, backends)})`,
    object: first?.object ?? '',
    path: 'spec.containers[].ports[].containerPort',
    found: declared.map(({ number }) => number).join(', '),
    expected: String(target),
  };
}

export const prt007 = defineRule({
  id: 'PRT-007',
  name: 'numeric-target-port-undeclared',
  stage: 'ports',
  severity: 'high',
  title: 'a targetPort that no container declares, while another port is declared',
  healthy: 'nothing speaks against the numeric targetPorts',
  roles: ['target', 'dependency'],
  offline: true,
  gate: 'ports',
  needs: ['service', 'pods', 'workloads'],
  uses: [],
  explains: [],
  reasons: {
    'PRT-009': { name: 'target-port-defaulted-from-port', title: 'targetPort was left out, so it equals the port' },
    'PRT-010': { name: 'port-and-target-port-swapped', title: 'port and targetPort are swapped' },
  },
  docs: {
    why: 'A numeric targetPort is used as it stands. Declaring containerPort is not needed to serve, but where the containers declare, probe or are told one other port, the Service most likely sends traffic to a port that nobody serves. A targetPort that is left out equals the port.',
    confirm: ['kubectl get service NAME -o jsonpath={.spec.ports}', 'kubectl exec POD -- cat /proc/net/tcp'],
    fix: 'Set targetPort to the port that the container serves.',
    references: ['kubernetes.io: Debug Services', 'API reference: ServicePort.targetPort, Container.ports'],
  },
  check({ service, pods, workloads, subject }) {
    if (service.spec?.clusterIP === 'None')
      return notApplicable('a headless Service maps no ports: clients choose the port');
    const backends = backendsOf(service, pods, workloads);
    if (backends.length === 0) return notApplicable('no Pod and no template that the selector matches');
    const found = undeclaredPorts(service, backends).filter(
      ({ confidence }) => confidence === 'likely' || subject.role === 'target',
    );
    return failIfAny(
      found.map((undeclared) => {
        const { port, index, target, declared, confidence, reason } = undeclared;
        const [only, ...others] = declared;
        const fix: Fix =
          only !== undefined && others.length === 0
            ? portFix(
                service,
                index,
                'targetPort',
                only.number,
                `send traffic to ${only.number}, which container "${only.container}" declares`,
                'review',
              )
            : stepsFix(
                'set targetPort to the port that the container serves',
                `find out which of ${declared.map(({ number }) => number).join(', ')} serves callers, and whether ${target} is served at all`,
              );
        const servicePort = servicePortEvidence(service, port, index);
        const likely = confidence === 'likely';
        return finding({
          reason,
          severity: likely ? 'high' : 'low',
          confidence,
          scope: { port: portLabel(port) },
          message: likely
            ? `${nameOf(service)} port ${portLabel(port)} probably sends traffic to a port nobody serves: ${target}`
            : `${nameOf(service)} port ${portLabel(port)} targets ${target}, which no container declares`,
          evidence: [
            {
              ...servicePort,
              text: `${servicePort.text}${why(undeclared)}`,
              expected: declared.map(({ number }) => number).join(' or '),
            },
            podsEvidence(undeclared, backends),
            ...signEvidence(undeclared, backends[0]?.object ?? ''),
          ],
          effects: likely ? refusedEffects(service, port, backends) : [],
          fix,
        });
      }),
    );
  },
});
