import { dataplaneOf, expectsKubeProxy, REPLACEMENTS } from '../../model/dataplane.ts';
import { type AgentGap, agentGaps, isSettling, readiness, serviceAgents } from '../../model/dataplane-agents.ts';
import { isRollingOut, type Workload } from '../../model/workloads.ts';
import { type Finding, finding, type Note } from '../finding.ts';
import { type Check, defineRule, failIfAny, notApplicable, unread } from '../rule.ts';
import { agentFix, agentName, agentRows } from './agent-text.ts';
import { onlyOne, onNodes } from './proxy-text.ts';

const PROVE: Readonly<Record<string, string>> = {
  cilium: 'kubectl -n kube-system exec ds/cilium -- cilium-dbg status',
  anetd: 'kubectl -n kube-system exec ds/anetd -- cilium status',
};

function report(agent: Workload, gaps: readonly AgentGap[], nodes: number, now: number): Finding {
  const names = gaps.map(({ node }) => node.metadata?.name ?? '');
  const title = REPLACEMENTS[agent.name] ?? 'Calico';
  const down = gaps.some((gap) => gap.down);
  const prove = PROVE[agent.name];
  const notes: Note[] = prove === undefined ? [] : [{ label: 'prove', text: prove }];
  return finding({
    severity: gaps.length === nodes && down ? 'critical' : 'high',
    confidence: down ? 'certain' : 'likely',
    message: `Services break on ${onNodes(names)}: ${title} serves them there in place of kube-proxy, and ${gaps[0]?.why}`,
    scope: { node: onlyOne(names) },
    evidence: agentRows(agent, gaps),
    effects: [
      `callers on ${names.join(', ')} do not reach new Services, and old ones only until their Pods move`,
      'new Pods there get no network',
    ],
    fix: agentFix(agent, gaps),
    notes,
    converging: isSettling(agent, gaps, now),
  });
}

/** An agent in a namespace whose Pods are not read: its own count is all there is. */
function reportCount(agent: Workload): Finding {
  const { ready, wanted } = readiness(agent);
  const title = REPLACEMENTS[agent.name] ?? 'Calico';
  return finding({
    severity: 'high',
    confidence: 'likely',
    message: `Services break on ${wanted - ready} of ${wanted} nodes: ${title} serves them in place of kube-proxy, and ${agentName(agent)} is not Ready there`,
    evidence: agentRows(agent, []),
    effects: ['callers on these nodes do not reach new Services, and old ones only until their Pods move'],
    fix: agentFix(agent, []),
    converging: isRollingOut(agent),
  });
}

/** The agent that stands in for kube-proxy (Cilium, Dataplane V2, OVN-Kubernetes, kube-router, Antrea, Calico) is not Ready on a node. */
export const kpx009 = defineRule({
  id: 'KPX-009',
  name: 'dataplane-agent-unhealthy',
  stage: 'dataplane',
  severity: 'critical',
  title: 'the agent that serves Services in place of kube-proxy is not Ready on some nodes',
  healthy: 'the agent that serves Services is Ready on every Linux node',
  roles: ['cluster'],
  needs: ['systemWorkloads', 'systemPods', 'nodes'],
  uses: ['daemonSetsEverywhere'],
  explains: ['KPX-013', 'DNS-006', 'DNS-016', 'POD-019'],
  docs: {
    why: 'Where Cilium, GKE Dataplane V2, OVN-Kubernetes, kube-router, Antrea or Calico in eBPF mode stand in for kube-proxy, their agent on each node writes what Services need. While it is down the node keeps what it has: new Services and moved Pods are not reached from there, and new Pods get no network. Deeper checks are those of the vendor.',
    confirm: ['kubectl get daemonsets -A', 'kubectl -n kube-system exec ds/cilium -- cilium-dbg status'],
    fix: 'Repair the Pod of the agent on that node: its events and its log say why it is not Ready.',
    references: ['docs.cilium.io: Kubernetes Without kube-proxy', 'kubernetes.io: Virtual IPs and Service Proxies'],
  },
  check({ systemWorkloads, systemPods, nodes, daemonSetsEverywhere: everywhere, now }): Check {
    const dataplane = dataplaneOf(systemWorkloads, systemPods, nodes);
    if (dataplane.kind === 'kube-proxy') return notApplicable('Services are served by kube-proxy');
    if (dataplane.kind === 'other') {
      const { agent, name } = dataplane;
      if (agent === null) return notApplicable(`no agent of its own: ${name}`);
      const gaps = agentGaps(agent, systemPods, nodes);
      const expected = nodes.filter(expectsKubeProxy).length;
      return failIfAny(gaps.length === 0 ? [] : [report(agent, gaps, expected, now)]);
    }
    if (!everywhere.known) return unread(everywhere);
    const lacking = serviceAgents(everywhere.value).filter((agent) => readiness(agent).ready < readiness(agent).wanted);
    return failIfAny(lacking.map(reportCount));
  },
});
