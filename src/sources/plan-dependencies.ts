/** Which further Services a failing Service leads to. */
import { type FactRequest, listOf, logOf } from '../facts/resources.ts';
import { readList, readLog, readObject, type Snapshot } from '../facts/snapshot.ts';
import type { Container, Event, Pod, Service } from '../facts/wire.ts';
import { creationFailure } from '../model/creation-failure.ts';
import { DNS_NAMESPACE, dnsServiceOf } from '../model/dns-service.ts';
import { matchedPods } from '../model/endpoints.ts';
import { dependenciesIn } from '../model/log-dependencies.ts';
import { matchLog } from '../model/log-shapes.ts';
import { containerStates, isLive, isReady } from '../model/readiness.ts';
import { resolveHost } from '../model/references.ts';
import { plannedBy, workloadsOf } from '../model/workloads.ts';
import { aliasedBy } from './plan-entrance.ts';

export interface NamedService {
  namespace: string;
  name: string;
}

/** The Services that the not-ready Pods behind the Service name: in their logs, or among the addresses they are told to call. */
export function dependenciesOf(snapshot: Snapshot, { namespace, name }: NamedService): readonly NamedService[] {
  const service = readObject<Service>(snapshot, 'services', namespace, name);
  const pods = readList<Pod>(snapshot, 'pods', namespace);
  if (!service.known || service.value === null) return [];
  const aliased = aliasedBy(service.value);
  if (aliased.length > 0 || !pods.known) return aliased;
  return [
    ...webhooksBefore(snapshot, service.value),
    ...matchedPods(service.value, pods.value)
      .filter((pod) => isLive(pod) && !isReady(pod))
      .flatMap((pod) => containerStates(pod).flatMap(({ container }) => namedBy(snapshot, pod, container))),
  ];
}

/** The Services of webhooks that cannot be asked, for which the Pods behind the Service are not created. */
function webhooksBefore(snapshot: Snapshot, { metadata, spec }: Service): readonly NamedService[] {
  const namespace = metadata?.namespace ?? '';
  const events = readList<Event>(snapshot, 'events', namespace);
  const lists = (['deployments', 'statefulsets', 'daemonsets'] as const).map((resource) => {
    const list = readList<never>(snapshot, resource, namespace);
    return list.known ? list.value : [];
  });
  const [deployments = [], statefulSets = [], daemonSets = []] = lists;
  return plannedBy(spec?.selector, workloadsOf(deployments, statefulSets, daemonSets)).flatMap(
    (workload) => creationFailure(workload, events)?.service ?? [],
  );
}

function namedBy(snapshot: Snapshot, pod: Pod, container: Container): readonly NamedService[] {
  const namespace = pod.metadata?.namespace ?? '';
  const lines = [true, false].flatMap((previous) => {
    const log = readLog(snapshot, logOf(namespace, pod.metadata?.name ?? '', container.name, previous));
    return log.known ? log.value : [];
  });
  const told = (container.extracts?.references ?? []).flatMap(({ host }) => {
    const resolved = resolveHost(host, namespace);
    return resolved.kind === 'service' ? [{ namespace: resolved.namespace, name: resolved.name }] : [];
  });
  return [
    ...dependenciesIn(lines, namespace)
      .filter(({ certain }) => certain)
      .map(({ service }) => service),
    ...(matchLog(lines).some((match) => match.class === 'dns-unreachable') ? dnsOf(snapshot) : []),
    ...told,
  ];
}

/** The DNS Service, for Pods that get no answer from it. */
function dnsOf(snapshot: Snapshot): readonly NamedService[] {
  const services = readList<Service>(snapshot, 'services', DNS_NAMESPACE);
  const name = services.known ? dnsServiceOf(services.value)?.metadata?.name : undefined;
  return name === undefined ? [] : [{ namespace: DNS_NAMESPACE, name }];
}

/** For a Ready Pod that is told to call a Service which does not exist here: whether it complains, and whether that Service stands elsewhere. */
export function unresolvedLogs(snapshot: Snapshot, pod: Pod): readonly FactRequest[] {
  const namespace = pod.metadata?.namespace ?? '';
  const container = containerStates(pod).find((state) =>
    (state.container.extracts?.references ?? []).some(({ host }) => {
      const resolved = resolveHost(host, namespace);
      if (resolved.kind !== 'service' || resolved.namespace !== namespace) return false;
      const service = readObject<Service>(snapshot, 'services', namespace, resolved.name);
      return service.known && service.value === null;
    }),
  )?.container;
  return container === undefined
    ? []
    : [logOf(namespace, pod.metadata?.name ?? '', container.name, false), listOf('services')];
}
