import { declaredPorts, portLabel, protocolOf, targetPortOf } from '../../model/ports.ts';
import { backendsOf, hasMeshProxy } from '../../model/target-port.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny, notApplicable } from '../rule.ts';
import { nameOf, servicePortEvidence, stepsFix } from './port-text.ts';

export const prt006 = defineRule({
  id: 'PRT-006',
  name: 'ambiguous-named-port',
  stage: 'ports',
  severity: 'medium',
  title: 'two containers of a Pod use one name for different ports',
  healthy: 'the named targetPorts stand for one port in each Pod',
  roles: ['target'],
  offline: true,
  needs: ['service'],
  uses: ['pods', 'workloads'],
  explains: [],
  docs: {
    why: 'Names of ports are unique in a container, not in a Pod. Where two containers use the name that targetPort asks for, the first one in the Pod wins, and a changed order moves the traffic.',
    confirm: ['kubectl get pods -o jsonpath={..ports}'],
    fix: 'Rename one of the two ports, or use the number as targetPort.',
    references: ['k8s.io/endpointslice: FindPort'],
  },
  check({ service, pods, workloads }) {
    const named = (service.spec?.ports ?? []).filter((port) => typeof targetPortOf(port) === 'string');
    if (named.length === 0) return notApplicable('no targetPort is a name');
    if (!pods.known || !pods.complete || !workloads.known) return notApplicable('the Pods are not known');
    const backends = backendsOf(service, pods.value, workloads.value).filter(({ like }) => !hasMeshProxy(like));
    return failIfAny(
      named.flatMap((port): Finding[] => {
        const target = targetPortOf(port);
        const twins = (like: (typeof backends)[number]['like']) =>
          declaredPorts(like).filter(({ name, protocol }) => name === target && protocol === protocolOf(port));
        const backend = backends.find(({ like }) => new Set(twins(like).map(({ number }) => number)).size > 1);
        if (backend === undefined) return [];
        const all = twins(backend.like);
        const [first, ...others] = all;
        if (first === undefined) return [];
        return [
          finding({
            severity: 'medium',
            confidence: 'possible',
            scope: { port: portLabel(port) },
            message: `${nameOf(service)} port ${portLabel(port)} asks for "${target}", which two containers of ${backend.owner} use: the first one, "${first.container}", gets the traffic`,
            evidence: [
              servicePortEvidence(service, port, (service.spec?.ports ?? []).indexOf(port)),
              {
                label: 'Pods',
                text: all.map(({ container, number }) => `"${container}" calls ${number} so`).join(', '),
                object: backend.object,
                path: 'spec.containers[].ports[].name',
                found: all.map(({ number }) => number).join(', '),
                expected: 'one number',
              },
            ],
            fix: stepsFix(
              'give the two ports names of their own',
              `rename the port of ${others.map(({ container }) => `container "${container}"`).join(', ')} in the Pod template, or use ${first.number} as targetPort`,
            ),
          }),
        ];
      }),
    );
  },
});
