import { isPodAddress, podWith } from '../../model/hard-coded-address.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { lostAddress, writtenAddresses } from './lost-address.ts';
import { useRows, workloadText } from './reference-text.ts';

/** The address of a Pod where the name of a Service should stand: it goes with the Pod. */
export const ref008 = defineRule({
  id: 'REF-008',
  name: 'hardcoded-pod-ip',
  stage: 'references',
  severity: 'high',
  title: 'a workload calls a Pod by its address',
  healthy: 'no Pod is called by its address',
  roles: ['target', 'dependency', 'caller'],
  gate: 'calls',
  needs: ['references'],
  uses: ['pods', 'podsEverywhere', 'nodes', 'services', 'logs'],
  explains: ['POD-009', 'POD-008', 'POD-012'],
  docs: {
    why: 'A Pod has its address for as long as it lives; the one that replaces it has another. What lies in the range of a node and is the address of no Pod answers nobody.',
    confirm: ['kubectl get pods -A -o wide'],
    fix: 'Create a Service for these Pods and call it by its name.',
    references: ['kubernetes.io: Connecting Applications with Services', 'kubernetes.io: Pod Lifecycle'],
  },
  check(facts) {
    const { references, pods, podsEverywhere: all, nodes, logs, subject, now } = facts;
    const services = facts.services.known ? facts.services.value : [];
    const findings = writtenAddresses(references).flatMap((written): Finding[] => {
      const { ip, workload, uses } = written;
      const owner = podWith(ip, pods, all);
      if (owner !== null) {
        if (subject.role !== 'target') return [];
        return [
          finding({
            severity: 'low',
            message: `${workloadText(workload)} calls ${ip}, the address of Pod ${owner.metadata?.namespace}/${owner.metadata?.name}, which goes with that Pod`,
            evidence: useRows(workload, uses, null),
          }),
        ];
      }
      if (!all.known || !all.complete || !nodes.known || !isPodAddress(ip, nodes.value)) return [];
      const what = 'the address of a Pod that is gone';
      const told = { severity: 'high', what, instead: 'call a Service in front of the Pods' } as const;
      return [lostAddress(written, told, { logs, services, now, subject })];
    });
    return failIfAny(findings);
  },
});
