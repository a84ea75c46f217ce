import { declaredPorts, portLabel, protocolOf, targetPortOf } from '../../model/ports.ts';
import { backendsOf } from '../../model/target-port.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny, notApplicable } from '../rule.ts';
import { advice, nameOf, objectOf } from './advice.ts';

export const bpr002 = defineRule({
  id: 'BPR-002',
  name: 'numeric-target-port',
  stage: 'ports',
  severity: 'info',
  title: 'a targetPort is a number although the container port has a name',
  healthy: 'container ports that have a name are targeted by it',
  offByDefault: true,
  roles: ['target'],
  offline: true,
  needs: ['service'],
  uses: ['pods', 'workloads'],
  explains: [],
  docs: {
    why: 'A named targetPort lets Pods change the number without a change of the Service; a number is plainer and never fails to resolve. Both are good practice to somebody, so this rule runs only where --only names it.',
    confirm: ['kubectl get service NAME -o jsonpath={.spec.ports}'],
    fix: 'Use the name of the container port as targetPort.',
    references: ['kubernetes.io: Service, Port definitions'],
  },
  check({ service, pods, workloads }) {
    if (!pods.known || !pods.complete || !workloads.known) return notApplicable('the Pods are not known');
    const [first] = backendsOf(service, pods.value, workloads.value);
    if (first === undefined) return notApplicable('no Pod and no template that the selector matches');
    return failIfAny(
      (service.spec?.ports ?? []).flatMap((port, index): Finding[] => {
        const target = targetPortOf(port);
        const declared = declaredPorts(first.like).find(
          (one) => one.number === target && one.protocol === protocolOf(port) && one.name !== null,
        );
        if (declared === undefined) return [];
        return [
          finding({
            severity: 'info',
            scope: { port: portLabel(port) },
            message: `${nameOf(service)} port ${portLabel(port)} targets ${target} by number, which the container calls "${declared.name}"`,
            evidence: [
              {
                label: 'Service',
                text: `targetPort ${target}`,
                object: objectOf(service),
                path: `spec.ports[${index}].targetPort`,
                found: String(target),
                expected: declared.name,
              },
            ],
            fix: advice('target the name', `set targetPort to "${declared.name}"`),
          }),
        ];
      }),
    );
  },
});
