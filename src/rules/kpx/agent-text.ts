/** Evidence and fixes about a DaemonSet that carries the cluster's network. */
import { type AgentGap, readiness } from '../../model/dataplane-agents.ts';
import type { Workload } from '../../model/workloads.ts';
import type { Evidence, Fix } from '../finding.ts';
import { lookFix, podName } from './proxy-text.ts';

/** `namespace/name` of the DaemonSet. */
export function agentName({ namespace, name }: Workload): string {
  return `${namespace}/${name}`;
}

/** Its count, then each node where it is missing. */
export function agentRows(agent: Workload, gaps: readonly AgentGap[]): readonly Evidence[] {
  const { ready, wanted } = readiness(agent);
  const count: Evidence = {
    label: 'agent',
    text: `${agentName(agent)} has ${ready} of ${wanted} Pods Ready`,
    object: `DaemonSet ${agentName(agent)}`,
    path: 'status.numberReady',
    found: String(ready),
    expected: String(wanted),
  };
  const each = gaps.map(
    ({ node, pod, why }): Evidence => ({
      label: 'node',
      text: `${node.metadata?.name}: ${why}${pod === null ? '' : ` (${podName(pod)})`}`,
      object: `Node ${node.metadata?.name}`,
      path: 'metadata.name',
      found: why,
      expected: 'a Ready Pod',
    }),
  );
  return [count, ...each];
}

/** Where to look first; what is wrong is the vendor's to tell. */
export function agentFix(agent: Workload, gaps: readonly AgentGap[]): Fix {
  const pod = gaps.find((gap) => gap.pod !== null)?.pod ?? null;
  const look = `kubectl -n ${agent.namespace} describe daemonset ${agent.name}`;
  const log =
    pod === null ? [] : [`kubectl -n ${agent.namespace} logs ${pod.metadata?.name} --all-containers --tail 50`];
  return lookFix(`repair ${agentName(agent)} there`, [look, ...log], 'repair what its events and its log say');
}
