import type { Node } from '../../facts/wire.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable } from '../rule.ts';
import { stepsFix } from '../service-text.ts';
import { onlyOne, onNodes } from './proxy-text.ts';

interface Told {
  name: string;
  text: string;
}

/** What a detector of node problems wrote: a problem that is True, or a readiness that is False for this. */
function toldBy({ metadata, status }: Node): Told[] {
  return (status?.conditions ?? []).flatMap(({ type, status: value, reason = '', message = '' }) => {
    const problem = value === 'True' && /conntrack/i.test(type);
    const unready = value === 'False' && /Ready$/.test(type) && /conntrack/i.test(`${reason} ${message}`);
    return problem || unready ? [{ name: metadata?.name ?? '', text: `${type}: ${message || reason}` }] : [];
  });
}

/** The kernel drops new connections while its table of connections is full. Only the kernel's log and metrics tell, and detectors that read them. */
export const kpx014 = defineRule({
  id: 'KPX-014',
  name: 'conntrack-exhausted',
  stage: 'dataplane',
  severity: 'high',
  title: 'a node has no room for further connections',
  healthy: 'no node says that its table of connections is full',
  roles: ['cluster'],
  needs: ['nodes'],
  uses: [],
  explains: [],
  docs: {
    why: 'Every connection through a Service takes an entry in the connection table of the node. When it is full, new connections are dropped: callers see random timeouts on busy nodes. The API does not show it, unless a detector (node-problem-detector, the monitoring agent of EKS) writes it into the conditions of the node. The commands below show it on the node.',
    confirm: [
      'kubectl debug node/NODE -it --image=busybox -- sh -c "cat /proc/sys/net/netfilter/nf_conntrack_count /proc/sys/net/netfilter/nf_conntrack_max"',
      'kubectl debug node/NODE -it --profile=sysadmin --image=busybox -- dmesg',
    ],
    fix: 'Raise conntrack.maxPerCore or conntrack.min in the configuration of kube-proxy, shorten the timeouts, or let callers keep their connections.',
    references: ['kubernetes.io: kube-proxy configuration (v1alpha1)', 'kubernetes.io: Monitor Node Health'],
  },
  check({ nodes }) {
    const told = nodes.flatMap(toldBy).sort((a, b) => (a.name < b.name ? -1 : 1));
    if (told.length === 0) return notApplicable('only the node tells whether its table of connections is full');
    const names = [...new Set(told.map(({ name }) => name))];
    return fail(
      finding({
        severity: 'high',
        confidence: 'likely',
        message: `new connections are dropped on ${onNodes(names)}: the table of connections is full`,
        scope: { node: onlyOne(names) },
        evidence: told.map(({ name, text }) => ({
          label: 'node',
          text: `${name}: ${text}`,
          object: `Node ${name}`,
          path: 'status.conditions',
          found: text,
          expected: null,
        })),
        effects: [`calls from and to Pods on ${names.join(', ')} time out at random`],
        fix: stepsFix(
          'make room for connections',
          'raise conntrack.maxPerCore and conntrack.min in config.conf of ConfigMap kube-system/kube-proxy, then restart kube-proxy there',
          'find who opens so many: a client that makes a connection for each call, or a scan',
        ),
      }),
    );
  },
});
