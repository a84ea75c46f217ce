import type { Service } from '../../facts/wire.ts';
import { byKey } from '../../model/by-key.ts';
import { type Complaint, hear } from '../../model/complaints.ts';
import { dnsServiceOf } from '../../model/dns-service.ts';
import { matchedPods } from '../../model/endpoints.ts';
import { ageOf, isLive, isReady } from '../../model/readiness.ts';
import { redactLine } from '../../model/redact.ts';
import { resolveHost } from '../../model/references.ts';
import { type Evidence, type Finding, type Fix, finding, type Note } from '../finding.ts';
import { defineRule, failIfAny, unanswered } from '../rule.ts';

const SETTLING = 30_000;

const WORDS: Readonly<Record<string, string>> = {
  nxdomain: 'cannot resolve',
  refused: 'are refused by',
  waiting: 'wait for',
  timeout: 'get no answer from',
  auth: 'cannot log in to',
};

/** `a.b` counts where such a Service is known, or b is a namespace that is; a bare `host:port code` where the host is known or configured. */
function isBelievable({ match, service, certain, container, pod }: Complaint, services: readonly Service[]): boolean {
  if (service === null) return true;
  const exists = services.some(
    ({ metadata }) => metadata?.name === service.name && metadata.namespace === service.namespace,
  );
  const referenced = container.extracts?.references.some(({ host }) => host === match.host) === true;
  if (match.shape === 'L03') return exists || referenced;
  const home = pod.metadata?.namespace;
  return (
    certain || exists || [home, ...services.map(({ metadata }) => metadata?.namespace)].includes(service.namespace)
  );
}

interface Blame {
  complaint: Complaint;
  /** `namespace/name`, or null where the words name no Service. */
  dependency: string | null;
}

function blameOf(complaint: Complaint, dns: string | null): Blame | null {
  const { match, service } = complaint;
  if (match.class === 'auth') return { complaint, dependency: null };
  if (match.class === 'dns-unreachable') return { complaint, dependency: dns };
  return service === null ? null : { complaint, dependency: `${service.namespace}/${service.name}` };
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
  if (match.class === 'auth') {
    return [{ label: 'not', text: 'a fault of the network: the server was reached and refused the login' }];
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

function fixOf(match: Complaint['match'], target: string): Fix {
  const step =
    match.class === 'auth'
      ? 'correct the credentials: the user, the password or the database name that the Pods use'
      : `make ${target} answer to these Pods: no fault of it is known here, so look at NetworkPolicies, ports and its own log`;
  return {
    summary: 'repair what the Pods cannot reach; they come back by themselves within five minutes',
    safety: 'review',
    commands: [],
    steps: [step],
    patch: null,
  };
}

function report(same: readonly Blame[], { own, live, home, converging }: About): Finding[] {
  const [first] = same;
  if (first === undefined) return [];
  const { complaint, dependency } = first;
  const { match } = complaint;
  const failing = new Set(same.map((blame) => blame.complaint.pod.metadata?.name)).size;
  const port = match.port === null ? '' : `:${match.port}`;
  const named = dependency ?? match.host ?? match.ip;
  const target = match.class === 'dns-unreachable' ? 'the DNS server' : named === null ? 'a server' : `${named}${port}`;
  return [
    finding({
      severity: failing === live ? 'critical' : 'high',
      confidence: 'likely',
      message: `${own} does not work: its Pods fail because they ${WORDS[match.class] ?? 'cannot reach'} ${target}`,
      evidence: evidenceOf(complaint, failing, live),
      fix: fixOf(match, target),
      notes: notesOf(complaint, home, own.split('/')[0] ?? ''),
      dependency,
      converging,
    }),
  ];
}

/** Failing Pods whose logs say that they cannot reach another Service: its fault is the cause of theirs. */
export const pod009 = defineRule({
  id: 'POD-009',
  name: 'crash-caused-by-dependency',
  stage: 'pods',
  severity: 'critical',
  title: 'Pods fail because they cannot reach a Service they depend on',
  healthy: 'no failing Pod complains about another Service',
  roles: ['target', 'dependency'],
  needs: ['service', 'pods'],
  uses: ['logs', 'services', 'servicesEverywhere', 'systemServices'],
  explains: ['POD-007', 'POD-008', 'POD-012'],
  docs: {
    why: 'A program that needs a database, a queue or another Service when it starts ends or never becomes Ready while it cannot reach it. Restarting it does not help: the Service that it needs is what has to be repaired. Only Pods that are not Ready are heard; what a Pod said before it became Ready does not count.',
    confirm: ['kubectl -n NAMESPACE logs POD --previous', 'kubectl svc-doctor DEPENDENCY'],
    fix: 'Repair the Service it depends on. The Pods come back by themselves when their back-off ends, after at most five minutes; restart them only to save that time.',
    references: ['kubernetes.io: Debug Running Pods', 'kubernetes.io: Pod Lifecycle, container restart policy'],
  },
  check(facts) {
    const live = matchedPods(facts.service, facts.pods).filter(isLive);
    const ill = live.filter((pod) => !isReady(pod));
    if (ill.length === 0 || !facts.logs.known) return failIfAny([]);
    const logs = facts.logs.value;
    const home = facts.services.known ? facts.services.value : null;
    const all = facts.servicesEverywhere.known ? facts.servicesEverywhere.value : (home ?? []);
    const system = facts.systemServices.known ? dnsServiceOf(facts.systemServices.value) : null;
    const dns = system === null ? null : `${system.metadata?.namespace}/${system.metadata?.name}`;
    const heard = ill.map((pod) => hear(pod, logs, all, facts.now));
    const blames = heard.flatMap(({ complaints }) =>
      complaints.filter((complaint) => isBelievable(complaint, all)).flatMap((one) => blameOf(one, dns) ?? []),
    );
    const missing = heard.flatMap((one) => one.missing.slice(0, 1));
    if (blames.length === 0 && missing.length === heard.length) return unanswered(...missing.slice(0, 1));
    const own = `${facts.service.metadata?.namespace}/${facts.service.metadata?.name}`;
    const converging = ill.every((pod) => (ageOf(pod.metadata?.creationTimestamp, facts.now) ?? SETTLING) < SETTLING);
    const about = { own, live: live.length, home, converging };
    const causes = byKey(
      blames.filter(({ dependency }) => dependency !== own),
      ({ dependency, complaint }) => dependency ?? complaint.match.class,
    );
    return failIfAny(causes.flatMap((same) => report(same, about)));
  },
});
