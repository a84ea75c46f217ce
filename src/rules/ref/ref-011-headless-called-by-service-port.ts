import type { Pod } from '../../facts/wire.ts';
import { type CalledService, calledServices, portCalled } from '../../model/called-services.ts';
import { matchedPods } from '../../model/endpoints.ts';
import { isHeadless } from '../../model/governing.ts';
import { resolvePort } from '../../model/ports.ts';
import { isLive } from '../../model/readiness.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { callPort } from './called-port.ts';
import { isSettling, saidRows, useRows, workloadText } from './reference-text.ts';
import { isConnectionTo, weigh } from './reference-weight.ts';

/** Ports of the headless Service that are called although its Pods serve them under another number. */
function unmapped({ service, uses }: CalledService, pods: readonly Pod[]) {
  const live = matchedPods(service, pods).filter(isLive);
  return (service.spec?.ports ?? []).flatMap((port) => {
    const wrong = uses.filter((use) => portCalled(use) === port.port);
    const numbers = [...new Set(live.map((pod) => resolvePort(port, pod)))];
    const [number] = numbers;
    if (wrong.length === 0 || numbers.length !== 1 || number === undefined || number === null) return [];
    const served = (service.spec?.ports ?? []).some((other) =>
      live.some((pod) => resolvePort(other, pod) === port.port),
    );
    return number === port.port || served ? [] : [{ port, number, wrong }];
  });
}

/** Nothing stands between the caller of a headless Service and its Pods: the port of the Service means nothing to them. */
export const ref011 = defineRule({
  id: 'REF-011',
  name: 'headless-called-by-service-port',
  stage: 'references',
  severity: 'critical',
  title: 'a headless Service is called on a port that its Pods do not serve',
  healthy: 'headless Services are called on the ports of their Pods',
  roles: ['target', 'dependency', 'caller'],
  offline: true,
  gate: 'calls',
  needs: ['references', 'services'],
  uses: ['pods', 'servicesEverywhere', 'logs'],
  explains: ['POD-009', 'HDL-001'],
  docs: {
    why: "DNS answers for a headless Service with the addresses of its Pods. A client connects to a Pod itself, so the Service's port is not translated to the targetPort: a call to it is refused. Only SRV lookups tell the port of the Pods.",
    confirm: ['kubectl get service NAME -o jsonpath={.spec.ports}', 'kubectl get endpointslices'],
    fix: 'Call the targetPort, make port and targetPort equal, or give the Service a cluster IP.',
    references: ['kubernetes.io: Headless Services', 'API reference: ServicePort.targetPort'],
  },
  check(facts) {
    const { references, services, pods, servicesEverywhere: all, subject, now } = facts;
    if (!pods.known || !pods.complete) return failIfAny([]);
    const headless = calledServices(references, services, all).filter(
      ({ service }) => isHeadless(service) && service.metadata?.namespace === subject.namespace,
    );
    const findings = headless.flatMap((called): Finding[] => {
      const { workload, service } = called;
      const place = { name: service.metadata?.name ?? '', namespace: service.metadata?.namespace ?? '' };
      const key = `${place.namespace}/${place.name}`;
      return unmapped(called, pods.value).map(({ port, number, wrong }) => {
        const { confidence, said } = weigh({ workload, uses: wrong }, isConnectionTo(place, [port.port]), key, facts);
        return finding({
          severity: 'critical',
          confidence,
          message: `${workloadText(workload)} calls headless Service ${key} on port ${port.port}, which its Pods do not serve`,
          scope: { service: subject.role === 'caller' ? key : null },
          evidence: [
            ...useRows(workload, wrong, null),
            {
              label: 'Service',
              text: `clusterIP None, port ${port.port}, targetPort ${number}`,
              object: `Service ${key}`,
              path: 'spec.ports',
              found: String(port.port),
              expected: String(number),
            },
            ...saidRows(said),
          ],
          effects: [`calls from there to port ${port.port} are refused by the Pods`],
          fix: callPort(workload, wrong, number, []),
          converging: isSettling(workload, now),
        });
      });
    });
    return failIfAny(findings);
  },
});
