import { calledServices, wrongPorts } from '../../model/called-services.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { callPort } from './called-port.ts';
import { meantBy, portsRow, unlistedPort } from './listed-ports.ts';
import { isSettling, saidRows, useRows, workloadText } from './reference-text.ts';
import { isConnectionTo, weigh } from './reference-weight.ts';

/** A host that is a Service with a cluster IP, and a port that the Service does not list: told to a workload, or named by the user. */
export const ref004 = defineRule({
  id: 'REF-004',
  name: 'wrong-port-referenced',
  stage: 'references',
  severity: 'critical',
  title: 'a workload calls a Service on a port that the Service does not have',
  healthy: 'Services are called on ports that they have',
  roles: ['target', 'dependency', 'caller'],
  offline: true,
  gate: 'calls',
  needs: ['references', 'services'],
  uses: ['servicesEverywhere', 'logs', 'calledPort'],
  explains: ['POD-009'],
  causes: {
    'target-port': 'the port is that of the containers behind the Service',
    'node-port': 'the port is one that nodes listen on',
    unlisted: 'the Service has no such port',
  },
  docs: {
    why: 'A cluster IP answers only on the ports that the Service lists. A call to another one hangs with kube-proxy in iptables mode and is refused with nftables or ipvs. Most often the port of the container is called where the Service has its own. An address that is written but not used harms nobody: without a complaint, and with Ready Pods, this is a hint.',
    confirm: ['kubectl get service NAME -o jsonpath={.spec.ports}', 'kubectl -n NAMESPACE logs POD'],
    fix: 'Call a port that the Service lists, or list the port in the Service.',
    references: ['kubernetes.io: Service, defining a Service', 'kubernetes.io: Debug Services'],
  },
  check(facts) {
    const { references, services, servicesEverywhere: all, subject, now, calledPort } = facts;
    const named = subject.role === 'target' && calledPort.known ? calledPort.value : null;
    const own = services.find(({ metadata }) => metadata?.name === subject.name);
    const byHand = named === null || own === undefined ? [] : unlistedPort(own, named);
    const findings = calledServices(references, services, all).flatMap(({ workload, service, uses }): Finding[] => {
      const place = { name: service.metadata?.name ?? '', namespace: service.metadata?.namespace ?? '' };
      const key = `${place.namespace}/${place.name}`;
      return wrongPorts({ workload, service, uses }).map(({ port, wrong }) => {
        const meant = meantBy(port, service);
        const { confidence, said } = weigh({ workload, uses: wrong }, isConnectionTo(place, [port]), key, facts);
        const implied = wrong.every((use) => use.port === null);
        const choice = (service.spec?.ports ?? []).map((one) => one.port);
        return finding({
          severity: 'critical',
          confidence: implied && said === null ? 'possible' : confidence,
          cause: meant.cause,
          message: `${workloadText(workload)} calls ${key} on port ${port}, which that Service does not have`,
          scope: { service: subject.role === 'caller' ? key : null },
          evidence: [...useRows(workload, wrong, null), portsRow(service, port, meant), ...saidRows(said)],
          effects: [`calls from there to port ${port} hang or are refused`],
          fix: callPort(workload, wrong, meant.port, choice),
          notes: [{ label: 'or', text: `list port ${port} in spec.ports of Service ${key}` }],
          converging: isSettling(workload, now),
        });
      });
    });
    return failIfAny([...byHand, ...findings]);
  },
});
