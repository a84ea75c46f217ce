import { type CoreDnsLine, isCrashing } from '../../model/coredns-log.ts';
import type { Corefile } from '../../model/corefile-parse.ts';
import { unknownDirective } from '../../model/corefile-plugins.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, fail, pass } from '../rule.ts';
import {
  COREFILE,
  type CoreDns,
  coreDnsOf,
  corefileLine,
  corefileRow,
  DNS_PODS_FAIL,
  lineRows,
  outage,
  outageEffects,
  RELOAD,
  saidBy,
  unheard,
} from './dns-text.ts';

const FIX = {
  summary: 'repair the Corefile',
  safety: 'review',
  commands: ["kubectl -n kube-system get configmap coredns -o jsonpath='{.data.Corefile}'"],
  patch: null,
} as const;

function refused(dns: CoreDns, said: CoreDnsLine, text: string | null, line: number | null): Finding {
  const message = said.groups.message ?? said.groups.why ?? 'it cannot be read';
  const latent = said.word === 'reload' && dns.ready === dns.own.length;
  return finding({
    severity: dns.ready === 0 ? 'critical' : 'high',
    cause: latent ? 'not-reloaded' : 'refused',
    message: latent
      ? `CoreDNS refuses the changed Corefile and serves the old one: the next restart breaks DNS (${message})`
      : `${outage(dns)}: CoreDNS refuses its Corefile${line === null ? '' : ` at line ${line}`}: ${message}`,
    evidence: [
      ...lineRows(dns, said),
      ...(text === null || line === null ? [] : [corefileRow(text, line, 'a line that CoreDNS knows')]),
    ],
    effects: outageEffects(dns),
    fix: {
      ...FIX,
      steps: [
        `correct ${line === null ? COREFILE : `line ${line} of ${COREFILE}`}: kubectl -n kube-system edit configmap coredns`,
        latent ? RELOAD : 'delete the crashing DNS Pods, so that they start at once',
      ],
    },
  });
}

function unreadable(corefile: Corefile): Finding {
  const line = corefile.error?.line ?? 1;
  return finding({
    severity: 'high',
    confidence: 'likely',
    cause: 'unreadable',
    message: `the Corefile cannot be read at line ${line} (${corefile.error?.message}): the next restart of CoreDNS breaks DNS`,
    evidence: [corefileRow(corefile.lines[line - 1]?.trim() ?? '', line)],
    effects: ['CoreDNS serves what it read before, until a Pod starts anew'],
    fix: { ...FIX, steps: [`correct line ${line} of ${COREFILE}: kubectl -n kube-system edit configmap coredns`] },
  });
}

/** A word that no plugin has, where the Pods crash and their log is not to be had. */
function unknownWord(dns: CoreDns, corefile: Corefile): Finding | null {
  const odd = dns.ill.some(isCrashing) ? unknownDirective(corefile) : null;
  if (odd === null) return null;
  return finding({
    severity: dns.ready === 0 ? 'critical' : 'high',
    confidence: 'likely',
    cause: 'refused',
    message: `${outage(dns)}: CoreDNS ends, and line ${odd.line} of its Corefile begins with "${odd.name}", which is no plugin`,
    evidence: [corefileRow(corefile.lines[odd.line - 1]?.trim() ?? odd.name, odd.line, 'a line that CoreDNS knows')],
    effects: outageEffects(dns),
    fix: {
      ...FIX,
      steps: [
        `correct line ${odd.line} of ${COREFILE}: kubectl -n kube-system edit configmap coredns`,
        'delete the crashing DNS Pods, so that they start at once',
      ],
    },
  });
}

/** A Corefile that CoreDNS refuses: at the start the process ends, while it runs the plugin reload keeps the old one (coredns.io: reload). */
export const dns005 = defineRule({
  id: 'DNS-005',
  name: 'corefile-invalid',
  stage: 'dns',
  severity: 'critical',
  title: 'CoreDNS refuses its Corefile',
  healthy: 'CoreDNS reads its Corefile',
  roles: ['dns'],
  needs: ['service', 'logs'],
  uses: ['pods', 'corefile'],
  explains: [...DNS_PODS_FAIL, 'DNS-010', 'DNS-011', 'DNS-012', 'DNS-014'],
  causes: {
    refused: 'CoreDNS ends because it cannot read the Corefile',
    'not-reloaded': 'CoreDNS goes on with the old Corefile, because it cannot read the new one',
    unreadable: 'braces of the Corefile do not match',
  },
  docs: {
    why: 'CoreDNS reads its Corefile when it starts, and ends where a word is unknown or a brace is missing. While it runs, the plugin reload tries a changed file and keeps the old one where it is wrong: then all seems well until a Pod is made anew.',
    confirm: [
      'kubectl -n kube-system logs -l k8s-app=kube-dns --tail 20',
      "kubectl -n kube-system get configmap coredns -o jsonpath='{.data.Corefile}'",
    ],
    fix: 'Correct the line that the log names.',
    references: ['coredns.io: reload', 'coredns.io: Manual, Configuration'],
  },
  check(facts) {
    const dns = coreDnsOf(facts);
    if (dns === null) return unheard(dns);
    const { corefile } = facts;
    const said = [
      ...saidBy(dns, 'corefile'),
      ...saidBy(dns, 'reload'),
      ...dns.lines.filter(({ word }) => word === 'reload'),
    ];
    const [found] = said;
    if (found !== undefined) {
      const number = found.groups.line ?? /Corefile:(\d+)/.exec(found.line)?.[1];
      const line = number === undefined ? null : Number(number);
      return fail(refused(dns, found, corefileLine(corefile, line), line));
    }
    if (corefile.known && corefile.value !== null && corefile.value.error !== null)
      return fail(unreadable(corefile.value));
    const odd = corefile.known && corefile.value !== null ? unknownWord(dns, corefile.value) : null;
    if (odd !== null) return fail(odd);
    return dns.missing.length > 0 ? unheard(dns) : pass;
  },
});
