/** What is read of the cluster's DNS: only where it looks ill, where a caller is named, or where a log complains of lookups. */
import { known } from '../facts/fact.ts';
import { type FactRequest, listOf, logOf, objectOf } from '../facts/resources.ts';
import { readList, readObject, type Snapshot } from '../facts/snapshot.ts';
import type { ConfigMap, Pod, Service } from '../facts/wire.ts';
import { dnsPodsOf, hearCoreDns, isDnsPodIll } from '../model/coredns-log.ts';
import { importsCustom } from '../model/corefile.ts';
import { DNS_NAMESPACE, DNS_ROLE, dnsServiceOf, NODE_LOCAL_DNS } from '../model/dns-service.ts';
import { clusterIps } from '../model/ip-range.ts';
import { clusterDnsOf } from '../model/kubelet-config.ts';
import { matchLog } from '../model/log-shapes.ts';
import { containerStates, isLive, isReady } from '../model/readiness.ts';
import { resolveHost } from '../model/references.ts';
import { resolverMode } from '../model/resolver.ts';
import { failingLogs } from './plan-logs.ts';
import { callerOf } from './plan-references.ts';

/** The further requests about names. */
export function ofNames(snapshot: Snapshot): readonly FactRequest[] {
  const services = readList<Service>(snapshot, 'services', DNS_NAMESPACE);
  const pods = readList<Pod>(snapshot, 'pods', DNS_NAMESPACE);
  if (!services.known || !pods.known) return [];
  const dns = dnsServiceOf(services.value);
  if (dns === null) return [];
  const own = dnsPodsOf(dns, pods.value);
  const ill = own.filter((pod) => isDnsPodIll(pod, Date.parse(snapshot.collectedAt)));
  const complains = complainsOfLookups(snapshot);
  return [
    ...(ill.length > 0 || complains || snapshot.ask.caller !== null ? ofCorefile(snapshot) : []),
    ...ofCaller(snapshot, services.value),
    ...failingLogs(ill),
    ...(complains && ill.every(isReady) ? ofReady(own) : []),
    ...(speaksOfRights(snapshot, own) ? [objectOf('clusterroles', null, DNS_ROLE)] : []),
  ];
}

/** How the caller looks names up, and what one of its Pods says of its calls. */
function ofCaller(snapshot: Snapshot, services: readonly Service[]): readonly FactRequest[] {
  const { caller } = snapshot.ask;
  if (caller === null) return [];
  const config = readObject<ConfigMap>(snapshot, 'configmaps', DNS_NAMESPACE, 'kubelet-config');
  const told = config.known && config.value !== null ? clusterDnsOf(config.value) : null;
  const owned = services.flatMap(({ spec }) => clusterIps(spec));
  const astray = told !== null && told.length > 0 && !told.some((ip) => ip === NODE_LOCAL_DNS || owned.includes(ip));
  const pod = callerOf(snapshot)[0]?.pods.find(isLive);
  return [
    objectOf('configmaps', DNS_NAMESPACE, 'kubelet-config'),
    ...(told?.length === 0 ? [listOf('events', caller.namespace)] : []),
    ...(astray ? [listOf('services')] : []),
    ...(pod === undefined ? [] : logsOf(pod)),
  ];
}

/** The log of the container that is told to call something, else of the first. */
function logsOf(pod: Pod): readonly FactRequest[] {
  const states = containerStates(pod).filter(({ init, status }) => !init && status !== null);
  const state = states.find(({ container }) => (container.extracts?.references ?? []).length > 0) ?? states[0];
  if (state === undefined) return [];
  return [logOf(pod.metadata?.namespace ?? '', pod.metadata?.name ?? '', state.container.name, false)];
}

function ofCorefile(snapshot: Snapshot): readonly FactRequest[] {
  const config = readObject<ConfigMap>(snapshot, 'configmaps', DNS_NAMESPACE, 'coredns');
  const custom = config.known && config.value !== null && importsCustom(config.value);
  return [
    objectOf('configmaps', DNS_NAMESPACE, 'coredns'),
    ...(custom ? [objectOf('configmaps', DNS_NAMESPACE, 'coredns-custom')] : []),
  ];
}

/** One Pod speaks for its equals. */
function ofReady([pod]: readonly Pod[]): readonly FactRequest[] {
  return pod === undefined ? [] : logsOf(pod);
}

function speaksOfRights(snapshot: Snapshot, pods: readonly Pod[]): boolean {
  const logs = (pod: Pod, container: string, previous: boolean) => {
    const key = `log/${DNS_NAMESPACE}/${pod.metadata?.name}/${container}${previous ? '?previous' : ''}`;
    const answer = snapshot.answers[key];
    return known(answer?.known && 'lines' in answer ? answer.lines : []);
  };
  return hearCoreDns(pods, logs, Date.parse(snapshot.collectedAt)).lines.some(({ word }) => word === 'forbidden');
}

/** True when the log of a Pod that asks the cluster's DNS says that it does not answer, or that it denies a Service known to exist. */
function complainsOfLookups(snapshot: Snapshot): boolean {
  return Object.entries(snapshot.answers).some(([key, answer]) => {
    const [type, namespace = '', name = ''] = key.split('/');
    if (type !== 'log' || namespace === DNS_NAMESPACE || !answer.known || !('lines' in answer)) return false;
    const pod = readObject<Pod>(snapshot, 'pods', namespace, name);
    if (pod.known && pod.value !== null && resolverMode(pod.value.spec ?? {}) !== 'cluster') return false;
    return matchLog(answer.lines).some(({ class: of, host }) => {
      if (of === 'dns-unreachable') return true;
      const target = of === 'nxdomain' && host !== null ? resolveHost(host, namespace) : null;
      if (target === null || !('name' in target)) return false;
      const service = readObject<Service>(snapshot, 'services', target.namespace, target.name);
      return service.known && service.value !== null;
    });
  });
}
