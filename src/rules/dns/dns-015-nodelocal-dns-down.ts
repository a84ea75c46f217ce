import type { Node, Pod } from '../../facts/wire.ts';
import { expectsKubeProxy, unmetNodeSelector } from '../../model/dataplane.ts';
import { ageOf, conditionOf, isLive, isReady } from '../../model/readiness.ts';
import { isRollingOut, podsOf, type Workload } from '../../model/workloads.ts';
import { type Evidence, finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';

const SETTLING = 30_000;

function isCache({ name, labels }: Workload): boolean {
  return name === 'node-local-dns' || name === 'nodelocaldns' || labels?.['k8s-app'] === 'node-local-dns';
}

interface Gap {
  node: string;
  pod: Pod | null;
}

/** Nodes on which the cache is meant to run and does not answer. */
function gapsOf(cache: Workload, pods: readonly Pod[], nodes: readonly Node[]): readonly Gap[] {
  const own = podsOf(cache, pods).filter(isLive);
  return nodes
    .filter((node) => expectsKubeProxy(node) && unmetNodeSelector(cache, node).length === 0)
    .map((node) => node.metadata?.name ?? '')
    .sort()
    .flatMap((node): Gap[] => {
      const there = own.filter((pod) => pod.spec?.nodeName === node);
      return there.some(isReady) ? [] : [{ node, pod: there[0] ?? null }];
    });
}

function rowOf(cache: Workload, { node, pod }: Gap): Evidence {
  const name = pod === null ? `${cache.namespace}/${cache.name}` : `${cache.namespace}/${pod.metadata?.name}`;
  return {
    label: 'node',
    text: pod === null ? `${node}: no Pod of DaemonSet ${name}` : `${node}: ${name} is not Ready`,
    object: pod === null ? `DaemonSet ${name}` : `Pod ${name}`,
    path: pod === null ? 'status.numberReady' : 'status.conditions[Ready].status',
    found: pod === null ? null : 'False',
    expected: 'True',
  };
}

/** NodeLocal DNSCache takes the lookups of all Pods of its node, on an address that nothing else answers: where its Pod is down, they fail there. */
export const dns015 = defineRule({
  id: 'DNS-015',
  name: 'nodelocal-dns-down',
  stage: 'dns',
  severity: 'critical',
  title: 'the DNS cache of some nodes does not answer',
  healthy: 'the DNS cache of every node answers',
  roles: ['cluster'],
  needs: ['systemWorkloads'],
  uses: ['systemPods', 'nodes'],
  explains: ['DNS-016', 'DNS-019'],
  docs: {
    why: 'NodeLocal DNSCache listens on a link-local address of its node (169.254.20.10), and where kube-proxy uses iptables on the address of the DNS Service too. There is no fail-over: while its Pod is down or killed without cleaning up, lookups fail on that node alone. It is mostly killed for memory.',
    confirm: ['kubectl -n kube-system get pods -l k8s-app=node-local-dns -o wide'],
    fix: 'Bring the Pod of the cache back on these nodes; where it was killed for memory, raise its limit.',
    references: ['kubernetes.io: Using NodeLocal DNSCache in Kubernetes clusters'],
  },
  check({ systemWorkloads, systemPods, nodes, now }) {
    const cache = systemWorkloads.find((one) => one.kind === 'DaemonSet' && isCache(one));
    if (cache === undefined || cache.replicas === 0) return notApplicable('NodeLocal DNSCache is not installed');
    if (!systemPods.known || !systemPods.complete || !nodes.known || !nodes.complete)
      return notApplicable('the Pods of NodeLocal DNSCache or the nodes are not known');
    // A DaemonSet leaves nodes out for reasons of its own (taints, affinity): as many are at fault as it says itself.
    const gaps = gapsOf(cache, systemPods.value, nodes.value).filter(({ pod }) => pod !== null || lacksPods(cache));
    if (gaps.length === 0) return pass;
    const names = gaps.map(({ node }) => node);
    const where = names.length === 1 ? `node ${names[0]}` : `${names.length} nodes (${names.join(', ')})`;
    const all = names.length === nodes.value.filter(expectsKubeProxy).length;
    const young = gaps.every(
      ({ pod }) => (ageOf(conditionOf(pod ?? {}, 'Ready')?.lastTransitionTime, now) ?? SETTLING) < SETTLING,
    );
    return fail(
      finding({
        severity: all ? 'critical' : 'high',
        confidence: 'likely',
        message: `lookups fail on ${where}: NodeLocal DNSCache does not run there`,
        scope: { node: names.length === 1 ? (names[0] ?? null) : null },
        evidence: gaps.slice(0, 3).map((gap) => rowOf(cache, gap)),
        effects: [`Pods on ${names.join(', ')} resolve no name, unless the cache cleaned up when it ended`],
        fix: {
          summary: 'bring the cache back on these nodes',
          safety: 'review',
          commands: [`kubectl -n ${cache.namespace} get pods -l k8s-app=node-local-dns -o wide`],
          steps: [
            `repair the Pods of DaemonSet ${cache.namespace}/${cache.name} there; raise their memory limit if they were killed`,
          ],
          patch: null,
        },
        converging: young || isRollingOut(cache),
      }),
    );
  },
});

function lacksPods({ object }: Workload): boolean {
  const status = object.status as { desiredNumberScheduled?: number; currentNumberScheduled?: number } | undefined;
  return (status?.currentNumberScheduled ?? 0) < (status?.desiredNumberScheduled ?? 0);
}
