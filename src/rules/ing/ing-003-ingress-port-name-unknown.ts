import { isNear } from '../../model/near-names.ts';
import { portLabel } from '../../model/ports.ts';
import { finding } from '../finding.ts';
import { defineRule, failIfAny, unread } from '../rule.ts';
import { nameOf, serviceRow, stepsFix } from '../service-text.ts';
import { backendFix, backendRow, backendsTo, ingressName } from './ingress-text.ts';

export const ing003 = defineRule({
  id: 'ING-003',
  name: 'ingress-port-name-unknown',
  stage: 'entrance',
  severity: 'critical',
  title: 'an Ingress names a port name that the Service does not have',
  healthy: 'the port names that Ingresses use are names of ports of the Service',
  roles: ['target'],
  offline: true,
  gate: 'ingresses',
  needs: ['service'],
  uses: ['ingresses'],
  explains: [],
  docs: {
    why: "A port name in an Ingress backend is the name of the Service's port, not of the container's. A port without a name is not found by any.",
    confirm: ['kubectl describe ingress NAME', 'kubectl get service NAME -o jsonpath={.spec.ports}'],
    fix: "Use the Service's port name, or its number.",
    references: ['kubernetes.io: Ingress', 'API reference: ServiceBackendPort.name'],
  },
  check({ service, ingresses }) {
    if (!ingresses.known) return unread(ingresses);
    const ports = service.spec?.ports ?? [];
    const wrong = backendsTo(service.metadata?.name ?? '', ingresses.value).filter(
      ({ port }) => port?.name !== undefined && port.name !== '' && !ports.some(({ name }) => name === port.name),
    );
    return failIfAny(
      wrong.map((backend) => {
        const name = backend.port?.name ?? '';
        const near = ports.filter((port) => isNear(port.name ?? '', name) || port.targetPort === name);
        const meant = ports.length === 1 ? ports[0] : near.length === 1 ? near[0] : undefined;
        const value =
          meant === undefined
            ? null
            : meant.name === undefined || meant.name === ''
              ? { number: meant.port }
              : { name: meant.name };
        return finding({
          severity: 'critical',
          message: `Ingress ${ingressName(backend.ingress)} leads ${backend.path} to port "${name}", which ${nameOf(service)} does not have`,
          evidence: [
            backendRow(backend, name, meant === undefined ? null : portLabel(meant)),
            serviceRow(
              service,
              `ports ${ports.map(({ name: own, port }) => `${own ?? 'without name'} ${port}`).join(', ')}`,
              'spec.ports',
            ),
          ],
          effects: [`calls to ${backend.path} are answered 503 by the Ingress controller`],
          fix:
            value === null
              ? stepsFix('name a port of the Service', `choose one of ${ports.map(portLabel).join(', ')}`)
              : backendFix(backend, 'port', value, 'lead it to the port of the Service'),
        });
      }),
    );
  },
});
