/** IP addresses and the ranges they lie in. */
import { BlockList, isIP } from 'node:net';

function kindOf(ip: string): 'ipv4' | 'ipv6' {
  return isIP(ip) === 6 ? 'ipv6' : 'ipv4';
}

/** True when the address lies in one of the ranges (`10.244.1.0/24`). What is no address or no range lies nowhere. */
export function isWithin(ip: string, ranges: readonly string[]): boolean {
  if (isIP(ip) === 0) return false;
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', length = ''] = range.split('/');
    // a range of the other family holds none, though BlockList takes IPv4 for ::ffff:0:0/96
    if (isIP(network) === isIP(ip) && /^\d+$/.test(length)) list.addSubnet(network, Number(length), kindOf(network));
  }
  return list.check(ip, kindOf(ip));
}

/** The least range that every cluster IP beside this one must share: the API server takes no larger one (12 of 32 bits, 64 of 128). */
export function neighbourhood(ip: string): string {
  return `${ip}/${isIP(ip) === 6 ? 64 : 12}`;
}

/** The cluster IPs of a Service; none for a headless one. */
export function clusterIps(
  spec: { clusterIP?: string; clusterIPs?: readonly string[] } | undefined,
): readonly string[] {
  const { clusterIP, clusterIPs = [] } = spec ?? {};
  if (clusterIPs.length === 1 && clusterIPs[0] === clusterIP) return isIP(clusterIP ?? '') === 0 ? [] : clusterIPs;
  const all = clusterIP === undefined || clusterIPs.includes(clusterIP) ? clusterIPs : [...clusterIPs, clusterIP];
  return [...new Set(all)].filter((ip) => isIP(ip) !== 0);
}
