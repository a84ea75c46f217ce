import { addressIn, isPodAddress, podWith } from '../../model/hard-coded-address.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { isSettling, saidRows, useRows, workloadText } from './reference-text.ts';
import { weighAddress } from './reference-weight.ts';

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
    const findings = references.flatMap((workload) =>
      [...new Set(workload.told.map(({ host }) => host))].sort().flatMap((host): Finding[] => {
        const ip = addressIn(host);
        if (ip === null) return [];
        const uses = workload.told.filter((use) => use.host === host);
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
        const { confidence, said } = weighAddress({ workload, uses }, (match) => match.ip === ip, {
          logs,
          services,
          now,
          subject,
        });
        return [
          finding({
            severity: 'high',
            confidence,
            message: `${workloadText(workload)} calls ${ip}, the address of a Pod that is gone`,
            scope: { service: subject.role === 'caller' ? ip : null },
            evidence: [...useRows(workload, uses, null), ...saidRows(said)],
            effects: [`calls from there to ${ip} hang or are refused`],
            fix: {
              summary: 'call a Service in front of the Pods',
              safety: 'review',
              commands: [],
              steps: [`write the name of the Service in place of ${ip}`],
              patch: null,
            },
            converging: isSettling(workload, now),
          }),
        ];
      }),
    );
    return failIfAny(findings);
  },
});
