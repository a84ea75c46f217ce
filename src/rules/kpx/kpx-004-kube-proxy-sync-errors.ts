import { byKey } from '../../model/by-key.ts';
import { hearKubeProxy, type ProxyHearing, type ProxyLine } from '../../model/kube-proxy-words.ts';
import { syncFailure } from '../../model/sync-failure.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, unanswered } from '../rule.ts';
import { judged, proxyOf } from './proxy-standing.ts';
import { lookFix, onlyOne, onNodes, podName, saidRow } from './proxy-text.ts';

const RECENT = 15 * 60_000;
/** A failed sync is tried again after half a minute: what failed last within this is not over. */
const ONGOING = 3 * 60_000;

interface Failing {
  hearing: ProxyHearing;
  last: ProxyLine;
  times: number;
}

/** Two failed attempts at least; one is what a held lock looks like. An attempt may print several lines in the same second. */
function failingIn(hearing: ProxyHearing): Failing[] {
  const lines = hearing.lines.filter(({ word, ago }) => word === 'sync' && ago !== null && ago <= RECENT);
  const attempts = new Set(lines.map(({ ago }) => Math.floor((ago ?? 0) / 1000)));
  const last = lines.findLast(({ line }) => !/Sync failed/i.test(line)) ?? lines.at(-1);
  return last === undefined || attempts.size < 2 ? [] : [{ hearing, last, times: attempts.size }];
}

function report(same: readonly Failing[]): Finding[] {
  const [first] = same;
  if (first === undefined) return [];
  const names = same.map(({ hearing }) => hearing.node).sort();
  const cause = syncFailure(first.hearing.raw);
  const goesOn = same.some(({ last }) => (last.ago ?? RECENT) <= ONGOING);
  return [
    finding({
      severity: 'high',
      confidence: goesOn ? 'certain' : 'possible',
      cause: cause?.cause ?? null,
      message: `kube-proxy cannot write its rules on ${onNodes(names)}${cause === null ? '' : `: ${cause.why}`}`,
      scope: { node: onlyOne(names) },
      evidence: same.flatMap(({ hearing, last, times }) => [
        saidRow(hearing, last),
        {
          label: 'attempts',
          text: `${times} failed within fifteen minutes`,
          object: `Pod ${podName(hearing.pod)}`,
          path: 'log',
          found: String(times),
          expected: '0',
        },
      ]),
      effects: [`callers on ${names.join(', ')} do not reach new Services and are sent to Pods that are gone`],
      fix: lookFix(
        'repair what keeps kube-proxy from writing rules',
        [`kubectl -n kube-system logs ${first.hearing.pod.metadata?.name} --tail 50`],
        cause?.step ?? 'find the line of the rules that the error names, and who else writes rules on the node',
      ),
    }),
  ];
}

/** A sync of kube-proxy is all or nothing (pkg/proxy/iptables, nftables): while it fails, the node keeps the rules of the last good one. */
export const kpx004 = defineRule({
  id: 'KPX-004',
  name: 'kube-proxy-sync-errors',
  stage: 'dataplane',
  severity: 'high',
  title: 'kube-proxy cannot write its rules',
  healthy: 'kube-proxy writes its rules, as far as its logs were read',
  roles: ['cluster'],
  needs: ['systemWorkloads', 'systemPods', 'nodes'],
  uses: ['logs', 'ciliumConfig', 'felixConfiguration'],
  explains: ['KPX-003', 'DNS-006', 'DNS-016'],
  causes: {
    'chain-in-use': 'rules of another program point at one of its chains',
    'kernel-lacks-match': 'the kernel or the image lacks a match, target or option that the rules use',
    'lock-held': 'another program holds the lock of iptables',
    'mixed-backends': 'iptables of the legacy kind and of the nft kind are mixed on the node',
    'nft-crashes': 'the nft program ends by a signal',
  },
  docs: {
    why: 'kube-proxy writes all rules of a sync at once. If one line is refused, none is written, and it tries again after thirty seconds: the node goes on with the rules of the last success, or with none after a reboot. A single failure passes; the same one again and again does not.',
    confirm: ['kubectl -n kube-system logs -l k8s-app=kube-proxy --tail 50'],
    fix: 'Repair what the error names: a kernel module, iptables programs of two kinds, a firewall that holds the lock, or choose another mode.',
    references: ['kubernetes.io: Virtual IPs and Service Proxies', 'kubernetes/kubernetes: pkg/proxy/iptables'],
  },
  check(facts) {
    const proxy = proxyOf(facts);
    if ('verdict' in proxy) return proxy;
    const { logs } = facts;
    if (!logs.known) return unanswered(logs);
    const { heard, missing } = hearKubeProxy(proxy.pods, logs.value, facts.now);
    const failing = heard.flatMap(failingIn);
    if (failing.length === 0 && missing.length > 0) return unanswered(...missing);
    const causes = byKey(failing, ({ hearing }) => syncFailure(hearing.raw)?.cause ?? '');
    return judged(causes.flatMap(report), proxy, facts);
  },
});
