import { matchedPods } from '../../model/endpoints.ts';
import { isHeadless } from '../../model/governing.ts';
import { portLabel, resolvePort } from '../../model/ports.ts';
import { isLive } from '../../model/readiness.ts';
import { finding } from '../finding.ts';
import { defineRule, failIfAny, notApplicable } from '../rule.ts';
import { nameOf, serviceRow } from '../service-text.ts';

export const hdl001 = defineRule({
  id: 'HDL-001',
  name: 'headless-port-not-remapped',
  stage: 'ports',
  severity: 'info',
  title: 'a headless Service whose port differs from its targetPort: nothing maps it',
  healthy: 'the ports of the headless Service are those that its Pods serve',
  roles: ['target'],
  offline: true,
  gate: 'names',
  needs: ['service', 'pods'],
  uses: [],
  explains: [],
  docs: {
    why: "DNS answers for a headless Service with the Pods' own addresses, and nothing stands between that could map a port. Clients must call the targetPort; only SRV lookups tell them.",
    confirm: ['kubectl get service NAME -o jsonpath={.spec.ports}'],
    fix: 'Make port and targetPort equal, or let clients call the targetPort.',
    references: ['kubernetes.io: Headless Services', 'API reference: ServicePort.targetPort'],
  },
  check({ service, pods }) {
    if (!isHeadless(service)) return notApplicable('the Service is not headless');
    const [pod] = matchedPods(service, pods).filter(isLive);
    if (pod === undefined) return notApplicable('no Pod is behind the Service');
    return failIfAny(
      (service.spec?.ports ?? []).flatMap((port, index) => {
        const number = resolvePort(port, pod);
        if (number === null || number === port.port) return [];
        return [
          finding({
            severity: 'info',
            scope: { port: portLabel(port) },
            message: `${nameOf(service)} is headless, so port ${port.port} is not mapped: clients reach its Pods on ${number}`,
            evidence: [
              serviceRow(
                service,
                `port ${port.port}, targetPort ${number}`,
                `spec.ports[${index}].port`,
                String(port.port),
                String(number),
              ),
            ],
          }),
        ];
      }),
    );
  },
});
