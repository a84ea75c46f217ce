import { finding, type Note } from '../finding.ts';
import { defineRule, fail } from '../rule.ts';
import { coreDnsOf, lineRows, unheard } from './dns-text.ts';

/** Questions that CoreDNS forwards get no answer: names of the outside fail, names of Services do not. Its own probe for loops (HINFO) does not count. */
export const dns009 = defineRule({
  id: 'DNS-009',
  name: 'upstream-dns-failing',
  stage: 'dns',
  severity: 'low',
  title: 'the name servers that CoreDNS forwards to do not answer',
  healthy: 'the name servers that CoreDNS forwards to answer',
  roles: ['dns'],
  needs: ['service', 'logs'],
  uses: ['pods'],
  explains: [],
  docs: {
    why: 'CoreDNS answers names of the cluster itself and forwards the rest. When the upstream is silent, names of the outside fail and Services are not touched. A cluster without a way out logs this once at each start, for the two long numbers that the plugin loop asks for: that is no fault.',
    confirm: [
      'kubectl -n kube-system logs -l k8s-app=kube-dns --tail 50',
      "kubectl -n kube-system get configmap coredns -o jsonpath='{.data.Corefile}'",
    ],
    fix: 'Correct the upstream in forward (or in the resolv.conf of the nodes), or let the nodes reach port 53 of it.',
    references: ['coredns.io: forward', 'coredns.io: errors'],
  },
  check(facts) {
    const dns = coreDnsOf(facts);
    const said = dns === null ? [] : dns.lines.filter(({ word }) => word === 'upstream');
    const last = said.at(-1);
    if (dns === null || last === undefined) return unheard(dns);
    const upstreams = [...new Set(said.map(({ groups }) => groups.upstream ?? ''))].sort();
    const bare = said.find(({ groups }) => groups.name !== undefined && !groups.name.includes('.'));
    const note: Note = {
      label: 'note',
      text: `"${bare?.groups.name}" has no dot: a client asks for it without the search list of ClusterFirst`,
    };
    return fail(
      finding({
        severity: 'low',
        message: `names of the outside do not resolve: ${upstreams.join(', ')}, to which CoreDNS forwards, does not answer; Services are not touched`,
        evidence: lineRows(dns, last).slice(0, 1),
        effects: [`lookups such as "${last.groups.name}" fail`],
        fix: {
          summary: 'repair the upstream',
          safety: 'review',
          commands: [],
          steps: [`let the nodes reach port 53 of ${upstreams.join(', ')}, or name another server in forward`],
          patch: null,
        },
        notes: bare === undefined ? [] : [note],
      }),
    );
  },
});
