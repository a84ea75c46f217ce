import type { Fact, Unknown } from '../../facts/fact.ts';
import type { Pod, Service } from '../../facts/wire.ts';
import { type CoreDnsLine, type CoreDnsWord, dnsPodsOf, hearCoreDns, isDnsPodIll } from '../../model/coredns-log.ts';
import type { Corefile } from '../../model/corefile-parse.ts';
import { ageOf, conditionOf, isReady } from '../../model/readiness.ts';
import type { LogReader } from '../facts.ts';
import type { Evidence } from '../finding.ts';
import { type Check, notApplicable, unanswered } from '../rule.ts';

export const COREFILE = 'ConfigMap kube-system/coredns';
const SETTLING = 30_000;

/** What the rules about CoreDNS itself read, in the form of their views. */
export interface CoreDnsFacts {
  service: Service;
  pods: Fact<readonly Pod[]>;
  logs: LogReader;
  now: number;
}

export interface CoreDns {
  /** The live DNS Pods, and those of them that are not well. */
  own: readonly Pod[];
  ill: readonly Pod[];
  ready: number;
  lines: readonly CoreDnsLine[];
  missing: readonly Unknown[];
}

/** The DNS Pods and their telling words; null where the Pods are not known, of which DNS-002 asks. */
export function coreDnsOf({ service, pods, logs, now }: CoreDnsFacts): CoreDns | null {
  if (!pods.known) return null;
  const own = dnsPodsOf(service, pods.value);
  const ill = own.filter((pod) => isDnsPodIll(pod, now));
  const { lines, missing } = hearCoreDns(own, logs, now);
  return { own, ill, ready: own.filter(isReady).length, lines, missing };
}

/** The verdict where nothing was heard: open where a log of an ill Pod is refused. */
export function unheard(dns: CoreDns | null): Check {
  if (dns === null) return notApplicable('the DNS Pods are not known');
  if (dns.missing.length > 0) return unanswered(...dns.missing);
  return notApplicable('the DNS Pods do not say so');
}

/** Words of Pods that are not well; the newest of each kind counts. */
export function saidBy({ lines, ill }: CoreDns, ...words: readonly CoreDnsWord[]): readonly CoreDnsLine[] {
  return lines.filter(({ word, pod }) => words.includes(word) && ill.includes(pod));
}

function nameOf({ metadata }: Pod): string {
  return `${metadata?.namespace}/${metadata?.name}`;
}

/** `kube-system/coredns-abc: 0 of 2 DNS Pods are Ready`, then the line. */
export function lineRows({ own, ready }: CoreDns, { pod, line }: CoreDnsLine): Evidence[] {
  const name = nameOf(pod);
  return [
    { label: 'last log', text: `"${line}"`, object: `Pod ${name}`, path: 'log', found: line, expected: null },
    {
      label: 'Pod',
      text: `${name}: ${isReady(pod) ? 'Ready' : 'not Ready'} (${ready} of ${own.length} DNS Pods are)`,
      object: `Pod ${name}`,
      path: 'status.conditions[Ready].status',
      found: conditionOf(pod, 'Ready')?.status ?? null,
      expected: 'True',
    },
  ];
}

/** One line of the Corefile. */
export function corefileRow(text: string, line: number, expected: string | null = null): Evidence {
  return {
    label: 'Corefile',
    text: `line ${line}: ${text}`,
    object: COREFILE,
    path: `data.Corefile:${line}`,
    found: text,
    expected,
  };
}

/** The text of a line of the Corefile, where it is known. */
export function corefileLine(corefile: Fact<Corefile | null>, line: number | null): string | null {
  if (line === null || !corefile.known || corefile.value === null) return null;
  return corefile.value.lines[line - 1]?.trim() ?? null;
}

/** What clients see of it: nothing resolves, or the Pods that are left carry it all. */
export function outage({ own, ready }: CoreDns): string {
  return ready === 0
    ? 'no Service name resolves in this cluster'
    : `only ${ready} of ${own.length} DNS Pods answer in this cluster`;
}

export function outageEffects({ ready }: CoreDns): string[] {
  return ready === 0
    ? ['every lookup from every Pod fails: "could not resolve host"; calls by IP address still work']
    : [];
}

/** The node that all of these Pods share, or null. */
export function sharedNode(pods: readonly Pod[]): string | null {
  const nodes = new Set(pods.map((pod) => pod.spec?.nodeName ?? ''));
  const [only] = nodes;
  return nodes.size === 1 && only !== undefined && only !== '' ? only : null;
}

/** True while all of these Pods are too young to judge. */
export function isSettling(pods: readonly Pod[], now: number): boolean {
  return pods.every((pod) => (ageOf(pod.metadata?.creationTimestamp, now) ?? SETTLING) < SETTLING);
}

/** Edits of the Corefile and how they come into force. */
export const RELOAD =
  'CoreDNS takes the change up by itself within two minutes (plugin reload), else after kubectl -n kube-system rollout restart deployment coredns';

/** What the failing of DNS Pods leads to. */
export const DNS_PODS_FAIL = ['DNS-002', 'DNS-017', 'POD-008', 'POD-011', 'POD-012', 'POD-020', 'POD-021'];
