import type { Pod } from '../../facts/wire.ts';
import { containerStates } from '../../model/readiness.ts';
import { ownerOf } from '../../model/workloads.ts';
import { type Evidence, type Fix, finding } from '../finding.ts';
import { defineRule, fail } from '../rule.ts';
import { type CoreDns, coreDnsOf, DNS_PODS_FAIL, lineRows, outage, outageEffects, unheard } from './dns-text.ts';

interface Killed {
  pod: Pod;
  container: string;
  limit: string | null;
  restarts: number;
}

function killedOf({ ill }: CoreDns): Killed | null {
  for (const pod of ill) {
    for (const { container, status, init } of containerStates(pod)) {
      const ended = status?.state?.terminated ?? status?.lastState?.terminated;
      if (init || ended?.reason !== 'OOMKilled') continue;
      const limit = container.resources?.limits?.memory ?? null;
      return { pod, container: container.name, limit, restarts: status?.restartCount ?? 0 };
    }
  }
  return null;
}

function killedRow({ pod, container, limit, restarts }: Killed): Evidence {
  const name = `${pod.metadata?.namespace}/${pod.metadata?.name}`;
  return {
    label: 'Pod',
    text: `${name}: container "${container}" was killed for memory, limit ${limit ?? 'none'}, ${restarts} restarts`,
    object: `Pod ${name}`,
    path: `status.containerStatuses[${container}].lastState.terminated.reason`,
    found: 'OOMKilled',
    expected: null,
  };
}

function fixOf(killed: Killed | null): Fix {
  const owner = killed === null ? null : ownerOf(killed.pod);
  const size = /^(\d+)(Mi|Gi|M|G)$/.exec(killed?.limit ?? '');
  const more = [
    'add a replica of CoreDNS, or run NodeLocal DNSCache',
    'lower ndots where many names of the outside are looked up',
  ];
  if (killed === null || owner?.kind !== 'Deployment' || size === null)
    return { summary: 'give DNS more room', safety: 'review', commands: [], steps: more, patch: null };
  return {
    summary: 'double the memory limit of CoreDNS',
    safety: 'guess',
    commands: [
      `kubectl -n kube-system set resources deployment/${owner.name} -c ${killed.container} --limits=memory=${Number(size[1]) * 2}${size[2]}`,
    ],
    steps: more,
    patch: null,
  };
}

/** CoreDNS killed for memory, or refusing questions because too many are under way upstream (coredns.io: forward, max_concurrent). */
export const dns008 = defineRule({
  id: 'DNS-008',
  name: 'coredns-overloaded',
  stage: 'dns',
  severity: 'high',
  title: 'CoreDNS has too much to do',
  healthy: 'CoreDNS has room for its questions',
  roles: ['dns'],
  needs: ['service', 'logs'],
  uses: ['pods'],
  explains: [...DNS_PODS_FAIL, 'POD-010'],
  causes: {
    memory: 'CoreDNS is killed for its use of memory',
    concurrency: 'more questions wait for the upstream than CoreDNS allows',
  },
  docs: {
    why: 'Each name of the outside costs a Pod with ndots 5 up to ten questions, and all of them go through CoreDNS. Where memory or the limit of concurrent questions does not suffice, it is killed or refuses, and lookups fail at the busiest times.',
    confirm: [
      'kubectl -n kube-system describe pods -l k8s-app=kube-dns',
      'kubectl -n kube-system logs -l k8s-app=kube-dns --tail 20',
    ],
    fix: 'Raise the memory limit, add replicas, run NodeLocal DNSCache, or lower ndots of Pods that look up names of the outside.',
    references: ['coredns.io: forward', 'kubernetes.io: Using NodeLocal DNSCache in Kubernetes clusters'],
  },
  check(facts) {
    const dns = coreDnsOf(facts);
    if (dns === null) return unheard(dns);
    const killed = killedOf(dns);
    const said = dns.lines.findLast(({ word }) => word === 'overload');
    if (killed === null && said === undefined) return unheard(dns);
    return fail(
      finding({
        severity: 'high',
        confidence: killed === null ? 'likely' : 'certain',
        cause: killed === null ? 'concurrency' : 'memory',
        message:
          killed === null
            ? `CoreDNS refuses lookups: more than ${said?.groups.maximum ?? 'the allowed number of'} questions wait for its upstream`
            : `${outage(dns)} when many lookups come: CoreDNS is killed at its memory limit of ${killed.limit ?? 'the node'}`,
        evidence: [
          ...(killed === null ? [] : [killedRow(killed)]),
          ...(said === undefined ? [] : lineRows(dns, said).slice(0, 1)),
        ],
        effects: [...outageEffects(dns), 'lookups fail or wait five seconds at busy times'],
        fix: fixOf(killed),
      }),
    );
  },
});
