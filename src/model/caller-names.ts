/** The names of Services that a workload is told to call, and what its own resolver makes of each. */
import type { Reference } from '../facts/extracts.ts';
import { type Fact, unknown } from '../facts/fact.ts';
import type { ConfigMap, Service } from '../facts/wire.ts';
import { hear } from './complaints.ts';
import { clusterZoneOf } from './corefile.ts';
import type { Corefile } from './corefile-parse.ts';
import { dnsServiceOf, NODE_LOCAL_DNS } from './dns-service.ts';
import { clusterIps, isWithin, neighbourhood } from './ip-range.ts';
import { clusterDnsOf, clusterDomainOf } from './kubelet-config.ts';
import { resolveHost } from './references.ts';
import type { ReferencingWorkload } from './referencing.ts';
import { type ClusterDns, pinnedAddress, type ResolverConfig, resolverConfig } from './resolver.ts';
import { answerFor, type Zone } from './resolver-lookup.ts';

export interface CalledName {
  host: string;
  service: { name: string; namespace: string };
  /** The one full name under which the cluster's DNS knows it. */
  full: string;
  uses: readonly (Reference & { container: string })[];
  /** The Service that the user asks about. */
  meant: boolean;
}

/** What of the cluster's DNS is known: its addresses, its domain, the Services in reach. */
export interface NamesAsked {
  services: readonly Service[];
  called: Fact<Service | null>;
  /** `namespace/name` of the Service asked about, or null. */
  calls: string | null;
  domain: string;
}

const DEFAULT_DOMAIN = 'cluster.local';

/** The cluster's DNS addresses and domain, out of what is known of them. */
export function clusterDns(
  systemServices: readonly Service[],
  kubelet: Fact<ConfigMap | null>,
  corefile: Fact<Corefile | null>,
): ClusterDns & { domain: string } {
  const dns = dnsServiceOf(systemServices);
  const told = kubelet.known && kubelet.value !== null ? kubelet.value : null;
  const zone = corefile.known && corefile.value !== null ? clusterZoneOf(corefile.value) : null;
  const addresses = [...new Set([...(told === null ? [] : clusterDnsOf(told)), ...clusterIps(dns?.spec)])];
  return {
    addresses: addresses.length === 0 ? null : addresses,
    domain: (told === null ? null : clusterDomainOf(told)) ?? zone?.slice(0, -1) ?? DEFAULT_DOMAIN,
  };
}

function zoneOf(home: string, { services, called, domain }: NamesAsked): Zone {
  const other = called.known && called.value !== null ? [called.value] : [];
  return {
    domain,
    servicesOf: (namespace) => {
      if (namespace === home) return { known: true, value: services, complete: true };
      const known = other.filter(({ metadata }) => metadata?.namespace === namespace);
      if (known.length === 0) return unknown('not-collected', `services of ${namespace}`);
      return { known: true, value: known, complete: false };
    },
  };
}

/** Each name among what the workload is told to call that means an existing Service, or by its form can mean nothing else. */
export function calledNames(workload: ReferencingWorkload, asked: NamesAsked): readonly CalledName[] {
  const zone = zoneOf(workload.namespace, asked);
  return [...new Set(workload.told.map(({ host }) => host))].sort().flatMap((host): CalledName[] => {
    const target = resolveHost(host, workload.namespace, asked.domain);
    if (target.kind !== 'service' && target.kind !== 'service-or-external') return [];
    const { name, namespace } = target;
    const full = `${name}.${namespace}.svc.${asked.domain}`;
    const answer = answerFor(full, zone);
    if (answer.kind === 'none' || answer.kind === 'outside') return [];
    if (answer.kind === 'unknown' && !/\.svc(?:\.|$)/.test(host)) return [];
    const uses = workload.told.filter((use) => use.host === host);
    return [{ host, service: { name, namespace }, full, uses, meant: `${namespace}/${name}` === asked.calls }];
  });
}

/** The names that get to DNS at all. */
export function askedNames(workload: ReferencingWorkload, names: readonly CalledName[]): readonly CalledName[] {
  return names.filter(({ host }) => pinnedAddress(workload.spec ?? { containers: [] }, host) === null);
}

export function resolverOf(workload: ReferencingWorkload, dns: ClusterDns): ResolverConfig {
  return resolverConfig(workload.spec ?? { containers: [] }, workload.namespace, dns);
}

/** Whether a name server knows the cluster's names: true for the cluster's own, false for public ones, else unknown. */
export function knowsCluster(address: string, dns: ClusterDns): boolean | 'unknown' {
  if (address === NODE_LOCAL_DNS || dns.addresses?.includes(address)) return true;
  if (dns.addresses === null || dns.addresses.length === 0) return 'unknown';
  const private4 = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '127.0.0.0/8', '100.64.0.0/10'];
  const near = dns.addresses.map(neighbourhood);
  if (isWithin(address, [...near, ...private4]) || isWithin(address, ['fc00::/7', 'fe80::/10'])) return 'unknown';
  return false;
}

/** The line of a Pod's log that says a lookup of the Service failed, or null. */
export function lookupComplaint(
  workload: ReferencingWorkload,
  names: readonly CalledName[],
  logs: Parameters<typeof hear>[1],
  now: number,
): { pod: string; line: string } | null {
  for (const pod of workload.pods) {
    for (const { match, service } of hear(pod, logs, [], now).complaints) {
      if (match.class !== 'nxdomain' && match.class !== 'dns-unreachable') continue;
      const isNamed = names.some(
        (one) => service !== null && one.service.name === service.name && one.service.namespace === service.namespace,
      );
      if (isNamed) return { pod: `${pod.metadata?.namespace}/${pod.metadata?.name}`, line: match.line };
    }
  }
  return null;
}
