/** What POD-009 says of a complaint: whom it blames, in which words, and what to do. */
import type { Service } from '../../facts/wire.ts';
import type { Complaint } from '../../model/complaints.ts';
import { NODE_LOCAL_DNS } from '../../model/dns-service.ts';
import type { LogClass } from '../../model/log-class.ts';
import { redactLine } from '../../model/redact.ts';
import { resolveHost } from '../../model/references.ts';
import { type Evidence, type Finding, type Fix, finding, type Note } from '../finding.ts';

/** Every way in which Pods fail for want of another, in words. */
export const DEPENDENCY_CAUSES = {
  'name-not-resolved': 'the name of the other does not resolve',
  refused: 'the other refuses the connection',
  'no-answer': 'the other does not answer',
  'connection-broken': 'the other ends the connection',
  'tls-failed': 'the two do not agree on TLS',
  waiting: 'they wait for the other',
  'login-refused': 'the other refuses the login',
  'connections-exhausted': 'the other has no connection left',
  'dns-unreachable': 'the DNS server does not answer',
  'other-dns': 'the Pods do not ask the DNS of the cluster',
} as const;

type DependencyCause = keyof typeof DEPENDENCY_CAUSES;

const CAUSE_OF: Readonly<Partial<Record<LogClass, DependencyCause>>> = {
  nxdomain: 'name-not-resolved',
  'dns-unreachable': 'dns-unreachable',
  refused: 'refused',
  timeout: 'no-answer',
  unreachable: 'no-answer',
  denied: 'no-answer',
  reset: 'connection-broken',
  tls: 'tls-failed',
  waiting: 'waiting',
  auth: 'login-refused',
  exhausted: 'connections-exhausted',
};

const WORDS: Readonly<Partial<Record<DependencyCause, string>>> = {
  'name-not-resolved': 'cannot resolve',
  refused: 'are refused by',
  waiting: 'wait for',
  'no-answer': 'get no answer from',
  'connection-broken': 'are cut off by',
  'tls-failed': 'cannot agree on TLS with',
  'login-refused': 'cannot log in to',
  'connections-exhausted': 'get no connection from',
};

export interface Blame {
  complaint: Complaint;
  cause: DependencyCause;
  /** `namespace/name`, or null where the words name no Service. */
  dependency: string | null;
}

/** The name servers that the Pod asks instead of the cluster's, or null where it asks the cluster's. */
function otherDns({ pod }: Complaint, dns: Service | null): string | null {
  const { dnsPolicy = 'ClusterFirst', dnsConfig } = pod.spec ?? {};
  if (dnsPolicy === 'Default') return 'those of its node (dnsPolicy Default)';
  const own = dnsConfig?.nameservers ?? [];
  if (dnsPolicy !== 'None' || own.length === 0) return null;
  return own.some((ip) => ip === dns?.spec?.clusterIP || ip === NODE_LOCAL_DNS) ? null : own.join(', ');
}

/** Whom a complaint blames. `dns` is the cluster's DNS Service. */
export function blameOf(complaint: Complaint, dns: Service | null): Blame | null {
  const { match, service } = complaint;
  const cause = CAUSE_OF[match.class];
  if (cause === undefined) return null;
  const ofNames = match.class === 'nxdomain' || match.class === 'dns-unreachable';
  if (ofNames && otherDns(complaint, dns) !== null) return { complaint, cause: 'other-dns', dependency: null };
  if (match.class === 'dns-unreachable') {
    const dependency = dns === null ? null : `${dns.metadata?.namespace}/${dns.metadata?.name}`;
    return { complaint, cause, dependency };
  }
  if (service !== null) return { complaint, cause, dependency: `${service.namespace}/${service.name}` };
  return { complaint, cause, dependency: null };
}

function evidenceOf({ match, container, pod, service }: Complaint, failing: number, live: number): Evidence[] {
  const object = `Pod ${pod.metadata?.namespace}/${pod.metadata?.name}`;
  const line = redactLine(match.line);
  const wanted = container.extracts?.references.find(
    ({ host }) => host === match.host || (service !== null && isSame(host, service, pod.metadata?.namespace ?? '')),
  );
  const rows: Evidence[] = [
    {
      label: 'last log',
      text: `of ${failing} of ${live} Pods: "${line}"`,
      object,
      path: `log[${container.name}]`,
      found: line,
      expected: null,
    },
  ];
  if (wanted === undefined) return rows;
  const source = /^(?:args|command)$/.test(wanted.variable) ? wanted.variable : `env ${wanted.variable}`;
  const text = `${source} of container "${container.name}"`;
  const path = `spec.containers[${container.name}].${source}`;
  return [{ label: 'wanted by', text, object, path, found: wanted.host, expected: null }, ...rows];
}

