import { targetPortOf } from '../../model/ports.ts';
import { finding } from '../finding.ts';
import { defineRule, failIfAny, unread } from '../rule.ts';
import { nameOf, serviceRow, stepsFix } from '../service-text.ts';
import { backendFix, backendRow, backendsTo, routeName } from './route-text.ts';

export const gwy002 = defineRule({
  id: 'GWY-002',
  name: 'route-backend-port',
  stage: 'entrance',
  severity: 'critical',
  title: 'a route names a port that the Service does not have',
  healthy: 'the ports that routes name are ports of the Service',
  roles: ['target'],
  offline: true,
  gate: 'routes',
  needs: ['service'],
  uses: ['routes'],
  explains: ['GWY-006'],
  docs: {
    why: 'The port of a backendRef is a port of the Service, and must be given. For another number, or none, requests are answered 500.',
    confirm: ['kubectl get httproute NAME -o yaml', 'kubectl get service NAME'],
    fix: "Name the Service's port.",
    references: ['Gateway API: BackendObjectReference.port'],
  },
  check({ service, routes, subject }) {
    if (!routes.known) return unread(routes);
    const ports = service.spec?.ports ?? [];
    const wrong = backendsTo(subject.namespace, subject.name, routes.value).filter(
      ({ reference }) => !ports.some(({ port }) => port === reference.port),
    );
    return failIfAny(
      wrong.map((backend) => {
        const { port } = backend.reference;
        const meant = ports.find((own) => targetPortOf(own) === port) ?? (ports.length === 1 ? ports[0] : undefined);
        return finding({
          severity: 'critical',
          message:
            port === undefined
              ? `${routeName(backend.route)} names no port of ${nameOf(service)}`
              : `${routeName(backend.route)} leads to port ${port}, which ${nameOf(service)} does not have`,
          evidence: [
            backendRow(backend, meant === undefined ? null : String(meant.port)),
            serviceRow(service, `ports ${ports.map((own) => own.port).join(', ') || 'none'}`, 'spec.ports'),
          ],
          effects: ['requests that it routes there are answered 500'],
          fix:
            meant === undefined
              ? stepsFix('name a port of the Service', `choose one of ${ports.map((own) => own.port).join(', ')}`)
              : backendFix(backend, 'port', meant.port, `lead it to port ${meant.port}`, 'review'),
        });
      }),
    );
  },
});
