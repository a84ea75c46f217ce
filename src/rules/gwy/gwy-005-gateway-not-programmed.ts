import { parentsOf } from '../../model/entrance.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny, unread } from '../rule.ts';
import { isYounger, nameOf, stepsFix } from '../service-text.ts';
import { routesTo } from './route-text.ts';

export const gwy005 = defineRule({
  id: 'GWY-005',
  name: 'gateway-not-programmed',
  stage: 'entrance',
  severity: 'high',
  title: 'the Gateway of a route is missing, or not programmed',
  healthy: 'the Gateways of the routes that lead to the Service are programmed',
  roles: ['target'],
  gate: 'routes',
  needs: ['service'],
  uses: ['routes', 'gateways'],
  explains: ['GWY-004', 'GWY-006'],
  docs: {
    why: 'A Gateway takes calls once its controller has set it up (condition Programmed). Until then, or where the Gateway does not exist, no route of it is served.',
    confirm: ['kubectl get gateway NAME', 'kubectl get gateway NAME -o jsonpath={.status.conditions}'],
    fix: 'Do what the condition says; a Gateway that does not exist must be created, or the parentRef corrected.',
    references: ['Gateway API: Gateway, GatewayConditionProgrammed'],
  },
  check({ service, routes, gateways, subject, now }) {
    if (!routes.known) return unread(routes);
    const mine = routesTo(subject.namespace, subject.name, routes.value);
    if (mine.length === 0) return failIfAny([]);
    if (!gateways.known) return unread(gateways);
    return failIfAny(
      parentsOf(mine, subject.namespace, subject.name).flatMap((parent): Finding[] => {
        const gateway = gateways.value.find(({ metadata }) => `${metadata?.namespace}/${metadata?.name}` === parent);
        const off = (gateway?.status?.conditions ?? []).find(
          ({ type, status }) => (type === 'Programmed' || type === 'Accepted') && status === 'False',
        );
        if (gateway !== undefined && off === undefined) return [];
        const effects = [`calls through ${parent} do not reach ${nameOf(service)}`];
        const said = off === undefined ? 'does not exist' : `is not ${off.type.toLowerCase()}: ${off.reason}`;
        return [
          finding({
            severity: 'high',
            message: `Gateway ${parent} ${said}`,
            evidence: [
              {
                label: 'Gateway',
                text: off === undefined ? 'not found' : `${off.reason}${off.message ? `: ${off.message}` : ''}`,
                object: `Gateway ${parent}`,
                path: off === undefined ? 'metadata.name' : `status.conditions[type=${off.type}]`,
                found: off?.reason ?? null,
                expected: 'Programmed',
              },
            ],
            effects,
            fix:
              off === undefined
                ? stepsFix('create the Gateway, or correct the parentRef', `the route names Gateway ${parent}`)
                : stepsFix('do what the condition says', off.message ?? off.reason ?? 'read the log of the controller'),
            converging:
              off !== undefined &&
              (off.reason === 'Pending' || isYounger(gateway?.metadata?.creationTimestamp, now, 120_000)),
          }),
        ];
      }),
    );
  },
});
