import type { Fact } from '../../facts/fact.ts';
import type { ConfigMap } from '../../facts/wire.ts';
import { byKey } from '../../model/by-key.ts';
import { serverOf } from '../../model/kube-proxy-config.ts';
import { hearKubeProxy, type ProxyHearing, type ProxyLine } from '../../model/kube-proxy-words.ts';
import { ageText } from '../../model/readiness.ts';
import { type Evidence, type Finding, finding } from '../finding.ts';
import { defineRule, unanswered } from '../rule.ts';
import { judged, proxyOf } from './proxy-standing.ts';
import { lookFix, onlyOne, onNodes, saidRow } from './proxy-text.ts';

/** client-go waits up to a minute between two tries, and each may take half a minute to fail. */
const ONGOING = 3 * 60_000;
/** An API server that restarts is away for less. */
const BRIEF = 60_000;

interface Cut {
  hearing: ProxyHearing;
  last: ProxyLine;
  kind: 'unreachable' | 'certificate' | 'rights';
  lasted: number;
}

function kindOf(why: string): Cut['kind'] {
  if (/x509|certificate/i.test(why)) return 'certificate';
  return /Unauthorized|forbidden/i.test(why) ? 'rights' : 'unreachable';
}

/** Still going on, and for longer than a restart of the API server takes. Caches that are synced afterwards end it. */
function cutIn(hearing: ProxyHearing): Cut[] {
  const { lines } = hearing;
  const since = lines.slice(lines.findLastIndex(({ word }) => word === 'well') + 1);
  const failed = since.filter(({ word, ago }) => word === 'api' && ago !== null);
  const last = failed.at(-1);
  const lasted = (failed[0]?.ago ?? 0) - (last?.ago ?? 0);
  if (last?.ago == null || last.ago > ONGOING || lasted < BRIEF) return [];
  return [{ hearing, last, kind: kindOf(last.groups.why ?? ''), lasted }];
}

const WHY: Readonly<Record<Cut['kind'], { text: string; step: string }>> = {
  unreachable: {
    text: 'it does not reach the API server',
    step: 'let server in kubeconfig.conf of ConfigMap kube-system/kube-proxy name an address at which the API server answers, then start the Pods anew',
  },
  certificate: {
    text: "it does not trust the API server's certificate",
    step: 'let the certificate of the API server hold the address in kubeconfig.conf, and the cluster CA be the one that signed it',
  },
  rights: {
    text: 'the API server refuses it',
    step: 'give its service account the ClusterRole system:node-proxier, and start the Pods anew so that they get a valid token',
  },
};

function told(config: Fact<ConfigMap | null>): readonly Evidence[] {
  const server = config.known && config.value !== null ? serverOf(config.value) : null;
  if (server === null) return [];
  const object = 'ConfigMap kube-system/kube-proxy';
  const path = 'data["kubeconfig.conf"]';
  return [{ label: 'told', text: `to call ${server}`, object, path, found: server, expected: null }];
}

function report(same: readonly Cut[], config: Fact<ConfigMap | null>): Finding[] {
  const [first] = same;
  if (first === undefined) return [];
  const names = same.map(({ hearing }) => hearing.node).sort();
  return [
    finding({
      severity: 'high',
      cause: first.kind,
      message: `Services are frozen on ${onNodes(names)}: kube-proxy runs there, and ${WHY[first.kind].text} for ${ageText(first.lasted)} at least`,
      scope: { node: onlyOne(names) },
      evidence: [...same.map(({ hearing, last }) => saidRow(hearing, last)), ...told(config)],
      effects: [`callers on ${names.join(', ')} do not reach new Services, and old ones only until their Pods move`],
      fix: lookFix(
        'repair the way from kube-proxy to the API server',
        ['kubectl -n kube-system get configmap kube-proxy -o yaml', 'kubectl cluster-info'],
        WHY[first.kind].step,
      ),
    }),
  ];
}

/** kube-proxy learns of Services, EndpointSlices and its Node by watching the API server: without it the rules stay as they are. */
export const kpx005 = defineRule({
  id: 'KPX-005',
  name: 'kube-proxy-cannot-reach-apiserver',
  stage: 'dataplane',
  severity: 'high',
  title: 'kube-proxy does not reach the API server',
  healthy: 'kube-proxy watches the API server, as far as its logs were read',
  roles: ['cluster'],
  needs: ['systemWorkloads', 'systemPods', 'nodes'],
  uses: ['logs', 'kubeProxyConfig', 'ciliumConfig', 'felixConfiguration'],
  explains: ['KPX-003', 'DNS-006', 'DNS-016'],
  causes: {
    certificate: "kube-proxy does not trust the API server's certificate",
    rights: 'the API server refuses kube-proxy',
    unreachable: 'the API server does not answer at the address that kube-proxy is told',
  },
  docs: {
    why: 'While the watch fails, the rules on the node stay those of the last success: Services made since do not work from there, and old ones fail as their Pods move. On clusters of kubeadm the address stands in kubeconfig.conf of ConfigMap kube-proxy, and may be that of a control plane or load balancer that is gone. Errors of less than a minute are those of an API server that restarts.',
    confirm: [
      'kubectl -n kube-system logs -l k8s-app=kube-proxy --tail 50',
      'kubectl -n kube-system get configmap kube-proxy -o yaml',
    ],
    fix: 'Correct the address, the certificate or the rights, and start the Pods of kube-proxy anew.',
    references: ['kubernetes.io: Debug Services', 'kubernetes.io: Troubleshooting kubeadm'],
  },
  check(facts) {
    const proxy = proxyOf(facts);
    if ('verdict' in proxy) return proxy;
    const { logs } = facts;
    if (!logs.known) return unanswered(logs);
    const { heard, missing } = hearKubeProxy(proxy.pods, logs.value, facts.now);
    const cuts = heard.flatMap(cutIn);
    if (cuts.length === 0 && missing.length > 0) return unanswered(...missing);
    const causes = byKey(cuts, ({ kind }) => kind);
    return judged(
      causes.flatMap((same) => report(same, facts.kubeProxyConfig)),
      proxy,
      facts,
    );
  },
});
