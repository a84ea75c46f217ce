import type { Service } from '../../facts/wire.ts';
import { declaredPorts, initContainerPorts, portLabel } from '../../model/ports.ts';
import { backendsOf, backendsText } from '../../model/target-port.ts';
import { type Finding, type Fix, finding } from '../finding.ts';
import { defineRule, failIfAny, notApplicable } from '../rule.ts';
import {
  areRollingOut,
  hasOtherProtocol,
  ignoredSidecarPorts,
  type NamedPort,
  namedPortFix,
  unresolvedPorts,
} from './named-port.ts';
import { declarationsText, nameOf, portFix, refusedEffects, servicePortEvidence, stepsFix } from './port-text.ts';

/** The number works with every server; where Pods have different ones, the name must go to a regular container. */
function sidecarFix(service: Service, { index, target, lacking }: NamedPort): Fix {
  const declared = lacking.flatMap(({ like }) => declaredPorts(like).filter(({ name }) => name === target));
  const [number, ...others] = [...new Set(declared.map((port) => port.number))];
  const summary = 'use the number, which every server resolves';
  return number === undefined || others.length > 0
    ? stepsFix(summary, `set targetPort to the number that the sidecar listens on instead of "${target}"`)
    : portFix(service, index, 'targetPort', number, summary, 'safe');
}

export const prt001 = defineRule({
  id: 'PRT-001',
  name: 'named-target-port-not-found',
  stage: 'ports',
  severity: 'critical',
  title: 'a named targetPort that no Pod declares',
  healthy: 'every named targetPort is declared by the Pods',
  roles: ['target', 'dependency'],
  offline: true,
  gate: 'ports',
  needs: ['service', 'pods', 'workloads'],
  uses: ['slices'],
  explains: ['DNS-002', 'EPS-002', 'ING-009'],
  reasons: {
    'PRT-004': {
      name: 'target-port-on-init-container',
      title: 'only a plain init container declares the named targetPort',
    },
    'PRT-005': {
      name: 'target-port-on-native-sidecar-old-server',
      title: 'only a native sidecar declares the named targetPort, and the server does not look there',
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
  check({ service, pods, workloads, slices }) {
    const backends = backendsOf(service, pods, workloads);
    if (backends.length === 0) return notApplicable('no Pod and no template that the selector matches');
    const headless = service.spec?.clusterIP === 'None';
    const absent = unresolvedPorts(service, backends).filter(
      (named) => named.lacking.length === backends.length && !hasOtherProtocol(named),
    );
    const ignored = slices.known && slices.complete ? ignoredSidecarPorts(service, backends, slices.value) : [];
    const findings = [...absent, ...ignored].map((named): Finding => {
      const onSidecar = ignored.includes(named);
      const { port, index, target } = named;
      const [first] = backends;
      const declared = first === undefined ? [] : declaredPorts(first.like);
      const onInit = backends.every(({ like }) => initContainerPorts(like).some(({ name }) => name === target));
      return finding({
        reason: onSidecar ? 'PRT-005' : onInit ? 'PRT-004' : null,
        severity: headless ? 'medium' : 'critical',
        scope: { port: portLabel(port) },
        message: `${nameOf(service)} port ${portLabel(port)} does not work: ${onSidecar ? 'only a native sidecar' : 'no container'} has a port named "${target}"`,
        evidence: [
          servicePortEvidence(service, port, index),
          {
            label: 'Pods',
            text: `${declarationsText(declared)}${onInit ? `; "${target}" stands on an init container, which does not count` : onSidecar ? '; servers before 1.32 do not look in native sidecars' : ''}  (${backendsText(backends, backends)})`,
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
        fix: onSidecar ? sidecarFix(service, named) : namedPortFix(service, named),
        converging: areRollingOut(backends, workloads),
      });
    });
    return failIfAny(findings);
  },
});
