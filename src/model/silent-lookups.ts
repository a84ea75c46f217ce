/** Who says that a name server does not answer, although the DNS of the cluster has Pods that do. */
import type { Pod, Service } from '../facts/wire.ts';
import { hear } from './complaints.ts';
import { dnsPodsOf } from './coredns-log.ts';
import { dnsServiceOf } from './dns-service.ts';
import { isReady, restarts } from './readiness.ts';
import type { ReferencingWorkload } from './referencing.ts';

export interface SilentLookup {
  workload: ReferencingWorkload;
  pod: Pod;
  line: string;
}

/** True when the DNS Service has a Ready Pod. */
export function isDnsWell(systemServices: readonly Service[], systemPods: readonly Pod[]): boolean {
  const dns = dnsServiceOf(systemServices);
  return dns !== null && dnsPodsOf(dns, systemPods).some(isReady);
}

/** The first Pod, Ready or not as asked, whose log says that lookups get no answer. */
export function silentLookup(
  workloads: readonly ReferencingWorkload[],
  logs: Parameters<typeof hear>[1],
  now: number,
  ready: boolean,
): SilentLookup | null {
  for (const workload of workloads) {
    for (const pod of workload.pods) {
      if (isReady(pod) !== ready) continue;
      if (!ready && restarts(pod) === 0 && pod.status?.phase === 'Pending') continue;
      const found = hear(pod, logs, [], now).complaints.find(({ match }) => match.class === 'dns-unreachable');
      if (found !== undefined) return { workload, pod, line: found.match.line };
    }
  }
  return null;
}
