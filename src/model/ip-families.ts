/** Which address families of a Service its Pods can serve. */
import type { Pod, Service } from '../facts/wire.ts';
import { type Family, familiesOf, familyOf, matchedPods } from './endpoints.ts';
import { isLive, isReady, podIPs } from './readiness.ts';

export interface FamilyCount {
  family: Family;
  /** Ready Pods with an address of the family. */
  pods: number;
}

/** For each family of the Service how many of its Ready Pods have such an address; null where no Pod is Ready. */
export function familyCounts(service: Service, pods: readonly Pod[]): readonly FamilyCount[] | null {
  const ready = matchedPods(service, pods).filter((pod) => isLive(pod) && isReady(pod) && podIPs(pod).length > 0);
  if (ready.length === 0) return null;
  return familiesOf(service).map((family) => ({
    family,
    pods: ready.filter((pod) => podIPs(pod).some((ip) => familyOf(ip) === family)).length,
  }));
}

/** `IPv4 2 Pods, IPv6 none`. */
export function countsText(counts: readonly FamilyCount[]): string {
  return counts
    .map(({ family, pods }) => `${family} ${pods === 0 ? 'none' : `${pods} Pod${pods === 1 ? '' : 's'}`}`)
    .join(', ');
}
