import type { Node, Pod } from '../../facts/wire.ts';
import { byKey } from '../../model/by-key.ts';
import { expectsKubeProxy, type KubeProxy, unmetNodeSelector } from '../../model/dataplane.ts';
import { type Patch, patchCommand } from '../../model/patch.ts';
import { ageOf, containerStates } from '../../model/readiness.ts';
import { crashOf } from '../../model/restarts.ts';
import { isRollingOut, type Workload } from '../../model/workloads.ts';
import { type Finding, type Fix, finding } from '../finding.ts';
import { defineRule } from '../rule.ts';
import { judged, proxyOf } from './proxy-standing.ts';

const SETTLING = 30_000;

interface Gap {
  node: Node;
  why: string;
  /** Keys of the nodeSelector that keep kube-proxy from the node. */
  keys: readonly string[];
}

function runs(pod: Pod): boolean {
  return containerStates(pod).some(({ init, status }) => !init && status?.state?.running !== undefined);
}

/** Why no kube-proxy runs on the node; null where one runs, Ready or not (KPX-003), or crashes there (KPX-002). */
function gapOn(node: Node, { daemonSet, pods }: KubeProxy, now: number): Gap | null {
  const here = pods.filter((pod) => pod.spec?.nodeName === node.metadata?.name);
  const states = here.flatMap((pod) => containerStates(pod).map((state) => ({ pod, state })));
  if (here.some(runs) || states.some(({ pod, state }) => crashOf(state, pod, now) !== null)) return null;
  const waiting = states.flatMap(({ state }) => state.status?.state?.waiting?.reason ?? [])[0];
  if (here.length > 0) return { node, why: `its Pod there does not run${waiting ? `: ${waiting}` : ''}`, keys: [] };
  const unmet = daemonSet === null ? [] : unmetNodeSelector(daemonSet, node);
  const pairs = unmet.map(([key, value]) => `${key}=${value}`).join(',');
  return {
    node,
    why: unmet.length > 0 ? `nodeSelector ${pairs} of its DaemonSet leaves the node out` : 'it has no Pod there',
    keys: unmet.map(([key]) => key),
  };
}

function fixOf(keys: readonly string[], daemonSet: Workload | null): Fix {
  if (keys.length === 0 || daemonSet === null) {
    return {
      summary: 'find out why no Pod of kube-proxy runs there',
      safety: 'review',
      commands: ['kubectl -n kube-system describe daemonset kube-proxy', 'kubectl -n kube-system get pods -o wide'],
      steps: ['repair what keeps the Pod from the node: taint, affinity, image, or the static manifest on the node'],
      patch: null,
    };
  }
  const nodeSelector = Object.fromEntries(keys.map((key) => [key, null]));
  const patch: Patch = {
    kind: 'daemonset',
    namespace: daemonSet.namespace,
    name: daemonSet.name,
    type: 'merge',
    body: { spec: { template: { spec: { nodeSelector } } } },
  };
  return {
    summary: 'let the DaemonSet run on every Linux node again',
    safety: 'review',
    commands: [patchCommand(patch)],
    steps: [],
    patch,
  };
}

function report(gaps: readonly Gap[], expected: number, proxy: KubeProxy, now: number): Finding {
  const names = gaps.map(({ node }) => node.metadata?.name ?? '').sort();
  const [first] = gaps;
  const where = names.length === 1 ? `node ${names[0]}` : `${names.length} nodes (${names.join(', ')})`;
  const young = gaps.every(({ node }) => {
    const ready = node.status?.conditions?.find((condition) => condition.type === 'Ready');
    return (ageOf(ready?.lastTransitionTime, now) ?? SETTLING) < SETTLING;
  });
  return finding({
    severity: gaps.length === expected ? 'critical' : 'high',
    message: `no Service works from ${where}: kube-proxy does not run there, ${first?.why}`,
    scope: { node: names.length === 1 ? (names[0] ?? null) : null },
    evidence: [
      {
        label: 'missing',
        text: `a running kube-proxy Pod on ${names.join(', ')} (${expected - gaps.length} of ${expected} Linux nodes have one)`,
        object: 'DaemonSet kube-system/kube-proxy',
        path: 'spec.template.spec.nodeSelector',
        found: first?.why ?? null,
        expected: `${expected} nodes`,
      },
    ],
    effects: [`calls to cluster IPs from Pods on ${names.join(', ')} time out; calls to Pod IPs work`],
    fix: fixOf(first?.keys ?? [], proxy.daemonSet),
    converging: young || (proxy.daemonSet !== null && isRollingOut(proxy.daemonSet)),
  });
}

/** A Ready Linux node without a running kube-proxy, where kube-proxy is what implements Services: cluster IPs are dead from there. */
export const kpx001 = defineRule({
  id: 'KPX-001',
  name: 'kube-proxy-missing-on-node',
  stage: 'dataplane',
  severity: 'critical',
  title: 'kube-proxy does not run on some nodes',
  healthy: 'kube-proxy runs on every Linux node',
  roles: ['cluster'],
  needs: ['systemWorkloads', 'systemPods', 'nodes'],
  uses: ['ciliumConfig', 'felixConfiguration'],
  explains: ['DNS-006', 'DNS-016'],
  docs: {
    why: 'kube-proxy writes the rules that turn a cluster IP into a Pod address, on each node for the callers of that node. Where it does not run, cluster IPs lead nowhere while Pod IPs still work. Clusters whose Services are implemented by something else (Cilium, GKE Dataplane V2, k3s, Calico eBPF with a parked DaemonSet) need none and are not judged.',
    confirm: [
      'kubectl -n kube-system get daemonset kube-proxy',
      'kubectl -n kube-system get pods -l k8s-app=kube-proxy -o wide',
    ],
    fix: 'Let the DaemonSet run on every Linux node: take away the nodeSelector that leaves nodes out, tolerate their taints, repair its image.',
    references: ['kubernetes.io: Debug Services', 'kubernetes.io: Virtual IPs and Service Proxies'],
  },
  check(facts) {
    const proxy = proxyOf(facts);
    if ('verdict' in proxy) return proxy;
    const { nodes, now } = facts;
    const expected = nodes.filter(expectsKubeProxy);
    const gaps = expected.flatMap((node) => gapOn(node, proxy, now) ?? []);
    const findings = byKey(gaps, ({ why }) => why).map((same) => report(same, expected.length, proxy, now));
    return judged(findings, proxy, facts);
  },
});
