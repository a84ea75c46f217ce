import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { proxyOf, rivalOf } from './proxy-standing.ts';
import { lookFix } from './proxy-text.ts';

/** kube-proxy runs beside Cilium with kube-proxy-replacement, or beside Calico with bpfEnabled: the vendors tell to take it away. */
export const kpx010 = defineRule({
  id: 'KPX-010',
  name: 'two-dataplanes',
  stage: 'dataplane',
  severity: 'medium',
  title: 'kube-proxy runs beside what replaces it',
  healthy: 'one component serves Services',
  roles: ['cluster'],
  needs: ['systemWorkloads', 'systemPods', 'nodes'],
  uses: ['ciliumConfig', 'felixConfiguration'],
  explains: [],
  docs: {
    why: 'Where Cilium replaces kube-proxy, or Calico runs in eBPF mode, calls are redirected before the rules of kube-proxy see them. It works often; but connections can break when one takes over from the other, each counts connections of its own, and Calico and kube-proxy may remove what the other writes. The vendors tell to remove or park kube-proxy.',
    confirm: [
      'kubectl -n kube-system get configmap cilium-config -o yaml',
      'kubectl get felixconfigurations.crd.projectcalico.org default -o yaml',
      'kubectl -n kube-system get daemonset kube-proxy',
    ],
    fix: 'Remove kube-proxy, or park it with a nodeSelector that no node carries, and clear its rules by a reboot of the nodes.',
    references: ['docs.cilium.io: Kubernetes Without kube-proxy', 'docs.tigera.io: Enable the eBPF data plane'],
  },
  check(facts) {
    const proxy = proxyOf(facts);
    if ('verdict' in proxy) return proxy;
    const rival = rivalOf(proxy, facts);
    if (rival === null) return pass;
    if ('unread' in rival) return notApplicable('whether kube-proxy is replaced may not be read');
    if (!rival.sure) return notApplicable(`${rival.name} may leave Services to kube-proxy`);
    const cilium = rival.name === 'Cilium';
    return fail(
      finding({
        severity: 'medium',
        confidence: 'possible',
        message: `two components serve Services: kube-proxy and ${rival.name}`,
        evidence: [
          {
            label: 'replaced',
            text: cilium ? 'kube-proxy-replacement is true' : 'bpfEnabled is true',
            object: cilium ? 'ConfigMap kube-system/cilium-config' : 'FelixConfiguration default',
            path: cilium ? 'data["kube-proxy-replacement"]' : 'spec.bpfEnabled',
            found: 'true',
            expected: null,
          },
          {
            label: 'and',
            text: `${proxy.pods.length} Pods of kube-proxy`,
            object: 'DaemonSet kube-system/kube-proxy',
            path: 'status.desiredNumberScheduled',
            found: String(proxy.pods.length),
            expected: '0',
          },
        ],
        effects: ['calls may go by rules that are not kept up to date any more'],
        fix: lookFix(
          'let one component serve Services',
          ['kubectl -n kube-system get daemonset kube-proxy -o yaml'],
          `park or remove kube-proxy as the guide of ${cilium ? 'Cilium' : 'Calico'} says, then reboot the nodes one by one`,
        ),
      }),
    );
  },
});
