/** What a run could not look at: the doctor's own limits (group MET), said with ids like those of rules. */
import { readList, type Snapshot } from '../facts/snapshot.ts';
import type { DaemonSet, Node, Pod } from '../facts/wire.ts';
import { isWide, MOST_SINGLE_READS } from '../model/asked.ts';
import { type Dataplane, dataplaneOf } from '../model/dataplane.ts';
import { DNS_NAMESPACE } from '../model/dns-service.ts';
import { addressesFromSecrets } from '../model/secret-addresses.ts';
import { workloadsOf } from '../model/workloads.ts';
import { readFact } from '../rules/facts.ts';
import type { Subject } from '../rules/subject.ts';
import type { DiagnosedService, Limit, Unanswered } from './diagnosis.ts';

/** The minor versions of Kubernetes 1 whose behaviour the rules encode. */
const OLDEST = 26;
const NEWEST = 37;

/** The id for a question that stays open. */
export function limitOf(why: Unanswered['why']): Unanswered['limit'] {
  if (why === 'denied' || why === 'unauthenticated') return 'MET-001';
  return why === 'not-in-manifests' ? 'MET-006' : 'MET-002';
}

/** What implements Services, as far as kube-system and the nodes show it; null where these were not read. */
export function dataplaneIn(snapshot: Snapshot): Dataplane | null {
  const daemonSets = readList<DaemonSet>(snapshot, 'daemonsets', DNS_NAMESPACE);
  const pods = readList<Pod>(snapshot, 'pods', DNS_NAMESPACE);
  const nodes = readList<Node>(snapshot, 'nodes');
  if (!daemonSets.known || !pods.known || !nodes.known) return null;
  return dataplaneOf(workloadsOf([], [], daemonSets.value), pods.value, nodes.value);
}

function minorOf(version: string | null | undefined): number | null {
  const minor = /^v?1\.(\d+)/.exec(version ?? '')?.[1];
  return minor === undefined ? null : Number(minor);
}

/** The oldest and the newest of the server and the kubelets. */
function versionsIn(snapshot: Snapshot): { text: string; minor: number }[] {
  const nodes = readList<Node>(snapshot, 'nodes');
  const kubelets = nodes.known ? nodes.value.map(({ status }) => status?.nodeInfo?.kubeletVersion) : [];
  const seen = [snapshot.server, ...kubelets].flatMap((text) => {
    const minor = minorOf(text);
    return minor === null ? [] : [{ text: text ?? '', minor }];
  });
  return seen.sort((a, b) => a.minor - b.minor || (a.text < b.text ? -1 : 1));
}

function versionSkew(snapshot: Snapshot): Limit[] {
  const versions = versionsIn(snapshot);
  const [oldest, newest] = [versions[0], versions.at(-1)];
  if (oldest === undefined || newest === undefined) return [];
  const text =
    oldest.minor < OLDEST
      ? `${oldest.text} is older than what the rules know (1.${OLDEST} to 1.${NEWEST})`
      : newest.minor > NEWEST
        ? `${newest.text} is newer than what the rules know (1.${OLDEST} to 1.${NEWEST})`
        : null;
  return text === null ? [] : [{ id: 'MET-005', text }];
}

function unsupportedDataplane(snapshot: Snapshot): Limit[] {
  const dataplane = dataplaneIn(snapshot);
  if (dataplane?.kind !== 'other') return [];
  const whole = dataplane.agent === null ? 'which no object shows' : 'judged only by whether its agent is Ready';
  return [{ id: 'MET-004', text: `Services are served by ${dataplane.name}, ${whole}` }];
}

function isSingle(key: string): boolean {
  return /^(?:log\/|[^/?]+\/[^/?]+\/[^/?]+$)/.test(key);
}

/** True where logs came with what was collected by others: a live run about a cluster reads those of its own parts and of the caller. */
function holdsLogs({ ask, answers }: Snapshot): boolean {
  const own = [DNS_NAMESPACE, ask.caller?.namespace];
  return Object.keys(answers).some((key) => key.startsWith('log/') && !own.includes(key.split('/')[1]));
}

const OF_CLUSTER =
  'healthy is as far as lists tell: logs of Pods are not read for a whole cluster; name a Service to have them read';
const OF_NAMESPACE = `healthy is as far as lists and ${MOST_SINGLE_READS} logs and single objects tell: no more are read at once; name a Service to have its own read`;

/** What whoever names no Service goes without: logs, and beyond a number the single objects. */
function overview(snapshot: Snapshot): Limit[] {
  const { ask, answers, source } = snapshot;
  if (!isWide(snapshot) || source === 'manifests') return [];
  if (ask.everywhere === true) return holdsLogs(snapshot) ? [] : [{ id: 'MET-007', text: OF_CLUSTER }];
  const singles = Object.keys(answers).filter(isSingle).length;
  return singles < MOST_SINGLE_READS ? [] : [{ id: 'MET-007', text: OF_NAMESPACE }];
}

/** How many addresses in Secrets are told apart. */
const TOLD = 3;

