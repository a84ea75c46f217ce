import type { Node } from '../../facts/wire.ts';
import { modeOf } from '../../model/kube-proxy-config.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass, unread } from '../rule.ts';
import { proxyOf } from './proxy-standing.ts';
import { lookFix } from './proxy-text.ts';

/** KEP-5495. */
const DEPRECATED_IN = 35;

function minorOf({ status }: Node): number {
  return Number(/^v1\.(\d+)/.exec(status?.nodeInfo?.kubeletVersion ?? '')?.[1] ?? 0);
}

/** Mode ipvs is deprecated since 1.35 (KEP-5495): it works, and is never the cause of a fault. */
export const kpx007 = defineRule({
  id: 'KPX-007',
  name: 'kube-proxy-mode-deprecated',
  stage: 'dataplane',
  severity: 'info',
  title: 'kube-proxy runs in mode ipvs, which is deprecated',
  healthy: 'kube-proxy runs in a mode that stays, as far as its configuration was read',
  roles: ['cluster'],
  needs: ['systemWorkloads', 'systemPods', 'nodes'],
  uses: ['kubeProxyConfig'],
  explains: [],
  docs: {
    why: 'Mode ipvs of kube-proxy is deprecated since Kubernetes 1.35; nftables takes its place, iptables stays. It works until it is removed, so it is no cause of a fault.',
    confirm: ['kubectl -n kube-system get configmap kube-proxy -o yaml'],
    fix: 'Plan the change to nftables (kernel 5.13 or newer) or iptables; restart kube-proxy on every node, best with a reboot so that no old rules stay.',
    references: ['kubernetes.io: Virtual IPs and Service Proxies', 'KEP-5495: Deprecate ipvs mode in kube-proxy'],
  },
  check(facts) {
    const proxy = proxyOf(facts);
    if ('verdict' in proxy) return proxy;
    const { kubeProxyConfig: config, nodes } = facts;
    if (!config.known)
      return unread(config).verdict === 'unknown' ? notApplicable('its mode may not be read') : unread(config);
    if (config.value === null) return notApplicable('there is no ConfigMap kube-system/kube-proxy');
    if (modeOf(config.value) !== 'ipvs' || !nodes.some((node) => minorOf(node) >= DEPRECATED_IN)) return pass;
    return fail(
      finding({
        severity: 'info',
        message: 'kube-proxy runs in mode ipvs, which is deprecated since Kubernetes 1.35',
        evidence: [
          {
            label: 'mode',
            text: 'ipvs in config.conf',
            object: 'ConfigMap kube-system/kube-proxy',
            path: 'data["config.conf"]',
            found: 'ipvs',
            expected: 'nftables',
          },
        ],
        fix: lookFix(
          'plan the change to nftables or iptables',
          ['kubectl -n kube-system get configmap kube-proxy -o yaml'],
          'set mode in config.conf, then restart kube-proxy node by node, best with a reboot',
        ),
      }),
    );
  },
});
