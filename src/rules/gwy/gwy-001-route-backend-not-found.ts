import { isOfGateway, routeBackends } from '../../model/entrance.ts';
import { isMisspelt, isNear } from '../../model/near-names.ts';
import { finding } from '../finding.ts';
import { defineRule, failIfAny, unread } from '../rule.ts';
import { mayExist } from '../unseen.ts';
import { backendFix, backendRow, routeName, routesTo } from './route-text.ts';

export const gwy001 = defineRule({
  id: 'GWY-001',
  name: 'route-backend-not-found',
  stage: 'entrance',
  severity: 'critical',
  title: 'a route names a Service that does not exist',
  healthy: 'no route names a Service that does not exist where this one may be meant',
  roles: ['target'],
  offline: true,
  gate: 'routes',
  needs: ['services'],
  uses: ['routes', 'unseen'],
  explains: ['GWY-006'],
  docs: {
    why: 'A route of a Gateway answers 500 for the share of requests that goes to a backend that does not exist (condition ResolvedRefs=False, reason BackendNotFound).',
    confirm: ['kubectl get httproute NAME -o yaml', 'kubectl get services'],
    fix: 'Correct the name in backendRefs, or create the Service.',
    references: ['Gateway API: HTTPRoute, backendRefs'],
  },
  check({ services, routes, unseen, subject }) {
    if (!routes.known) return unread(routes);
    if (routes.value.length === 0) return failIfAny([]);
    const { namespace, name } = subject;
    const names = new Set(services.map(({ metadata }) => metadata?.name));
    const isMeant = mayExist(unseen) ? isMisspelt : isNear;
    const served = routesTo(namespace, name, routes.value).length > 0;
    const missing = routes.value
      .filter(isOfGateway)
      .flatMap(routeBackends)
      .filter(
        ({ namespace: of, reference }) =>
          of === namespace && !names.has(reference.name) && isMeant(reference.name, name),
      );
    return failIfAny(
      missing.map((backend) =>
        finding({
          severity: 'critical',
          confidence: served ? 'possible' : 'likely',
          message: `${routeName(backend.route)} leads nowhere: there is no Service ${backend.reference.name} in ${namespace}`,
          evidence: [backendRow(backend, name)],
          effects: ['requests that it routes there are answered 500'],
          fix: backendFix(backend, 'name', name, `lead it to ${name}`, 'guess'),
        }),
      ),
    );
  },
});
