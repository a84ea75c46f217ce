import { finding } from '../finding.ts';
import { defineRule, failIfAny, unread } from '../rule.ts';
import { nameOf, stepsFix } from '../service-text.ts';
import { conditionRow, routeName, routesTo, verdictsOn } from './route-text.ts';

const MEANING: Readonly<Record<string, string>> = {
  NotAllowedByListeners: 'no listener of the Gateway allows routes of this kind or namespace (allowedRoutes)',
  NoMatchingListenerHostname: 'none of its hostnames fits a listener of the Gateway',
  NoMatchingParent: 'the Gateway has no such listener or port (sectionName, port)',
  UnsupportedValue: 'it holds a value that the controller does not support',
  Pending: 'the controller has not decided yet',
};

export const gwy004 = defineRule({
  id: 'GWY-004',
  name: 'route-not-accepted',
  stage: 'entrance',
  severity: 'critical',
  title: 'a Gateway does not accept a route that leads to the Service',
  healthy: 'the Gateways accept the routes that lead to the Service',
  roles: ['target'],
  gate: 'routes',
  needs: ['service'],
  uses: ['routes'],
  explains: [],
  docs: {
    why: 'A Gateway serves only the routes that it accepts. The reason in the status says what does not fit: the listener, the hostname, the section, or a value.',
    confirm: ['kubectl get httproute NAME -o jsonpath={.status.parents}', 'kubectl get gateway NAME -o yaml'],
    fix: "Change the route or the Gateway's listener until they fit.",
    references: ['Gateway API: HTTPRoute, RouteConditionAccepted'],
  },
  check({ service, routes, subject }) {
    if (!routes.known) return unread(routes);
    return failIfAny(
      routesTo(subject.namespace, subject.name, routes.value).flatMap((route) => {
        const verdicts = verdictsOn(route, 'Accepted');
        const accepted = verdicts.some(({ condition }) => condition.status === 'True');
        return verdicts
          .filter(({ condition }) => condition.status === 'False')
          .map((verdict) => {
            const meaning = MEANING[verdict.condition.reason ?? ''] ?? verdict.condition.message ?? 'see its reason';
            return finding({
              severity: accepted ? 'high' : 'critical',
              message: `Gateway ${verdict.parent} does not accept ${routeName(route)}: ${verdict.condition.reason}`,
              evidence: [conditionRow(route, verdict)],
              effects: [`calls through ${verdict.parent} do not reach ${nameOf(service)}`],
              fix: stepsFix('make the route fit the Gateway', meaning),
              converging: verdict.stale || verdict.condition.reason === 'Pending',
            });
          });
      }),
    );
  },
});
