/** Addresses that are written where a name should stand: whose they are, and whether they still are. */
import type { Fact } from '../facts/fact.ts';
import type { Node, Pod, Service } from '../facts/wire.ts';
import { clusterIps, isWithin } from './ip-range.ts';
import { isTerminal, podIPs } from './readiness.ts';
import { resolveHost } from './references.ts';

/** The address in the host, in lower case and without brackets; null for names and for this machine. */
export function addressIn(host: string): string | null {
  const target = resolveHost(host, 'x');
  return target.kind === 'ip' ? target.ip : null;
}

/** The Service that has the cluster IP, among the lists that are known; null where none of them has it. */
export function clusterIpOwner(ip: string, ...lists: readonly Fact<readonly Service[]>[]): Service | null {
  for (const list of lists) {
    const owner = list.known ? list.value.find(({ spec }) => clusterIps(spec).includes(ip)) : undefined;
    if (owner !== undefined) return owner;
  }
  return null;
}

/** The Pod that has the address, its node's own aside. */
export function podWith(ip: string, ...lists: readonly Fact<readonly Pod[]>[]): Pod | null {
  for (const list of lists) {
    const owner = (list.known ? list.value : []).find(
      (pod) => pod.spec?.hostNetwork !== true && !isTerminal(pod) && podIPs(pod).includes(ip),
    );
    if (owner !== undefined) return owner;
  }
  return null;
}

/** The ranges out of which Pods of these nodes get their addresses, as far as nodes tell them. */
export function podRanges(nodes: readonly Node[]): readonly string[] {
  return nodes.flatMap(({ spec }) => spec?.podCIDRs ?? (spec?.podCIDR ? [spec.podCIDR] : []));
}

/** True for an address that only a Pod of these nodes can have. */
export function isPodAddress(ip: string, nodes: readonly Node[]): boolean {
  return isWithin(ip, podRanges(nodes));
}
