import type { Pod } from '../../facts/wire.ts';
import { byKey } from '../../model/by-key.ts';
import { expectsKubeProxy } from '../../model/dataplane.ts';
import { type KubeProxyDeath, kubeProxyDeath } from '../../model/kube-proxy-log.ts';
import { containerStates } from '../../model/readiness.ts';
import { crashOf, type RunEnd } from '../../model/restarts.ts';
import type { LogReader } from '../facts.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule } from '../rule.ts';
import { judged, proxyOf } from './proxy-standing.ts';

interface Crash {
  pod: Pod;
  end: RunEnd;
  death: (KubeProxyDeath & { line: string }) | null;
}

function crashesOf(pod: Pod, logs: LogReader | null, now: number): Crash[] {
  return containerStates(pod).flatMap((state) => {
    const end = state.init ? null : crashOf(state, pod, now);
    if (end === null) return [];
    const lines = [true, false].flatMap((previous) => {
      const log = logs?.(pod, state.container.name, previous);
      return log?.known ? log.value : [];
    });
    return [{ pod, end, death: kubeProxyDeath(lines) }];
  });
}

function report(crashes: readonly Crash[], expected: number): Finding {
  const nodes = [...new Set(crashes.flatMap(({ pod }) => pod.spec?.nodeName ?? []))].sort();
  const [first] = crashes;
  const death = first?.death ?? null;
  const name = `kube-system/${first?.pod.metadata?.name}`;
  const where = nodes.length === 1 ? `node ${nodes[0]}` : `${nodes.length} nodes (${nodes.join(', ')})`;
  const log = `kubectl -n kube-system logs ${first?.pod.metadata?.name} --previous`;
  const ended = {
    label: 'Pod',
    text: `${name}: ${first?.end.restarts} restarts, last exit code ${first?.end.exitCode}`,
    object: `Pod ${name}`,
    path: 'status.containerStatuses[0].restartCount',
    found: String(first?.end.restarts),
    expected: null,
  };
  const said = {
    label: 'last log',
    text: `"${death?.line}"`,
    object: `Pod ${name}`,
    path: 'log',
    found: death?.line ?? null,
    expected: null,
  };
  return finding({
    severity: crashes.length >= expected ? 'critical' : 'high',
    message: `Services break on ${where}: kube-proxy crashes there${death === null ? '' : `, because ${death.why}`}`,
    scope: { node: nodes.length === 1 ? (nodes[0] ?? null) : null },
    evidence: death === null ? [ended] : [ended, said],
    effects: [
      `on ${nodes.join(', ')} the rules for Services stay as they were; new Services and moved Pods are not reached`,
    ],
    fix: {
      summary: 'repair what makes kube-proxy end',
      safety: 'review',
      commands: death === null ? [log] : [],
      steps: [death?.step ?? 'repair what the log says'],
      patch: null,
    },
  });
}

/** kube-proxy ends again and again on a node: the rules there are those of its last good run, or none. The log tells the kind of fault. */
export const kpx002 = defineRule({
  id: 'KPX-002',
  name: 'kube-proxy-crashing',
  stage: 'dataplane',
  severity: 'critical',
  title: 'kube-proxy crashes on some nodes',
  healthy: 'no kube-proxy Pod crashes',
  roles: ['cluster'],
  needs: ['systemWorkloads', 'systemPods', 'nodes'],
  uses: ['logs', 'ciliumConfig', 'felixConfiguration'],
  explains: ['DNS-006', 'DNS-016'],
  docs: {
    why: 'While kube-proxy crashes on a node, the rules there stay as its last run left them, and after a reboot there are none: Services that changed since are not reached from that node.',
    confirm: [
      'kubectl -n kube-system get pods -l k8s-app=kube-proxy -o wide',
      'kubectl -n kube-system logs -l k8s-app=kube-proxy --previous',
    ],
    fix: 'Repair what its last log lines name: configuration, kernel parameters it may not set, or a proxy mode that the node cannot do.',
    references: ['kubernetes.io: Debug Services', 'kubernetes.io: kube-proxy configuration (v1alpha1)'],
  },
  check(facts) {
    const proxy = proxyOf(facts);
    if ('verdict' in proxy) return proxy;
    const { logs, nodes, now } = facts;
    const reader = logs.known ? logs.value : null;
    const crashes = [...proxy.pods]
      .sort((a, b) => ((a.metadata?.name ?? '') < (b.metadata?.name ?? '') ? -1 : 1))
      .flatMap((pod) => crashesOf(pod, reader, now));
    const causes = byKey(crashes, ({ death }) => death?.why ?? '');
    const expected = nodes.filter(expectsKubeProxy).length;
    return judged(
      causes.map((same) => report(same, expected)),
      proxy,
      facts,
    );
  },
});
