/** What is read of the cluster's DNS: only where it looks ill, where a caller is named, or where a log complains of lookups. */

import { known } from '../facts/fact.ts';
import { type FactRequest, logOf, objectOf } from '../facts/resources.ts';
import { readList, readObject, type Snapshot } from '../facts/snapshot.ts';
import type { ConfigMap, Pod, Service } from '../facts/wire.ts';
import { dnsPodsOf, hearCoreDns, isDnsPodIll } from '../model/coredns-log.ts';
import { importsCustom } from '../model/corefile.ts';
import { DNS_NAMESPACE, DNS_ROLE, dnsServiceOf } from '../model/dns-service.ts';
import { matchLog } from '../model/log-shapes.ts';
import { containerStates } from '../model/readiness.ts';
import { resolveHost } from '../model/references.ts';
import { failingLogs } from './plan-logs.ts';

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
    ...(snapshot.ask.caller === null ? [] : [objectOf('configmaps', DNS_NAMESPACE, 'kubelet-config')]),
    ...failingLogs(ill),
    ...(complains && ill.length === 0 ? ofReady(own) : []),
    ...(speaksOfRights(snapshot, own) ? [objectOf('clusterroles', null, DNS_ROLE)] : []),
  ];
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
  const container = pod === undefined ? undefined : containerStates(pod).find(({ init }) => !init)?.container;
  if (pod === undefined || container === undefined) return [];
  return [logOf(DNS_NAMESPACE, pod.metadata?.name ?? '', container.name, false)];
}

function speaksOfRights(snapshot: Snapshot, pods: readonly Pod[]): boolean {
  const logs = (pod: Pod, container: string, previous: boolean) => {
    const answer =
      snapshot.answers[`log/${DNS_NAMESPACE}/${pod.metadata?.name}/${container}${previous ? '?previous' : ''}`];
    return known(answer?.known && 'lines' in answer ? answer.lines : []);
  };
  return hearCoreDns(pods, logs, Date.parse(snapshot.collectedAt)).lines.some(({ word }) => word === 'forbidden');
}

/** True when a log says that a name server does not answer, or that it denies a Service which is known to exist. */
function complainsOfLookups(snapshot: Snapshot): boolean {
  return Object.entries(snapshot.answers).some(([key, answer]) => {
    const [type, namespace = ''] = key.split('/');
    if (type !== 'log' || namespace === DNS_NAMESPACE || !answer.known || !('lines' in answer)) return false;
    return matchLog(answer.lines).some(({ class: of, host }) => {
      if (of === 'dns-unreachable') return true;
      const target = of === 'nxdomain' && host !== null ? resolveHost(host, namespace) : null;
      if (target === null || !('name' in target)) return false;
      const service = readObject<Service>(snapshot, 'services', target.namespace, target.name);
      return service.known && service.value !== null;
    });
  });
}
