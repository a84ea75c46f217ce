import type { Service } from '../../facts/wire.ts';
import { hearKubeProxy, type ProxyHearing, type ProxyLine } from '../../model/kube-proxy-words.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, notApplicable, unanswered } from '../rule.ts';
import { nameOf } from '../service-text.ts';
import { judged, proxyOf } from './proxy-standing.ts';
import { lookFix, saidRow } from './proxy-text.ts';

/** The line in which it looks for a Node of another name than its own; its own may be missing for a moment while the kubelet registers it. */
function mistaken({ lines, node }: ProxyHearing): ProxyLine | null {
  return lines.findLast(({ word, groups }) => word === 'node' && groups.name !== node) ?? null;
}

function localPolicy({ spec }: Service): string | null {
  if (spec?.clusterIP === 'None' || spec?.type === 'ExternalName') return null;
  if (spec?.internalTrafficPolicy === 'Local') return 'internalTrafficPolicy';
  return spec?.externalTrafficPolicy === 'Local' ? 'externalTrafficPolicy' : null;
}

function report(hearing: ProxyHearing, line: ProxyLine, service: Service, policy: string): Finding {
  const { node } = hearing;
  const taken = line.groups.name ?? '';
  const row = saidRow(hearing, line);
  return finding({
    severity: 'high',
    message: `${nameOf(service)} drops calls on node ${node}: ${policy} is Local, and kube-proxy takes its node for ${taken}, so no endpoint counts as local`,
    scope: { node },
    evidence: [row],
    effects: [`calls that arrive at node ${node} hang, though its own Pods are Ready`],
    fix: lookFix(
      'let kube-proxy know the name of its Node',
      [
        'kubectl -n kube-system get daemonset kube-proxy -o yaml',
        'kubectl -n kube-system get configmap kube-proxy -o yaml',
      ],
      'pass --hostname-override=$(NODE_NAME) with NODE_NAME from spec.nodeName, and leave hostnameOverride in config.conf empty',
    ),
    shared: {
      key: `kube-proxy-node-name/${node}`,
      subject: `kube-proxy on node ${node} takes its node for ${taken}, so that policy Local drops calls there`,
      evidence: [row],
    },
  });
}

/** kube-proxy compares an endpoint's nodeName with its own hostname (pkg/proxy: isLocal): under another name nothing is local. */
export const kpx006 = defineRule({
  id: 'KPX-006',
  name: 'kube-proxy-hostname-mismatch',
  stage: 'dataplane',
  severity: 'high',
  title: 'kube-proxy takes its node for another',
  healthy: 'kube-proxy finds its node, as far as its logs were read',
  roles: ['target', 'dependency'],
  gate: 'kube-proxy',
  needs: ['service', 'systemWorkloads', 'systemPods', 'nodes'],
  uses: ['logs', 'ciliumConfig', 'felixConfiguration'],
  explains: [],
  docs: {
    why: 'Which endpoints are local is decided by name: the hostname that kube-proxy was given against the nodeName of the endpoint. Where the two differ (a fully qualified name against a short one, an address against a name), no endpoint is local, and Services with internalTrafficPolicy or externalTrafficPolicy Local drop every call at that node. Others work.',
    confirm: ['kubectl -n kube-system logs -l k8s-app=kube-proxy', 'kubectl get nodes'],
    fix: 'Give kube-proxy the name of its Node in --hostname-override.',
    references: ['kubernetes.io: kube-proxy', 'kubernetes.io: Service Internal Traffic Policy'],
  },
  check(facts) {
    const policy = localPolicy(facts.service);
    if (policy === null) return notApplicable('no policy is Local');
    const proxy = proxyOf(facts);
    if ('verdict' in proxy) return proxy;
    const { logs, service } = facts;
    if (!logs.known) return unanswered(logs);
    const { heard, missing } = hearKubeProxy(proxy.pods, logs.value, facts.now);
    const found = heard.flatMap((hearing) => {
      const line = mistaken(hearing);
      return line === null ? [] : [report(hearing, line, service, policy)];
    });
    if (found.length === 0 && missing.length > 0) return unanswered(...missing);
    return judged(found, proxy, facts);
  },
});
