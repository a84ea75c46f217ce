/** The resolv.conf and the hosts file that the kubelet gives to a Pod (pkg/kubelet/network/dns, pkg/kubelet/kubelet_pods.go). */
import type { Pod } from '../facts/wire.ts';

type PodSpec = NonNullable<Pod['spec']>;

/** What the kubelet is told: `clusterDNS` and `clusterDomain`; null where that is not known. */
export interface ClusterDns {
  addresses: readonly string[] | null;
  domain: string | null;
}

/** Whose name servers a Pod asks: the cluster's, its node's, or only those that it names itself. */
export type ResolverMode = 'cluster' | 'node' | 'own';

export interface ResolverConfig {
  mode: ResolverMode;
  /** In the order in which they are asked; the node's are not among them, for nobody can see them. */
  nameservers: readonly string[];
  /** True where the node's name servers stand before these. */
  nodeNameservers: boolean;
  searches: readonly string[];
  /** True where search domains of the node stand among them as well: after those of the cluster, before those of dnsConfig. */
  nodeSearches: boolean;
  /** Null where only the node knows. */
  ndots: number | null;
  /** What the limits take away. */
  trimmed: { nameservers: readonly string[]; searches: readonly string[] };
}

const MAX_NAMESERVERS = 3;
const MAX_SEARCHES = 32;
const MAX_SEARCH_CHARACTERS = 2048;
const DEFAULT_DOMAIN = 'cluster.local';
const CLUSTER_NDOTS = 5;

/** `dnsPolicy` as the kubelet reads it: ClusterFirst on the host's network means Default; a word it does not know means ClusterFirst. */
export function resolverMode({ dnsPolicy, hostNetwork }: Pick<PodSpec, 'dnsPolicy' | 'hostNetwork'>): ResolverMode {
  if (dnsPolicy === 'None') return 'own';
  if (dnsPolicy === 'Default') return 'node';
  if (dnsPolicy === 'ClusterFirstWithHostNet') return 'cluster';
  return hostNetwork === true ? 'node' : 'cluster';
}

function unique(items: readonly string[]): readonly string[] {
  return [...new Set(items)];
}

function withinLimits(searches: readonly string[]): readonly string[] {
  const kept = searches.filter((one) => one.length <= 253).slice(0, MAX_SEARCHES);
  while (kept.join(' ').length > MAX_SEARCH_CHARACTERS) kept.pop();
  return kept;
}

/** The `ndots` of dnsConfig.options; null where it sets none. */
export function ndotsOf({ dnsConfig }: Pick<PodSpec, 'dnsConfig'>): number | null {
  const value = dnsConfig?.options?.findLast(({ name }) => name === 'ndots')?.value;
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : null;
}

/** The search domains that ClusterFirst gives to the Pods of a namespace. */
export function clusterSearches(namespace: string, domain: string): readonly string[] {
  return [`${namespace}.svc.${domain}`, `svc.${domain}`, domain];
}

/** The effective resolv.conf of a Pod, as far as objects tell. An empty clusterDNS makes ClusterFirst fall back to the node's. */
export function resolverConfig(spec: PodSpec, namespace: string, dns: ClusterDns): ResolverConfig {
  const asked = resolverMode(spec);
  const mode = asked === 'cluster' && dns.addresses?.length === 0 ? 'node' : asked;
  const base =
    mode === 'cluster'
      ? { nameservers: dns.addresses ?? [], searches: clusterSearches(namespace, dns.domain ?? DEFAULT_DOMAIN) }
      : { nameservers: [], searches: [] };
  const nameservers = unique([...base.nameservers, ...(spec.dnsConfig?.nameservers ?? [])]);
  const searches = unique([...base.searches, ...(spec.dnsConfig?.searches ?? [])]);
  const kept = withinLimits(searches);
  return {
    mode,
    nameservers: nameservers.slice(0, MAX_NAMESERVERS),
    nodeNameservers: mode === 'node',
    searches: kept,
    nodeSearches: mode !== 'own',
    ndots: ndotsOf(spec) ?? (mode === 'cluster' ? CLUSTER_NDOTS : mode === 'own' ? 1 : null),
    trimmed: {
      nameservers: nameservers.slice(MAX_NAMESERVERS),
      searches: searches.filter((one) => !kept.includes(one)),
    },
  };
}

/** The address that hostAliases pin a name to: it never gets to DNS. The first line of the hosts file wins. */
export function pinnedAddress({ hostAliases }: Pick<PodSpec, 'hostAliases'>, host: string): string | null {
  const name = host.toLowerCase();
  return hostAliases?.find(({ hostnames }) => hostnames?.some((one) => one.toLowerCase() === name))?.ip ?? null;
}
