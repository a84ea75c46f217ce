import type { Node } from '../../facts/wire.ts';
import { silentCalls } from '../../model/silent-calls.ts';
import type { Workload } from '../../model/workloads.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { nameOf, stepsFix } from '../service-text.ts';
import { podName } from './proxy-text.ts';

/** Network plugins that put the Pods of a node on one bridge. */
function bridges(daemonSets: readonly Workload[], nodes: readonly Node[]): boolean {
  const named = daemonSets.some(({ name }) => /^(?:kube-flannel|kube-router|weave-net)/.test(name));
  return (
    named ||
    nodes.some(({ status }) =>
      status?.conditions?.some(({ type, reason }) => type === 'NetworkUnavailable' && reason === 'FlannelIsUp'),
    )
  );
}

/** On a bridge, an answer between two Pods of one node passes by the rules of kube-proxy unless br_netfilter shows it to them. */
export const kpx012 = defineRule({
  id: 'KPX-012',
  name: 'bridge-netfilter-off',
  stage: 'dataplane',
  severity: 'high',
  title: 'calls to a Service hang only between Pods of one node',
  healthy: 'no Pod complains of a Service whose endpoints are on its own node',
  roles: ['target'],
  gate: 'troubled',
  needs: ['service', 'pods', 'services', 'systemWorkloads', 'nodes'],
  uses: ['namespaceSlices', 'logs'],
  explains: [],
  docs: {
    why: 'With a network plugin that uses a bridge (flannel, kube-router, Weave Net), a packet between two Pods of a node does not leave the bridge. The answer then comes from the address of the Pod and not from the cluster IP, and the caller drops it, unless the kernel module br_netfilter shows bridged packets to iptables. Calls to other nodes work. No object of the API shows it: a caller that complains, with all endpoints on its own node, is the sign.',
    confirm: [
      'kubectl get pods -o wide',
      'kubectl debug node/NODE -it --image=busybox -- cat /proc/sys/net/bridge/bridge-nf-call-iptables',
    ],
    fix: 'Load br_netfilter and set net.bridge.bridge-nf-call-iptables to 1 on every node, lastingly.',
    references: ['kubernetes.io: Container Runtimes', 'kubernetes.io: Network Plugins'],
  },
  check({ service, pods, services, systemWorkloads, nodes, namespaceSlices, logs, now }) {
    if (!namespaceSlices.known || !logs.known) return notApplicable('what its Pods complain of was not read');
    const world = { service, pods, services, slices: namespaceSlices.value, logs: logs.value };
    const calls = silentCalls(world, 'timeout', now);
    const call = calls.find(({ node, targets }) => targets.every((target) => target === node));
    if (call === undefined) return pass;
    if (!bridges(systemWorkloads, nodes)) return notApplicable('no network plugin with a bridge is seen');
    return fail(
      finding({
        severity: 'high',
        confidence: 'possible',
        message: `${podName(call.pod)} gets no answer from ${nameOf(call.service)}, all of whose endpoints are on its own node ${call.node}: bridged packets may pass by the rules of kube-proxy`,
        scope: { node: call.node },
        evidence: [
          {
            label: 'last log',
            text: `"${call.match.line}"`,
            object: `Pod ${podName(call.pod)}`,
            path: 'log',
            found: call.match.line,
            expected: null,
          },
        ],
        fix: stepsFix(
          'let iptables see bridged packets',
          `on node ${call.node}: modprobe br_netfilter, and sysctl net.bridge.bridge-nf-call-iptables=1`,
          'write both into /etc/modules-load.d and /etc/sysctl.d, so that they hold after a reboot',
        ),
        notes: [
          {
            label: 'prove',
            text: 'move the caller or the endpoint to another node: if the call works then, it is this',
          },
        ],
      }),
    );
  },
});
