import { declaredPorts, portLabel, protocolOf, resolvePort } from '../../model/ports.ts';
import { backendsOf, hasAuxiliaryPort, isAuxiliaryName, trafficPorts } from '../../model/target-port.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny, notApplicable } from '../rule.ts';
import { nameOf, servicePortEvidence, stepsFix } from './port-text.ts';

const FOR_CALLERS = /^(?:https?|web|www|api|grpc|app)(?:-(?:web|api|app))?$/;

export const prt012 = defineRule({
  id: 'PRT-012',
  name: 'service-port-maps-to-wrong-purpose',
  stage: 'ports',
  severity: 'low',
  title: 'a port for callers leads to a port for metrics or administration',
  healthy: 'ports for callers lead to ports for callers',
  roles: ['target'],
  offline: true,
  gate: 'auxiliary',
  needs: ['service'],
  uses: ['pods', 'workloads'],
  explains: [],
  docs: {
    why: 'By their names, the Service port is for callers and the container port is for metrics, health or administration, while the container declares another port. It may be meant so; often two numbers were mixed up.',
    confirm: ['kubectl get service NAME -o jsonpath={.spec.ports}', 'kubectl get pods -o jsonpath={..ports}'],
    fix: 'Point targetPort at the port of the application.',
    references: ['kubernetes.io: Service, Port definitions'],
  },
  check({ service, pods, workloads }) {
    const ports = (service.spec?.ports ?? []).filter(({ name }) => FOR_CALLERS.test(name ?? ''));
    if (ports.length === 0) return notApplicable('no Service port is named for callers');
    if (!pods.known || !pods.complete || !workloads.known) return notApplicable('the Pods are not known');
    const backends = backendsOf(service, pods.value, workloads.value);
    return failIfAny(
      ports.flatMap((port): Finding[] => {
        const wrong = backends.flatMap((backend) => {
          const { like } = backend;
          const number = resolvePort(port, like);
          if (number === null || !hasAuxiliaryPort(like)) return [];
          const hit = declaredPorts(like).find((one) => one.number === number && one.protocol === protocolOf(port));
          if (!hit?.name || !isAuxiliaryName(hit.name)) return [];
          const others = trafficPorts(like, protocolOf(port)).filter((one) => one.number !== number);
          return others.length > 0 ? [{ hit, others, object: backend.object }] : [];
        });
        const [first] = wrong;
        if (first === undefined || wrong.length < backends.length) return [];
        const { hit, others, object } = first;
        return [
          finding({
            severity: 'low',
            confidence: 'possible',
            scope: { port: portLabel(port) },
            message: `${nameOf(service)} port ${portLabel(port)} leads to port ${hit.number}, which the container calls "${hit.name}"`,
            evidence: [
              servicePortEvidence(service, port, (service.spec?.ports ?? []).indexOf(port)),
              {
                label: 'Pods',
                text: `container "${hit.container}" declares ${hit.name} ${hit.number}, and ${others.map(({ name, number }) => `${name === null ? '' : `${name} `}${number}`).join(', ')}`,
                object,
                path: 'spec.containers[].ports[].name',
                found: hit.name,
                expected: others.map(({ name, number }) => name ?? String(number)).join(' or '),
              },
            ],
            fix: stepsFix(
              'send traffic to the port of the application',
              `if callers of "${portLabel(port)}" are not meant to reach "${hit.name}", set targetPort to ${others.map(({ number }) => number).join(' or ')}`,
            ),
          }),
        ];
      }),
    );
  },
});
