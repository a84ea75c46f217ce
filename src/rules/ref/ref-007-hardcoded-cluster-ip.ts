import type { Service, ServiceCIDR } from '../../facts/wire.ts';
import { clusterIpOwner } from '../../model/hard-coded-address.ts';
import { isWithin } from '../../model/ip-range.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { lostAddress, writtenAddresses } from './lost-address.ts';
import { setEnvCommands, type Usage, useRows, workloadText } from './reference-text.ts';

/** The API server and DNS have addresses that are fixed for the life of the cluster. */
function isFixed({ metadata }: Service): boolean {
  return metadata?.namespace === 'kube-system' || (metadata?.namespace === 'default' && metadata.name === 'kubernetes');
}

function rangesOf(cidrs: readonly ServiceCIDR[]): readonly string[] {
  return cidrs.flatMap(({ spec }) => spec?.cidrs ?? []);
}

/** Works until the Service is created anew: a hint. Written for a Service that is gone: a fault. */
function alive({ workload, uses }: Pick<Usage, 'workload' | 'uses'>, ip: string, owner: Service): Finding {
  const { name, namespace } = owner.metadata ?? {};
  const host = namespace === workload.namespace ? `${name}` : `${name}.${namespace}`;
  const commands = setEnvCommands({ workload, uses }, host);
  return finding({
    severity: 'low',
    message: `${workloadText(workload)} calls ${namespace}/${name} by its address ${ip}, which changes when that Service is created anew`,
    evidence: useRows(workload, uses, host),
    fix: {
      summary: `call ${host}`,
      safety: 'review',
      commands,
      steps: commands.length > 0 ? [] : [`write ${host} in place of ${ip}`],
      patch: null,
    },
  });
}

/** A cluster IP where a name should stand. */
export const ref007 = defineRule({
  id: 'REF-007',
  name: 'hardcoded-cluster-ip',
  stage: 'references',
  severity: 'critical',
  title: 'a workload calls a Service by its cluster IP',
  healthy: 'Services are called by name',
  roles: ['target', 'dependency', 'caller'],
  gate: 'calls',
  needs: ['references', 'services'],
  uses: ['servicesEverywhere', 'systemServices', 'serviceCidrs', 'logs'],
  explains: ['POD-009', 'POD-008', 'POD-012'],
  aliases: ['BPR-007'],
  docs: {
    why: 'A Service that is deleted and created again gets another cluster IP, and so does every Service of a new cluster. An address that lies in the range of cluster IPs and belongs to no Service answers nobody.',
    confirm: ['kubectl get services -A -o wide'],
    fix: 'Write the name of the Service.',
    references: ['kubernetes.io: Service ClusterIP allocation', 'kubernetes.io: DNS for Services and Pods'],
  },
  check(facts) {
    const { references, services, servicesEverywhere: all, systemServices, serviceCidrs, subject } = facts;
    const here = { known: true, value: services, complete: true } as const;
    const findings = writtenAddresses(references).flatMap((written): Finding[] => {
      const { ip } = written;
      const owner = clusterIpOwner(ip, here, all, systemServices);
      if (owner !== null) return isFixed(owner) || subject.role !== 'target' ? [] : [alive(written, ip, owner)];
      if (!all.known || !all.complete || !serviceCidrs.known) return [];
      if (!isWithin(ip, rangesOf(serviceCidrs.value))) return [];
      const what = 'a cluster IP that no Service has';
      return [lostAddress(written, { severity: 'critical', what, instead: 'call the Service by its name' }, facts)];
    });
    return failIfAny(findings);
  },
});
