/** Which facts to ask for next, given those that are already answered: the fetch plan of one run, in at most four waves. */
import { callerRequest, type FactRequest, keyOf, listOf, objectOf } from '../facts/resources.ts';
import { readList, readObject, type Snapshot } from '../facts/snapshot.ts';
import type { EndpointSlice, Node, Pod, Service } from '../facts/wire.ts';
import { askedServices, isWide } from '../model/asked.ts';
import { DNS_NAMESPACE, dnsServiceOf } from '../model/dns-service.ts';
import { endpointsOf, matchedPods, selectsPods, usableEndpoints } from '../model/endpoints.ts';
import { IMMORTAL_NAMESPACES } from '../model/namespaces.ts';
import {
  containerStates,
  hasFlickered,
  isLive,
  isReady,
  isScheduled,
  isTerminal,
  restarts,
} from '../model/readiness.ts';
import { matches, selectorText } from '../model/selector.ts';
import { workloadsOf } from '../model/workloads.ts';
import { ofAddresses } from './plan-addresses.ts';
import { ofAllReferrers, ofApiServer } from './plan-api-server.ts';
import { ofConfigMaps } from './plan-configmaps.ts';
import { ofDataplane } from './plan-dataplane.ts';
import { dependenciesOf, type NamedService, unresolvedLogs } from './plan-dependencies.ts';
import { ofNames } from './plan-dns.ts';
import { ofEntrances } from './plan-entrance.ts';
import { failingLogs } from './plan-logs.ts';
import { budgetsOf, storageOf } from './plan-pods.ts';
import { ofPolicies } from './plan-policies.ts';
import { ofFarNames, ofHardCoded, ofMissing, ofWrongPorts } from './plan-references.ts';
import { forMany } from './plan-wide.ts';

const MAX_DEPTH = 3;

/**
 * The requests whose answers are still missing; none = done. The first wave is the same for every Service; what follows
 * is read only where something looks ill.
 */
export function wantedFacts(snapshot: Snapshot): readonly FactRequest[] {
  const targets = askedServices(snapshot);
  const wanted = [
    ...firstWave(snapshot),
    ...targets.flatMap((target) => ofService(snapshot, target)),
    ...targets.flatMap((target) => ofAddresses(snapshot, target)),
    ...targets.flatMap((target) => ofEntrances(snapshot, target)),
    ...targets.flatMap((target) => ofApiServer(snapshot, target, false)),
    ...targets.flatMap((target) => ofPolicies(snapshot, target)),
    ...targets.flatMap((target) => ofHardCoded(snapshot, target)),
    ...targets.flatMap((target) => budgetsOf(snapshot, target)),
    // single reads of each, and the lists of namespaces that are read anyway
    ...(snapshot.ask.everywhere === true ? [] : ofEach(snapshot, targets)),
    ...ofAllReferrers(snapshot),
    ...ofFarNames(snapshot),
    ...ofDns(snapshot),
    ...ofNames(snapshot),
    ...ofDataplane(snapshot),
  ];
  const all = isWide(snapshot) ? forMany(wanted, snapshot.ask) : wanted;
  const missing = all.filter((request) => snapshot.answers[keyOf(request)] === undefined);
  return [...new Map(missing.map((request) => [keyOf(request), request])).values()];
}

/** Logs and objects that one Service leads to, and what the Services are that it depends on. */
function ofEach(snapshot: Snapshot, targets: readonly NamedService[]): readonly FactRequest[] {
  return [
    ...targets.flatMap((target) => [...ofWrongPorts(snapshot, target), ...ofMissing(snapshot, target)]),
    ...ofConfigMaps(snapshot, targets),
    ...ofDependencies(snapshot, targets),
  ];
}

/** What every diagnosis reads of a namespace. */
function ofNamespace(namespace: string): readonly FactRequest[] {
  return [
    ...(IMMORTAL_NAMESPACES.includes(namespace) ? [] : [objectOf('namespaces', null, namespace)]),
    ...(['services', 'pods', 'endpointslices', 'deployments', 'statefulsets', 'daemonsets'] as const).map((resource) =>
      listOf(resource, namespace),
    ),
  ];
}

function firstWave({ ask }: Snapshot): readonly FactRequest[] {
  const named = new Set(ask.services.map((service) => service.namespace));
  return [
    ...[...(named.size > 0 ? named : [ask.namespace])].flatMap(ofNamespace),
    ...(ask.caller === null ? [] : ofCaller(ask.caller)),
    listOf('nodes'),
    ...(['services', 'pods', 'endpointslices', 'daemonsets'] as const).map((resource) =>
      listOf(resource, DNS_NAMESPACE),
    ),
  ];
}

function ofCaller(caller: NonNullable<Snapshot['ask']['caller']>): readonly FactRequest[] {
  const ownsPods = !['Pod', 'Namespace', 'Node'].includes(caller.kind);
  return [
    ...(caller.kind === 'Node' ? [] : [callerRequest(caller)]),
    listOf('services', caller.namespace),
    ...(ownsPods ? [listOf('pods', caller.namespace)] : []),
  ];
}

