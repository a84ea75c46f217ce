import type { Pod } from '../../facts/wire.ts';
import { dataplaneOf, expectsKubeProxy } from '../../model/dataplane.ts';
import { serviceAgents } from '../../model/dataplane-agents.ts';
import { containerStates, isLive, isReady } from '../../model/readiness.ts';
import { type Evidence, finding } from '../finding.ts';
import { defineRule, fail, notApplicable, unread } from '../rule.ts';
import { lookFix, podName } from './proxy-text.ts';

function runs(pod: Pod): boolean {
  return containerStates(pod).some(({ init, status }) => !init && status?.state?.running !== undefined);
}

/**
 * Nothing that implements Services is seen in any namespace, and there is a sign that something should be: the ConfigMap of kube-proxy
 * without its DaemonSet, or DNS Pods of which none ever reached the API server by its cluster IP. Without such a sign it may run as a service of the nodes.
 */
export const kpx016 = defineRule({
  id: 'KPX-016',
  name: 'no-service-dataplane',
  stage: 'dataplane',
  severity: 'critical',
  title: 'no component that implements Services was found',
  healthy: 'something implements Services',
  roles: ['cluster'],
  needs: ['systemWorkloads', 'systemPods', 'nodes'],
  uses: ['daemonSetsEverywhere', 'kubeProxyConfig'],
  explains: ['DNS-006', 'DNS-016'],
  docs: {
    why: 'A cluster IP is nothing but rules on the nodes: kube-proxy writes them, or something in its place. Without any, new Services do not work, and after a reboot none does. k3s, MicroK8s and others have it inside a process of the node, and kube-proxy may be installed as a service of the operating system: so its absence is reported only where its ConfigMap is left without a DaemonSet, or no DNS Pod gets Ready.',
    confirm: ['kubectl get daemonsets -A', 'kubectl -n kube-system get configmap kube-proxy'],
    fix: 'Install kube-proxy again, or what is to stand in its place.',
    references: ['kubernetes.io: Debug Services', 'kubernetes.io: kubeadm init phase'],
  },
  check({ systemWorkloads, systemPods, nodes, daemonSetsEverywhere: everywhere, kubeProxyConfig: config }) {
    const dataplane = dataplaneOf(systemWorkloads, systemPods, nodes);
    if (dataplane.kind !== 'unseen') return notApplicable('something that implements Services is seen');
    if (!nodes.some(expectsKubeProxy)) return notApplicable('no node is one that would run it as a Pod');
    const dns = systemPods.filter(
      (pod) => pod.metadata?.labels?.['k8s-app'] === 'kube-dns' && isLive(pod) && runs(pod),
    );
    const isDead = dns.length > 0 && !dns.some(isReady);
    const isLeft = !dataplane.parked && config.known && config.value !== null;
    if (!isDead && !isLeft) return notApplicable(`${dataplane.name}, and no sign that it is missed`);
    if (!everywhere.known) return unread(everywhere);
    const [agent] = serviceAgents(everywhere.value);
    if (agent !== undefined) return notApplicable(`${agent.namespace}/${agent.name} is seen`);
    const rows: Evidence[] = dns
      .filter(() => isDead)
      .map((pod) => ({
        label: 'DNS Pod',
        text: `${podName(pod)} runs and is not Ready`,
        object: `Pod ${podName(pod)}`,
        path: 'status.conditions',
        found: 'False',
        expected: 'True',
      }));
    const file = { object: 'ConfigMap kube-system/kube-proxy', path: 'metadata.name' };
    if (isLeft)
      rows.push({
        label: 'left',
        text: 'ConfigMap kube-proxy without its DaemonSet',
        ...file,
        found: null,
        expected: null,
      });
    return fail(
      finding({
        severity: isDead ? 'critical' : 'high',
        confidence: 'likely',
        message: `no component that implements Services was found (${dataplane.name}): cluster IPs lead nowhere, or by rules that nobody updates`,
        evidence: rows,
        effects: ['calls to cluster IPs time out, of new Services at once and of others as their Pods move'],
        fix: lookFix(
          'install kube-proxy or what replaces it',
          ['kubectl get daemonsets -A'],
          'with kubeadm: kubeadm init phase addon kube-proxy, on a control plane node',
        ),
      }),
    );
  },
});
