/** Which facts to ask for next, given those that are already answered: the fetch plan of one run, in at most four waves. */
import { type FactRequest, keyOf, listOf, logOf, objectOf } from '../facts/resources.ts';
import { readList, readLog, readObject, type Snapshot } from '../facts/snapshot.ts';
import type { EndpointSlice, Pod, Service } from '../facts/wire.ts';
import { DNS_NAMESPACE, dnsServiceOf } from '../model/dns-service.ts';
import { matchedPods, selectsPods } from '../model/endpoints.ts';
import { dependenciesIn } from '../model/log-dependencies.ts';
import { containerStates, isLive, isReady, isTerminal, restarts } from '../model/readiness.ts';
import { resolveHost } from '../model/references.ts';
import { matches, selectorText } from '../model/selector.ts';
import { type Workload, workloadsOf } from '../model/workloads.ts';

/** Logs of at most so many containers are read in one namespace: one Pod speaks for its equals. */
const LOGS_A_SERVICE = 1;
const MAX_DEPTH = 3;

interface Target {
  namespace: string;
  name: string;
}

/**
 * The requests whose answers are still missing; none = done. The first wave is the same for every Service; what follows
 * is read only where something looks ill.
 */
export function wantedFacts(snapshot: Snapshot): readonly FactRequest[] {
  const wanted = new Map<string, FactRequest>();
  const want = (request: FactRequest): void => {
    const key = keyOf(request);
    if (snapshot.answers[key] === undefined) wanted.set(key, request);
  };
  for (const request of always(snapshot)) want(request);
  const all = targets(snapshot);
  for (const target of all) for (const request of ofTarget(snapshot, target)) want(request);
  for (const request of ofDependencies(snapshot, all)) want(request);
  return [...wanted.values()];
}

/** What every diagnosis of a namespace reads. */
function ofNamespace(namespace: string): readonly FactRequest[] {
  return [
    ...(IMMORTAL_NAMESPACES.includes(namespace) ? [] : [objectOf('namespaces', null, namespace)]),
    ...(['services', 'pods', 'endpointslices', 'deployments', 'statefulsets', 'daemonsets'] as const).map((resource) =>
      listOf(resource, namespace),
    ),
  ];
}

function always({ ask }: Snapshot): readonly FactRequest[] {
  const namespaces = new Set([ask.namespace, ...ask.services.map((service) => service.namespace)]);
  if (ask.services.length > 0 && !ask.services.some((service) => service.namespace === ask.namespace))
    namespaces.delete(ask.namespace);
  return [
    ...[...namespaces].flatMap(ofNamespace),
    ...(ask.caller === null ? [] : ofCaller(ask.caller)),
    listOf('nodes'),
    ...(['services', 'pods', 'endpointslices', 'daemonsets'] as const).map((resource) =>
      listOf(resource, DNS_NAMESPACE),
    ),
  ];
}

const CALLER_RESOURCES = {
  Pod: 'pods',
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
} as const;

function ofCaller({ namespace, kind, name }: NonNullable<Snapshot['ask']['caller']>): readonly FactRequest[] {
  const resource = CALLER_RESOURCES[kind as keyof typeof CALLER_RESOURCES];
  return [objectOf(resource, namespace, name), listOf('services', namespace)];
}

function targets(snapshot: Snapshot): readonly Target[] {
  const { services, namespace } = snapshot.ask;
  if (services.length > 0) return services;
  const all = readList<Service>(snapshot, 'services', namespace);
  return all.known ? all.value.map((service) => ({ namespace, name: service.metadata?.name ?? '' })) : [];
}

function podsIn(snapshot: Snapshot, namespace: string): readonly Pod[] {
  const pods = readList<Pod>(snapshot, 'pods', namespace);
  return pods.known ? pods.value : [];
}

function templatesIn(snapshot: Snapshot, namespace: string): readonly Workload[] {
  const lists = (['deployments', 'statefulsets', 'daemonsets'] as const).map((resource) =>
    readList(snapshot, resource, namespace),
  );
  const [deployments, statefulSets, daemonSets] = lists.map((list) => (list.known ? list.value : []));
  return workloadsOf(deployments ?? [], statefulSets ?? [], daemonSets ?? []);
}

/** What one Service needs beyond the first wave. */
function ofTarget(snapshot: Snapshot, { namespace, name }: Target): readonly FactRequest[] {
  const service = readObject<Service>(snapshot, 'services', namespace, name);
  if (!service.known) return [];
  if (service.value === null) return [listOf('services')];
  if (!selectsPods(service.value)) return [];
  const pods = readList<Pod>(snapshot, 'pods', namespace);
  if (!pods.known) return [];
  const matched = matchedPods(service.value, pods.value);
  const live = matched.filter(isLive);
  if (live.length === 0) return ofEmpty(snapshot, service.value, namespace, matched.some(isTerminal));
  const ill = live.filter((pod) => !isReady(pod));
  const restarted = live.filter((pod) => restarts(pod) > 0);
  return [
    ...(ill.length + restarted.length > 0 ? [listOf('events', namespace)] : []),
    ...logsOf([...ill, ...restarted]),
  ];
}

