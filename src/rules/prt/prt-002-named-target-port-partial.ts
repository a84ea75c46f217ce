import { declaredPorts, portLabel } from '../../model/ports.ts';
import { backendsOf, backendsText } from '../../model/target-port.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny, notApplicable } from '../rule.ts';
import { areRollingOut, unresolvedPorts } from './named-port.ts';
import { declarationsText, nameOf, servicePortEvidence, stepsFix } from './port-text.ts';

export const prt002 = defineRule({
  id: 'PRT-002',
  name: 'named-target-port-partial',
  stage: 'ports',
  severity: 'high',
  title: 'a named targetPort that only some Pods declare',
  healthy: 'every named targetPort is declared by all Pods or by none',
  roles: ['target', 'dependency'],
  offline: true,
  gate: 'ports',
  needs: ['service', 'pods', 'workloads'],
  uses: [],
  explains: [],
  docs: {
    why: 'The EndpointSlice controller looks up a named targetPort Pod by Pod. Pods without it stand in a slice without the port, and kube-proxy sends them nothing: their capacity is lost.',
    confirm: ['kubectl get endpointslices -l kubernetes.io/service-name=NAME'],
    fix: 'Give the port the same name in every Pod template behind the Service, or narrow the selector.',
    references: ['k8s.io/endpointslice: FindPort', 'kubernetes.io: Service, Port definitions'],
  },
  check({ service, pods, workloads }) {
    const backends = backendsOf(service, pods, workloads);
    if (backends.length === 0) return notApplicable('no Pod and no template that the selector matches');
    const findings = unresolvedPorts(service, backends)
      .filter(({ lacking }) => lacking.length < backends.length)
      .map(({ port, index, target, lacking }): Finding => {
        const [first] = lacking;
        const owners = [...new Set(lacking.map(({ owner }) => owner))].sort().join(', ');
        return finding({
          severity: 'high',
          scope: { port: portLabel(port) },
          message: `${nameOf(service)} port ${portLabel(port)} reaches only ${backends.length - lacking.length} of ${backends.length} Pods: the others have no port named "${target}"`,
          evidence: [
            servicePortEvidence(service, port, index),
            {
              label: 'Pods',
              text: `${backendsText(lacking, backends)}, of ${owners}: ${declarationsText(first === undefined ? [] : declaredPorts(first.like))}`,
              object: first?.object ?? '',
              path: 'spec.containers[].ports[].name',
              found: null,
              expected: target,
            },
          ],
          effects: ['the Pods without the port get no traffic'],
          fix: stepsFix(
            `name the port in ${owners}`,
            `give the container port the name "${target}" in the Pod template of ${owners}, or narrow the Service's selector`,
          ),
          converging: areRollingOut(backends, workloads),
        });
      });
    return failIfAny(findings);
  },
});
