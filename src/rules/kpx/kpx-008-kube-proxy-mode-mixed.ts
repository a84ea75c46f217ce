import { modeOf } from '../../model/kube-proxy-config.ts';
import { hearKubeProxy, type ProxyHearing, type ProxyLine } from '../../model/kube-proxy-words.ts';
import { type Evidence, finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { proxyOf } from './proxy-standing.ts';
import { lookFix, saidRow } from './proxy-text.ts';

interface Spoken {
  hearing: ProxyHearing;
  line: ProxyLine;
  mode: string;
}

/** The mode in which it says that it runs: the last such line of its log. */
function spoken(hearing: ProxyHearing): Spoken[] {
  const line = hearing.lines.findLast(({ word }) => word === 'mode');
  return line === undefined ? [] : [{ hearing, line, mode: line.groups.mode ?? '' }];
}

/** A kube-proxy reads its mode when it starts and leaves the rules of another mode in place (kubernetes.io: kube-proxy --cleanup). */
export const kpx008 = defineRule({
  id: 'KPX-008',
  name: 'kube-proxy-mode-mixed',
  stage: 'dataplane',
  severity: 'low',
  title: 'kube-proxy runs in different modes, or in another than its configuration names',
  healthy: 'kube-proxy runs in the mode of its configuration, as far as its logs were read',
  roles: ['cluster'],
  needs: ['systemWorkloads', 'systemPods', 'nodes'],
  uses: ['logs', 'kubeProxyConfig'],
  explains: [],
  docs: {
    why: 'Each mode of kube-proxy writes rules of its own kind. Where the mode was changed without a reboot, rules of the old kind may stay and take calls to endpoints that are gone; where nodes run different modes, the same fault looks different from node to node. It is looked at only where kube-proxy already looks ill or callers complain.',
    confirm: [
      'kubectl -n kube-system logs -l k8s-app=kube-proxy --prefix',
      'kubectl -n kube-system get configmap kube-proxy -o yaml',
    ],
    fix: 'Restart kube-proxy everywhere after a change of mode, and reboot the nodes or run kube-proxy --cleanup.',
    references: ['kubernetes.io: kube-proxy', 'kubernetes.io: Virtual IPs and Service Proxies'],
  },
  check(facts) {
    const proxy = proxyOf(facts);
    if ('verdict' in proxy) return proxy;
    const { logs, kubeProxyConfig: config, now } = facts;
    const heard = logs.known ? hearKubeProxy(proxy.pods, logs.value, now).heard.flatMap(spoken) : [];
    if (heard.length === 0) return notApplicable('no kube-proxy says in which mode it runs');
    const wanted = config.known && config.value !== null ? modeOf(config.value) : null;
    const modes = [...new Set([...heard.map(({ mode }) => mode), ...(wanted === null ? [] : [wanted])])].sort();
    if (modes.length < 2) return pass;
    const rows: Evidence[] = heard.map(({ hearing, line }) => saidRow(hearing, line));
    const file = { object: 'ConfigMap kube-system/kube-proxy', path: 'data["config.conf"]' };
    if (wanted !== null)
      rows.push({ label: 'mode', text: `${wanted} in config.conf`, ...file, found: wanted, expected: null });
    return fail(
      finding({
        severity: 'low',
        confidence: 'possible',
        message: `kube-proxy has rules of several modes (${modes.join(', ')}): those of the older may still take calls`,
        evidence: rows,
        fix: lookFix(
          'let kube-proxy run in one mode everywhere',
          ['kubectl -n kube-system rollout restart daemonset kube-proxy'],
          'reboot the nodes, or run kube-proxy --cleanup on them, so that no rules of the other mode stay',
        ),
      }),
    );
  },
});
