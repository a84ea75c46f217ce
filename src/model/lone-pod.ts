/** The one Pod that carries a Service, where its Deployment could run more of them. */
import type { Pod, PodDisruptionBudget, Service } from '../facts/wire.ts';
import { claimNames } from './claims.ts';
import { matchedPods } from './endpoints.ts';
import { selects } from './label-selector.ts';
import { isLive, isReady } from './readiness.ts';
import { plannedBy, type Workload } from './workloads.ts';

export interface Lone {
  pod: Pod;
  deployment: Workload;
}

/** Null where more Pods carry it, none does, or the program may run only once: one with a volume of its own, or no Deployment's. */
export function loneOf(service: Service, pods: readonly Pod[], workloads: readonly Workload[]): Lone | null {
  const [pod, ...more] = matchedPods(service, pods).filter(isLive);
  if (pod === undefined || more.length > 0 || !isReady(pod) || claimNames(pod).length > 0) return null;
  const [deployment, ...others] = plannedBy(service.spec?.selector, workloads);
  if (deployment === undefined || others.length > 0) return null;
  return deployment.kind === 'Deployment' && deployment.replicas === 1 ? { pod, deployment } : null;
}

/** True where somebody has said how many Pods may be evicted at once (policy/v1: an empty selector selects all of the namespace). */
export function hasBudget(pod: Pod, budgets: readonly PodDisruptionBudget[]): boolean {
  return budgets.some(({ spec }) => selects(spec?.selector, pod.metadata?.labels));
}