function ofEmpty(snapshot: Snapshot, service: Service, namespace: string, terminal: boolean): readonly FactRequest[] {
  const selector = service.spec?.selector;
  const planned = templatesIn(snapshot, namespace).some((workload) =>
    matches(selector, workload.template.metadata?.labels),
  );
  return planned || terminal ? [listOf('events', namespace)] : [listOf('pods', null, selectorText(selector))];
}

/** The log of the container that fails, previous run first, of the first such Pods by name. */
export function logsOf(pods: readonly Pod[]): readonly FactRequest[] {
  const requests: FactRequest[] = [];
  const seen = new Set<string>();
  for (const pod of [...pods].sort((a, b) => ((a.metadata?.name ?? '') < (b.metadata?.name ?? '') ? -1 : 1))) {
    const failing = containerStates(pod).find(
      ({ status, init }) =>
        status !== null &&
        (status.restartCount > 0 ||
          status.state?.terminated?.exitCode ||
          (init ? status.state?.running !== undefined : status.state?.running !== undefined && !status.ready)),
    );
    if (
      failing?.status === null ||
      failing === undefined ||
      seen.has(failing.container.name) ||
      seen.size >= LOGS_A_SERVICE
    )
      continue;
    seen.add(failing.container.name);
    const previous = failing.status.restartCount > 0;
    requests.push(logOf(pod.metadata?.namespace ?? '', pod.metadata?.name ?? '', failing.container.name, previous));
  }
  return requests;
}

/** The Services that failing Pods depend on, by their logs and by what their env tells them to call, up to three steps away. */
function ofDependencies(snapshot: Snapshot, from: readonly Target[]): readonly FactRequest[] {
  const requests: FactRequest[] = [];
  const seen = new Set(from.map(({ namespace, name }) => `${namespace}/${name}`));
  let layer: readonly Target[] = from;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const next = layer
      .flatMap((target) => namedBy(snapshot, target))
      .filter(({ namespace, name }) => !seen.has(`${namespace}/${name}`));
    for (const target of next) {
      seen.add(`${target.namespace}/${target.name}`);
      requests.push(...ofNamespace(target.namespace), ...ofTarget(snapshot, target));
    }
    layer = next;
  }
  return [...requests, ...ofDns(snapshot)];
}

function namedBy(snapshot: Snapshot, { namespace, name }: Target): readonly Target[] {
  const service = readObject<Service>(snapshot, 'services', namespace, name);
  if (!service.known || service.value === null) return [];
  const ill = matchedPods(service.value, podsIn(snapshot, namespace)).filter((pod) => isLive(pod) && !isReady(pod));
  return ill.flatMap((pod) =>
    containerStates(pod).flatMap(({ container }) => {
      const lines = [true, false].flatMap((previous) => {
        const log = readLog(snapshot, logOf(namespace, pod.metadata?.name ?? '', container.name, previous));
        return log.known ? log.value : [];
      });
      const named = (container.extracts?.references ?? []).flatMap(({ host }) => {
        const resolved = resolveHost(host, namespace);
        return resolved.kind === 'service' ? [{ namespace: resolved.namespace, name: resolved.name }] : [];
      });
      return [
        ...dependenciesIn(lines, namespace).map(({ service: { namespace, name } }) => ({ namespace, name })),
        ...named,
      ];
    }),
  );
}

/** DNS is an ordinary Service: its events and kubelet's idea of it are read only when it looks ill. */
function ofDns(snapshot: Snapshot): readonly FactRequest[] {
  const services = readList<Service>(snapshot, 'services', DNS_NAMESPACE);
  if (!services.known) return [];
  const dns = dnsServiceOf(services.value);
  if (dns === null) return [objectOf('configmaps', DNS_NAMESPACE, 'kubelet-config'), listOf('services')];
  const slices = readList<EndpointSlice>(
    snapshot,
    'endpointslices',
    DNS_NAMESPACE,
    `kubernetes.io/service-name=${dns.metadata?.name}`,
  );
  const ready =
    slices.known &&
    slices.value.some((slice) => slice.endpoints?.some((endpoint) => endpoint.conditions?.ready !== false));
  const matched = matchedPods(dns, podsIn(snapshot, DNS_NAMESPACE)).filter(isLive);
  const ill = matched.filter((pod) => !isReady(pod));
  if (ready && ill.length === 0) return [];
  return [listOf('events', DNS_NAMESPACE), ...logsOf(ill)];
}
