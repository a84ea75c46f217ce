import type { Fact, Unknown } from '../../facts/fact.ts';
import type { ConfigMap, Service } from '../../facts/wire.ts';
import {
  askedNames,
  type CalledName,
  calledNames,
  clusterDns,
  lookupComplaint,
  resolverOf,
} from '../../model/caller-names.ts';
import type { Corefile } from '../../model/corefile-parse.ts';
import { type Patch, patchCommand } from '../../model/patch.ts';
import type { ReferencingWorkload } from '../../model/referencing.ts';
import type { ClusterDns, ResolverConfig } from '../../model/resolver.ts';
import type { LogReader } from '../facts.ts';
import type { Confidence, Evidence, Fix, Scope } from '../finding.ts';
import { type Check, notApplicable, unanswered } from '../rule.ts';
import type { Subject } from '../subject.ts';

/** What the rules about resolvers read, in the form of their views. */
export interface ResolverFacts {
  subject: Subject;
  now: number;
  systemServices: Fact<readonly Service[]>;
  references: Fact<readonly ReferencingWorkload[]>;
  services: Fact<readonly Service[]>;
  called: Fact<Service | null>;
  kubeletConfig: Fact<ConfigMap | null>;
  corefile: Fact<Corefile | null>;
  logs: LogReader;
}

type Spec = NonNullable<ReferencingWorkload['spec']>;

/** A workload whose resolver is unusual, with the names it calls and what its log says of them. */
export interface Look {
  workload: ReferencingWorkload;
  spec: Spec;
  /** Names of Services that it is told to call. */
  names: readonly CalledName[];
  /** Those of them that get to DNS, not to hostAliases. */
  asked: readonly CalledName[];
  complaint: { pod: string; line: string } | null;
  config: ResolverConfig;
  dns: ClusterDns & { domain: string };
  /** True where the address of the cluster DNS is known: only then can another one be told from it. */
  dnsKnown: boolean;
}

/** The workloads of the subject whose spec the rule suspects; a caller's must be known, of others what is not known is not suspected. */
export function suspects(facts: ResolverFacts, isSuspect: (spec: Spec) => boolean): readonly Look[] | Unknown {
  const { subject, references, called } = facts;
  if (!references.known) return references;
  const odd = references.value.filter(({ spec }) => spec !== undefined && isSuspect(spec));
  if (odd.length === 0) return [];
  if (!facts.services.known) return facts.services;
  const services = facts.services.value;
  const dns = clusterDns(
    facts.systemServices.known ? facts.systemServices.value : [],
    facts.kubeletConfig,
    facts.corefile,
  );
  const dnsKnown = facts.systemServices.known && facts.systemServices.complete && dns.addresses !== null;
  return odd.flatMap((workload): Look[] => {
    if (workload.spec === undefined) return [];
    const names = calledNames(workload, { services, called, calls: subject.calls, domain: dns.domain });
    const asked = askedNames(workload, names);
    const complaint = lookupComplaint(workload, asked, facts.logs, facts.now);
    const config = resolverOf(workload, dns);
    return [{ workload, spec: workload.spec, names, asked, complaint, config, dns, dnsKnown }];
  });
}

/** The verdict where a workload is not known: an open question about a caller; others are asked about by the rules of references. */
export function unseen(missing: Unknown, subject: Subject): Check {
  return subject.role === 'caller' ? unanswered(missing) : notApplicable('what its Pods call is not known');
}

/** Intent is not use: certain with a complaint in the log, or where the caller names the Service that it is asked about. */
export function confidenceIn({ names, complaint }: Look, sure: Confidence = 'certain'): Confidence {
  if (complaint !== null) return 'certain';
  return names.some(({ meant }) => meant) ? sure : 'possible';
}

/** True where there is a name to speak of: one that it is told to call, or for a caller the Service asked about. */
export function callsByName({ asked }: Look, { role }: Subject): boolean {
  return asked.length > 0 || role === 'caller';
}

/** The names, those that are meant first; for a caller that names none, the Service asked about. */
export function namesText({ asked }: Look, { calls }: Subject): string {
  const first = [...asked.filter(({ meant }) => meant), ...asked.filter(({ meant }) => !meant)];
  const hosts = first.slice(0, 2).map(({ host }) => `"${host}"`);
  return hosts.length > 0 ? hosts.join(', ') : `names such as that of ${calls ?? 'a Service'}`;
}

export function objectText({ kind, namespace, name }: ReferencingWorkload): string {
  return `${kind} ${namespace}/${name}`;
}

/** A field of the Pod or of the template. */
export function specPath({ kind }: ReferencingWorkload, field: string): string {
  return kind === 'Pod' ? `spec.${field}` : `spec.template.spec.${field}`;
}

export function specRow(look: Look, field: string, text: string, found: string, expected: string | null): Evidence {
  const { workload } = look;
  return { label: 'Pod spec', text, object: objectText(workload), path: specPath(workload, field), found, expected };
}

/** Where the names are written, and who complained. */
export function nameRows({ workload, asked, complaint }: Look): Evidence[] {
  const object = objectText(workload);
  const rows = asked.slice(0, 3).flatMap(({ host, uses, full }): Evidence[] => {
    const [use] = uses;
    if (use === undefined) return [];
    const source = use.variable === 'args' || use.variable === 'command' ? use.variable : `env ${use.variable}`;
    return [
      {
        label: 'calls',
        text: `${host} (${source} of container "${use.container}"), which is ${full}`,
        object,
        path: specPath(workload, `containers[${use.container}].${source.replace('env ', 'env.')}`),
        found: host,
        expected: null,
      },
    ];
  });
  if (complaint === null) return rows;
  const { pod, line } = complaint;
  return [
    ...rows,
    { label: 'last log', text: `"${line}"`, object: `Pod ${pod}`, path: 'log', found: line, expected: null },
  ];
}

const PATCHED: Readonly<Record<string, Patch['kind']>> = {
  Deployment: 'deployment',
  StatefulSet: 'statefulset',
  DaemonSet: 'daemonset',
};

/** A change of the template; a Pod on its own must be made anew, for its spec does not change. */
export function specFix(look: Look, summary: string, spec: Record<string, unknown>, step: string): Fix {
  const { kind, namespace, name } = look.workload;
  const patched = PATCHED[kind];
  if (patched === undefined)
    return { summary, safety: 'review', commands: [], steps: [`${step}, and make the Pod anew`], patch: null };
  const patch: Patch = { kind: patched, namespace, name, type: 'merge', body: { spec: { template: { spec } } } };
  return { summary, safety: 'review', commands: [patchCommand(patch)], steps: [], patch };
}

/** Findings about a caller speak of the Service asked about. */
export function scopeIn({ role, calls }: Subject): Partial<Scope> {
  return role === 'caller' ? { service: calls } : {};
}

/** What the failing of lookups leads to in the Pods themselves. */
export const FAILED_LOOKUPS = ['POD-007', 'POD-008', 'POD-009', 'POD-011', 'POD-012', 'POD-014', 'DNS-016', 'DNS-019'];
