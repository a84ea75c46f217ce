/** Which workloads a Service is about, before anything is applied. */
import type { Service } from '../../facts/wire.ts';
import { matches } from '../../model/selector.ts';
import type { Workload } from '../../model/workloads.ts';

/** True where the Service selects what the workload writes on its Pods, or what it selects itself: of a refused one the two may differ. */
export function concerns(service: Service, { template, selector }: Workload): boolean {
  return [template.metadata?.labels, selector].some((labels) => matches(service.spec?.selector, labels));
}
