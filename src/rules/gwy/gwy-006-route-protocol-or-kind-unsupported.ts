import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny, unread } from '../rule.ts';
import { isYounger, nameOf, stepsFix } from '../service-text.ts';
import { conditionRow, routeName, routesTo, verdictsOn } from './route-text.ts';

export const gwy006 = defineRule({
  id: 'GWY-006',
  name: 'route-protocol-or-kind-unsupported',
  stage: 'entrance',
  severity: 'high',
  title: 'the controller of a Gateway cannot serve all that a route asks for',
  healthy: 'the controllers serve all that the routes to the Service ask for',
  roles: ['target'],
  gate: 'routes',
  needs: ['service'],
  uses: ['routes'],
  explains: [],
  docs: {
    why: 'A controller may refuse a backend (InvalidKind, UnsupportedProtocol of appProtocol), or drop single rules of a route (PartiallyInvalid). A route that no controller has written a status for is served by nobody.',
    confirm: ['kubectl get httproute NAME -o jsonpath={.status.parents}'],
    fix: 'Change what the condition names; without any status see whether the controller of the GatewayClass runs.',
    references: ['Gateway API: RouteConditionResolvedRefs, RouteConditionPartiallyInvalid'],
  },
  check({ service, routes, subject, now }) {
    if (!routes.known) return unread(routes);
    return failIfAny(
      routesTo(subject.namespace, subject.name, routes.value).flatMap((route): Finding[] => {
        if ((route.status?.parents ?? []).length === 0) {
          if (isYounger(route.metadata?.creationTimestamp, now, 120_000)) return [];
          return [
            finding({
              severity: 'high',
              confidence: 'possible',
              message: `no controller has answered for ${routeName(route)}: perhaps nobody serves it`,
              evidence: [
                {
                  label: 'status',
                  text: 'no parent has written a status',
                  object: routeName(route),
                  path: 'status.parents',
                  found: null,
                  expected: 'Accepted=True',
                },
              ],
              fix: stepsFix('see whether the controller runs', 'look for the controller of the GatewayClass'),
            }),
          ];
        }
        const refused = [
          ...verdictsOn(route, 'ResolvedRefs').filter(({ condition }) => condition.status === 'False'),
          ...verdictsOn(route, 'PartiallyInvalid').filter(({ condition }) => condition.status === 'True'),
        ];
        return refused.map((verdict) =>
          finding({
            severity: 'high',
            message: `${verdict.parent} does not serve all of ${routeName(route)}: ${verdict.condition.reason}`,
            evidence: [conditionRow(route, verdict)],
            effects: [`some of the requests for ${nameOf(service)} are answered 500`],
            fix: stepsFix(
              'change what the condition names',
              verdict.condition.message ?? `${verdict.condition.reason}`,
            ),
            converging: verdict.stale,
          }),
        );
      }),
    );
  },
});
