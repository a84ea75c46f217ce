import { declaredPorts, initContainerPorts, portLabel } from '../../model/ports.ts';
import { backendsOf, backendsText } from '../../model/target-port.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny, notApplicable } from '../rule.ts';
import { areRollingOut, hasOtherProtocol, namedPortFix, unresolvedPorts } from './named-port.ts';
import { declarationsText, nameOf, refusedEffects, servicePortEvidence } from './port-text.ts';

export const prt001 = defineRule({
  id: 'PRT-001',
  name: 'named-target-port-not-found',
  stage: 'ports',
  severity: 'critical',
  title: 'a named targetPort that no Pod declares',
  healthy: 'every named targetPort is declared by the Pods',
  roles: ['target', 'dependency'],
  needs: ['service', 'pods', 'workloads'],
  uses: [],
  explains: ['DNS-002'],
  reasons: {
    'PRT-004': {
      name: 'target-port-on-init-container',
      title: 'only a plain init container declares the named targetPort',
    },
  },
  docs: {
    why: 'A named targetPort is looked up by name and protocol in the containers of each Pod, native sidecars last. Where no container has it, the EndpointSlice lists the Pods but no port, so nothing is reachable although the Pods are Ready.',
    confirm: [
      'kubectl get endpointslices -l kubernetes.io/service-name=NAME',
      'kubectl get pods -o jsonpath={..ports}',
    ],
    fix: 'Point targetPort at a declared name or at the number, or give the container port the name.',
    references: ['k8s.io/endpointslice: FindPort', 'kubernetes.io: Service, Port definitions'],
  },
  check({ service, pods, workloads }) {
    const backends = backendsOf(service, pods, workloads);
    if (backends.length === 0) return notApplicable('no Pod and no template that the selector matches');
    const headless = service.spec?.clusterIP === 'None';
    const findings = unresolvedPorts(service, backends)
      .filter((named) => named.lacking.length === backends.length && !hasOtherProtocol(named))
      .map((named): Finding => {
        const { port, index, target } = named;
        const [first] = backends;
        const declared = first === undefined ? [] : declaredPorts(first.like);
        const onInit = backends.every(({ like }) => initContainerPorts(like).some(({ name }) => name === target));
        return finding({
          reason: onInit ? 'PRT-004' : null,
          severity: headless ? 'medium' : 'critical',
          scope: { port: portLabel(port) },
          message: `${nameOf(service)} port ${portLabel(port)} does not work: no container has a port named "${target}"`,
          evidence: [
            servicePortEvidence(service, port, index),
            {
              label: 'Pods',
              text: `${declarationsText(declared)}${onInit ? `; "${target}" stands on an init container, which does not count` : ''}  (${backendsText(backends, backends)})`,
              object: first?.object ?? '',
              path: 'spec.containers[].ports[].name',
              found: declared.flatMap(({ name }) => (name === null ? [] : [name])).join(', ') || null,
              expected: target,
            },
          ],
          effects: headless
            ? ['SRV records and whatever reads ports from EndpointSlices miss this port; addresses still resolve']
            : [
                'its EndpointSlices list Pods without this port (kubectl shows <unset>)',
                ...refusedEffects(service, port, backends),
              ],
          fix: namedPortFix(service, named),
          converging: areRollingOut(backends, workloads),
        });
      });
    return failIfAny(findings);
  },
});