/** What one Service needs beyond its namespace's lists. */
function ofService(snapshot: Snapshot, { namespace, name }: NamedService): readonly FactRequest[] {
  const service = readObject<Service>(snapshot, 'services', namespace, name);
  if (!service.known) return [];
  if (service.value === null) return [listOf('services')];
  const pods = readList<Pod>(snapshot, 'pods', namespace);
  if (!pods.known || !selectsPods(service.value)) return [];
  const matched = matchedPods(service.value, pods.value);
  const live = matched.filter(isLive);
  if (live.length === 0) return ofEmpty(snapshot, service.value, namespace, matched.some(isTerminal));
  const ill = live.filter((pod) => !isReady(pod) || restarts(pod) > 0);
  const flickers = live.some((pod) => hasFlickered(pod, Date.parse(snapshot.collectedAt)));
  if (ill.length === 0) {
    const unresolved = live.flatMap((pod) => unresolvedLogs(snapshot, pod)).slice(0, 2);
    return flickers ? [listOf('events', namespace), ...unresolved] : unresolved;
  }
  return [
    ...(ill.every(isPlainCrash) ? [] : [listOf('events', namespace)]),
    ...storageOf(snapshot, namespace, ill),
    ...failingLogs(ill),
  ];
}

/** A process that ended with an error of its own: its log tells more than any event. Killed ones (137, 143) may be liveness kills. */
function isPlainCrash(pod: Pod): boolean {
  return containerStates(pod).some(({ status }) => {
    const code = (status?.state?.terminated ?? status?.lastState?.terminated)?.exitCode;
    return code !== undefined && code !== 0 && code !== 137 && code !== 143;
  });
}

function ofEmpty(snapshot: Snapshot, service: Service, namespace: string, terminal: boolean): readonly FactRequest[] {
  const selector = service.spec?.selector;
  const lists = (['deployments', 'statefulsets', 'daemonsets'] as const).map((resource) =>
    readList<never>(snapshot, resource, namespace),
  );
  if (lists.some((list) => !list.known && list.why === 'not-collected')) return [];
  const [deployments, statefulSets, daemonSets] = lists.map((list) => (list.known ? list.value : []));
  const planned = workloadsOf(deployments ?? [], statefulSets ?? [], daemonSets ?? []).filter(({ template }) =>
    matches(selector, template.metadata?.labels),
  );
  if (planned.length === 0 && !terminal) return [listOf('pods', null, selectorText(selector))];
  return terminal || planned.some((workload) => workload.replicas > 0) ? [listOf('events', namespace)] : [];
}

/** The Services that failing Pods depend on, by their logs and by what they are told to call, up to three steps away. */
function ofDependencies(snapshot: Snapshot, from: readonly NamedService[]): readonly FactRequest[] {
  const requests: FactRequest[] = [];
  const seen = new Set(from.map(({ namespace, name }) => `${namespace}/${name}`));
  let layer = from;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const next = layer
      .flatMap((target) => dependenciesOf(snapshot, target))
      .filter(({ namespace, name }) => !seen.has(`${namespace}/${name}`));
    for (const target of next) {
      seen.add(`${target.namespace}/${target.name}`);
      requests.push(
        ...ofNamespace(target.namespace),
        ...ofService(snapshot, target),
        ...ofApiServer(snapshot, target, true),
        ...ofPolicies(snapshot, target),
      );
    }
    layer = next;
  }
  return requests;
}

/** DNS is an ordinary Service; what is behind it is read only when it looks ill. */
function ofDns(snapshot: Snapshot): readonly FactRequest[] {
  const services = readList<Service>(snapshot, 'services', DNS_NAMESPACE);
  const pods = readList<Pod>(snapshot, 'pods', DNS_NAMESPACE);
  if (!services.known || !pods.known) return [];
  const dns = dnsServiceOf(services.value);
  if (dns === null) return [objectOf('configmaps', DNS_NAMESPACE, 'kubelet-config'), listOf('services')];
  const live = matchedPods(dns, pods.value).filter(isLive);
  if (live.some((pod) => !isScheduled(pod))) return [listOf('events', DNS_NAMESPACE)];
  const name = dns.metadata?.name ?? '';
  const slices = readList<EndpointSlice>(
    snapshot,
    'endpointslices',
    DNS_NAMESPACE,
    `kubernetes.io/service-name=${name}`,
  );
  const port = dns.spec?.ports?.find((entry) => entry.port === 53);
  if (!slices.known || port === undefined) return [];
  const nodes = readList<Node>(snapshot, 'nodes');
  const lost = new Set(nodes.known ? nodes.value.filter(isDown).map(({ metadata }) => metadata?.name) : []);
  const well = live.every((pod) => isReady(pod) && !lost.has(pod.spec?.nodeName));
  if (well && usableEndpoints(port, endpointsOf(slices.value)).length > 0) return [];
  const wanted = [...ofNamespace(DNS_NAMESPACE), ...ofService(snapshot, { namespace: DNS_NAMESPACE, name })];
  return wanted.filter((request) => request.type === 'log' || request.namespace !== null);
}

function isDown({ status }: Node): boolean {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return ready !== undefined && ready.status !== 'True';
}
