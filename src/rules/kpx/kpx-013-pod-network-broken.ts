import type { Node } from '../../facts/wire.ts';
import { dataplaneOf, unmetNodeSelector } from '../../model/dataplane.ts';
import { type AgentGap, agentGaps, isSettling, readiness } from '../../model/dataplane-agents.ts';
import { cutOff, pluginsOf, sharedRanges, withoutRange } from '../../model/pod-network.ts';
import { ageOf } from '../../model/readiness.ts';
import type { Workload } from '../../model/workloads.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { agentFix, agentName, agentRows } from './agent-text.ts';
import { lookFix, onlyOne, onNodes } from './proxy-text.ts';

const SETTLING = 30_000;

function nameOf({ metadata }: Node): string {
  return metadata?.name ?? '';
}

function row(name: string, text: string, path: string, found: string | null, expected: string | null) {
  return { label: 'node', text: `${name}: ${text}`, object: `Node ${name}`, path, found, expected };
}

function ofConditions(nodes: readonly Node[], now: number): Finding[] {
  if (nodes.length === 0) return [];
  const names = nodes.map(nameOf).sort();
  const conditions = nodes.map((node) => node.status?.conditions?.find(({ type }) => type === 'NetworkUnavailable'));
  return [
    finding({
      severity: 'high',
      cause: 'network-unavailable',
      message: `the Pod network of ${onNodes(names)} is not set up: condition NetworkUnavailable is True`,
      scope: { node: onlyOne(names) },
      evidence: nodes.map((node, at) =>
        row(nameOf(node), conditions[at]?.message ?? 'NetworkUnavailable', 'status.conditions', 'True', 'False'),
      ),
      effects: [`Pods on ${names.join(', ')} are not reached from other nodes, and new ones are not placed there`],
      fix: lookFix(
        'let the network plugin or the cloud set up the node',
        names.map((name) => `kubectl describe node ${name}`),
        'look at the network plugin there and at the route controller of the cloud: quota of routes, rights, overlapping ranges',
      ),
      converging: conditions.every((one) => (ageOf(one?.lastTransitionTime, now) ?? SETTLING) < SETTLING),
    }),
  ];
}

function ofPlugin(plugin: Workload, gaps: readonly AgentGap[], now: number): Finding[] {
  if (gaps.length === 0) return [];
  const names = gaps.map(({ node }) => nameOf(node));
  return [
    finding({
      severity: 'high',
      confidence: gaps.some(({ down }) => down) ? 'likely' : 'possible',
      cause: 'plugin-not-ready',
      message: `Pods on ${onNodes(names)} may be cut off from other nodes: ${agentName(plugin)}, which carries the Pod network, is not Ready there`,
      scope: { node: onlyOne(names) },
      evidence: agentRows(plugin, gaps),
      effects: [`calls between ${names.join(', ')} and other nodes may hang; new Pods there get no address`],
      fix: agentFix(plugin, gaps),
      converging: isSettling(plugin, gaps, now),
    }),
  ];
}

function ofRanges(nodes: readonly Node[], workloads: readonly Workload[]): Finding[] {
  const double = sharedRanges(nodes).map(({ range, names }) =>
    finding({
      severity: 'high',
      cause: 'range-twice',
      message: `${onNodes(names)} have the same range of Pod addresses ${range}: calls to Pods of one go to the other`,
      evidence: names.map((name) => row(name, `podCIDR ${range}`, 'spec.podCIDR', range, 'a range of its own')),
      effects: ['calls between nodes hang or reach a Pod of the wrong node'],
      fix: lookFix(
        'give each node a range of its own',
        ['kubectl get nodes -o custom-columns=NAME:.metadata.name,CIDR:.spec.podCIDR'],
        'drain one of the nodes, delete its Node object and let it register anew',
      ),
    }),
  );
  const bare = withoutRange(nodes, workloads).map(nameOf).sort();
  if (bare.length === 0) return double;
  const missing = finding({
    severity: 'high',
    cause: 'range-missing',
    message: `${onNodes(bare)} got no range of Pod addresses, which the network plugin needs: its Pods are not reached`,
    scope: { node: onlyOne(bare) },
    evidence: bare.map((name) => row(name, 'no podCIDR', 'spec.podCIDR', null, 'a range')),
    effects: [`Pods on ${bare.join(', ')} get no address, or one that other nodes do not find`],
    fix: lookFix(
      'let the controller manager allocate a range',
      ['kubectl get nodes -o custom-columns=NAME:.metadata.name,CIDR:.spec.podCIDR'],
      'the range --cluster-cidr may be used up: widen it, or raise --node-cidr-mask-size',
    ),
  });
  return [...double, missing];
}

/** A call that crosses nodes is the network plugin's. What is wrong with it shows in the API only by these signs; a probe from node to node tells all. */
export const kpx013 = defineRule({
  id: 'KPX-013',
  name: 'pod-network-broken',
  stage: 'dataplane',
  severity: 'high',
  title: 'the network between Pods of different nodes is not set up',
  healthy: 'no sign that the network between Pods is broken',
  roles: ['cluster'],
  needs: ['systemWorkloads', 'systemPods', 'nodes'],
  uses: [],
  explains: ['POD-019', 'DNS-003', 'DNS-006', 'KPX-003', 'KPX-005'],
  causes: {
    'network-unavailable': 'the condition NetworkUnavailable of the node is True',
    'plugin-not-ready': 'the network plugin is not Ready on the node',
    'range-missing': 'the node got no range of Pod addresses',
    'range-twice': 'two nodes have the same range of Pod addresses',
  },
  docs: {
    why: 'kube-proxy only chooses a Pod; the network plugin carries the packet there. Where it is not set up on a node, Pods of the same node still reach each other, and calls across nodes hang, to Pod addresses as well as to cluster IPs. A firewall between nodes (UDP 8472 or 4789, TCP 179) or an MTU that is too large shows nowhere in the API: only calls from node to node tell.',
    confirm: [
      'kubectl get nodes -o custom-columns=NAME:.metadata.name,CIDR:.spec.podCIDR',
      'kubectl -n kube-system get daemonsets',
      'kubectl exec POD -- wget -qO- -T 3 http://IP-OF-A-POD-ON-ANOTHER-NODE:PORT',
    ],
    fix: 'Repair the network plugin on the node; where all is Ready, open the ports of the overlay between nodes and check the MTU.',
    references: ['kubernetes.io: Cluster Networking', 'kubernetes.io: Troubleshooting kubeadm'],
  },
  check({ systemWorkloads, systemPods, nodes, now }) {
    const dataplane = dataplaneOf(systemWorkloads, systemPods, nodes);
    const serving = dataplane.kind === 'other' ? dataplane.agent : null;
    const cut = cutOff(nodes);
    const plugins = pluginsOf(systemWorkloads).filter(({ name }) => name !== serving?.name);
    return failIfAny([
      ...ofConditions(cut, now),
      ...plugins.flatMap((plugin) => {
        // one DaemonSet for each architecture is common: a node that it does not mean is no gap
        const isMeant = ({ node, pod }: AgentGap): boolean =>
          pod !== null || unmetNodeSelector(plugin, node).length === 0;
        const { ready, wanted } = readiness(plugin);
        const gaps = ready < wanted ? agentGaps(plugin, systemPods, nodes).filter(isMeant) : [];
        return ofPlugin(
          plugin,
          gaps.filter(({ node }) => !cut.includes(node)),
          now,
        );
      }),
      ...ofRanges(nodes, systemWorkloads),
    ]);
  },
});