function isSame(host: string, service: { name: string; namespace: string }, home: string): boolean {
  const target = resolveHost(host, home);
  return 'name' in target && target.name === service.name && target.namespace === service.namespace;
}

function notesOf({ match, service }: Complaint, home: readonly Service[] | null, namespace: string): Note[] {
  if (match.class === 'auth' || match.class === 'exhausted') {
    return [{ label: 'not', text: 'a fault of the network: the server was reached and refused' }];
  }
  const gone =
    service?.namespace === namespace && home?.every(({ metadata }) => metadata?.name !== service.name) === true;
  if (match.class !== 'refused' || !gone) return [];
  const text =
    'the log says "refused", but this name does not resolve now; the Service existed then, or the app rewrites errors';
  return [{ label: 'note', text }];
}

interface About {
  own: string;
  live: number;
  home: readonly Service[] | null;
  converging: boolean;
}

function stepOf({ cause, complaint }: Blame, target: string, dns: Service | null): string {
  if (cause === 'login-refused')
    return 'correct the credentials: the user, the password or the database name that the Pods use';
  if (cause === 'connections-exhausted')
    return 'raise the connection limit of the server, or let its clients hold fewer connections';
  if (cause === 'other-dns') {
    const asked = otherDns(complaint, dns);
    return `set dnsPolicy ClusterFirst in the Pod template, or name servers that know the cluster's Services: it asks ${asked}`;
  }
  if (complaint.match.shape === 'unnamed')
    return 'check host and port of every server that the Pods are told to call: the log does not say which refuses';
  return `make ${target} answer to these Pods: no fault of it is known here, so look at NetworkPolicies, ports and its own log`;
}

function fixOf(blame: Blame, target: string, dns: Service | null): Fix {
  return {
    summary: 'repair what the Pods cannot reach; they come back by themselves within five minutes',
    safety: 'review',
    commands: [],
    steps: [stepOf(blame, target, dns)],
    patch: null,
  };
}

interface About {
  own: string;
  live: number;
  home: readonly Service[] | null;
  dns: Service | null;
  converging: boolean;
}

function dnsEvidence({ complaint }: Blame, dns: Service | null): Evidence {
  const { pod } = complaint;
  const { dnsPolicy = 'ClusterFirst' } = pod.spec ?? {};
  return {
    label: 'DNS',
    text: `dnsPolicy ${dnsPolicy}, name servers ${otherDns(complaint, dns)}`,
    object: `Pod ${pod.metadata?.namespace}/${pod.metadata?.name}`,
    path: dnsPolicy === 'None' ? 'spec.dnsConfig.nameservers' : 'spec.dnsPolicy',
    found: dnsPolicy === 'None' ? (pod.spec?.dnsConfig?.nameservers ?? []).join(', ') : dnsPolicy,
    expected: dns?.spec?.clusterIP ?? 'ClusterFirst',
  };
}

/** The finding of complaints that blame the same. */
export function dependencyFinding(same: readonly Blame[], { own, live, home, dns, converging }: About): Finding[] {
  const [first] = same;
  if (first === undefined) return [];
  const { complaint, cause, dependency } = first;
  const { match } = complaint;
  const failing = new Set(same.map((blame) => blame.complaint.pod.metadata?.name)).size;
  const port = match.port === null ? '' : `:${match.port}`;
  const named = dependency ?? match.host ?? match.ip;
  const target = cause === 'dns-unreachable' ? 'the DNS server' : named === null ? 'a server' : `${named}${port}`;
  const why =
    cause === 'other-dns'
      ? `they ask name servers ${otherDns(complaint, dns)}, not the DNS of the cluster`
      : `they ${WORDS[cause] ?? 'cannot reach'} ${target}`;
  return [
    finding({
      cause,
      severity: failing === live ? 'critical' : 'high',
      confidence: 'likely',
      message: `${own} does not work: its Pods fail because ${why}`,
      evidence: [...(cause === 'other-dns' ? [dnsEvidence(first, dns)] : []), ...evidenceOf(complaint, failing, live)],
      fix: fixOf(first, target, dns),
      notes: notesOf(complaint, home, own.split('/')[0] ?? ''),
      dependency,
      converging,
    }),
  ];
}
