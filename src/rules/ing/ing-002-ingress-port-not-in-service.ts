import { portLabel, targetPortOf } from '../../model/ports.ts';
import { finding } from '../finding.ts';
import { defineRule, failIfAny, unread } from '../rule.ts';
import { nameOf, serviceRow, stepsFix } from '../service-text.ts';
import { backendFix, backendRow, backendsTo, ingressName } from './ingress-text.ts';

export const ing002 = defineRule({
  id: 'ING-002',
  name: 'ingress-port-not-in-service',
  stage: 'entrance',
  severity: 'critical',
  title: 'an Ingress names a port number that the Service does not have',
  healthy: 'the port numbers that Ingresses name are ports of the Service',
  roles: ['target'],
  offline: true,
  gate: 'ingresses',
  needs: ['service'],
  uses: ['ingresses'],
  explains: [],
  docs: {
    why: 'The port of an Ingress backend is a port of the Service, not of the container. For any other number the controller has no endpoint and answers 503.',
    confirm: ['kubectl describe ingress NAME', 'kubectl get service NAME'],
    fix: "Name the Service's port.",
    references: ['kubernetes.io: Ingress', 'API reference: IngressServiceBackend.port'],
  },
  check({ service, ingresses }) {
    if (!ingresses.known) return unread(ingresses);
    const ports = service.spec?.ports ?? [];
    const wrong = backendsTo(service.metadata?.name ?? '', ingresses.value).filter(
      ({ port }) => port?.number !== undefined && !ports.some((own) => own.port === port.number),
    );
    return failIfAny(
      wrong.map((backend) => {
        const number = backend.port?.number;
        const meant =
          ports.find((port) => targetPortOf(port) === number) ?? (ports.length === 1 ? ports[0] : undefined);
        const targeted = meant !== undefined && targetPortOf(meant) === number;
        return finding({
          severity: 'critical',
          scope: { port: null },
          message: `Ingress ${ingressName(backend.ingress)} leads ${backend.path} to port ${number}, which ${nameOf(service)} does not have${targeted ? `: ${number} is its targetPort` : ''}`,
          evidence: [
            backendRow(backend, String(number), meant === undefined ? null : String(meant.port)),
            serviceRow(service, `ports ${ports.map(portLabel).join(', ') || 'none'}`, 'spec.ports'),
          ],
          effects: [`calls to ${backend.path} are answered 503 by the Ingress controller`],
          fix:
            meant === undefined
              ? stepsFix('name a port of the Service', `choose one of ${ports.map(({ port }) => port).join(', ')}`)
              : backendFix(
                  backend,
                  'port',
                  { number: meant.port },
                  `lead it to port ${meant.port}`,
                  ports.length === 1 || targeted ? 'review' : 'guess',
                ),
        });
      }),
    );
  },
});