/** Whom the named caller, and Pods that struggle, are told to call by a Secret: nobody looks there. */
function inSecrets(snapshot: Snapshot, subjects: readonly Subject[]): Limit[] {
  if (snapshot.source === 'manifests') return [];
  const told = subjects.flatMap((subject) => {
    if (subject.role !== 'caller' && (isWide(snapshot) || !/^(?:target|dependency)$/.test(subject.role))) return [];
    const workloads = readFact('references', snapshot, subject);
    if (!workloads.known) return [];
    return (workloads.value ?? [])
      .filter(({ struggles }) => struggles || subject.role === 'caller')
      .flatMap((workload) =>
        addressesFromSecrets(workload).map(
          ({ variable, secret }) =>
            `${workload.kind} ${workload.namespace}/${workload.name} takes ${variable ?? 'variables'} from Secret ${secret}`,
        ),
      );
  });
  const each = [...new Set(told)];
  if (each.length === 0) return [];
  const more = each.length > TOLD ? `, and ${each.length - TOLD} more` : '';
  return [
    {
      id: 'MET-008',
      text: `${each.slice(0, TOLD).join('; ')}${more}: Secrets are not read, so whom that calls is not judged`,
    },
  ];
}

/** The limits that this run met, in the order of their ids. */
export function limitsOf(
  snapshot: Snapshot,
  unanswered: readonly Unanswered[],
  services: readonly DiagnosedService[],
  subjects: readonly Subject[],
): readonly Limit[] {
  const open = (id: Unanswered['limit']): Limit[] => {
    const rules = new Set(unanswered.filter(({ limit }) => limit === id).map(({ rule }) => rule));
    return rules.size === 0
      ? []
      : [{ id, text: `${rules.size} ${rules.size === 1 ? 'check' : 'checks'} not answered` }];
  };
  const moving = services.filter(({ verdict }) => verdict === 'converging').length;
  return [
    ...open('MET-001'),
    ...open('MET-002'),
    ...(moving === 0
      ? []
      : [{ id: 'MET-003' as const, text: `${moving} of ${services.length} Services still change` }]),
    ...unsupportedDataplane(snapshot),
    ...versionSkew(snapshot),
    ...(snapshot.source === 'manifests'
      ? [
          {
            id: 'MET-006' as const,
            text: 'only a cluster can tell whether Pods become Ready, and of nodes, DNS and kube-proxy',
          },
        ]
      : []),
    ...overview(snapshot),
    ...inSecrets(snapshot, subjects),
  ];
}

export interface LimitPage {
  id: Limit['id'];
  name: string;
  title: string;
  why: string;
  /** What to do about it. */
  fix: string;
}

/** A page for each limit, for `rules`, `explain` and the docs. */
export const LIMITS: readonly LimitPage[] = [
  {
    id: 'MET-001',
    name: 'forbidden',
    title: 'something may not be read',
    why: 'The API server refused a request with 401 or 403. What is not read is unknown: it is neither called fine nor called a fault. The checks that rest on it stay open, each with the permission that would answer it.',
    fix: 'Ask for the permission that the report names; kubectl svc-doctor access prints the smallest Role that answers everything.',
  },
  {
    id: 'MET-002',
    name: 'partial-data',
    title: 'something could not be read, or not whole',
    why: 'A list was cut short, a request took too long, an API is down, a log was rotated away, a snapshot does not hold it. Over an incomplete list, "some" may be answered; "none" and "every" stay open.',
    fix: 'Run it again; give it more time with --request-timeout; save a snapshot that holds what is missing.',
  },
  {
    id: 'MET-003',
    name: 'converging',
    title: 'something is so young, or so much in motion, that it may pass by itself',
    why: 'Controllers need a moment. What is younger than thirty seconds, or in the middle of a rollout, is shown and not accused, after one further look.',
    fix: 'Ask again in half a minute, or let --wait do so.',
  },
  {
    id: 'MET-004',
    name: 'unsupported-dataplane',
    title: 'something else than kube-proxy serves',
    why: 'Where Cilium, OVN-Kubernetes or another dataplane replaces kube-proxy, its own tables are out of reach of the Kubernetes API. Its agent is judged by whether it is Ready; the checks of kube-proxy do not apply.',
    fix: "Use the dataplane's own tools, such as cilium service list, where everything else is fine.",
  },
  {
    id: 'MET-005',
    name: 'version-skew',
    title: 'the cluster is older or newer than what the rules know',
    why: `The rules encode how Kubernetes 1.${OLDEST} to 1.${NEWEST} decides. Outside of that a default, a field or a controller may differ.`,
    fix: 'Update svc-doctor for a newer cluster; for an older one, read findings of confidence "likely" with care.',
  },
  {
    id: 'MET-006',
    name: 'offline-mode',
    title: 'manifests alone do not tell what runs',
    why: 'Readiness, events, logs, nodes and everything that was applied by others are known in a cluster only. Preflight judges what manifests decide, and does not guess the rest.',
    fix: 'Lay the manifests over a cluster with preflight --live, or diagnose the Service once it is applied.',
  },
  {
    id: 'MET-007',
    name: 'overview',
    title: 'what only a log tells is not seen where no Service is named',
    why: `A run about a whole cluster reads lists, and no logs of Pods: there would be thousands. One about a namespace reads at most ${MOST_SINGLE_READS} logs and single objects. A fault that only a log tells, of a Ready Pod or of a caller, shows there as healthy.`,
    fix: 'Name the Service that is called in vain: then its logs are read, and with --from those of its caller.',
  },
  {
    id: 'MET-008',
    name: 'address-in-secret',
    title: 'an address comes from a Secret, which is not read',
    why: 'A caller, or a Pod that struggles, takes the address of what it calls from a Secret, as database URLs with a password in them often are. The values of Secrets are never read: whether that address names a Service that works is not judged. Where a log names it, it is.',
    fix: 'Look at it yourself: kubectl get secret NAME -o jsonpath={.data.KEY} | base64 -d, and ask about the Service that it names.',
  },
];
