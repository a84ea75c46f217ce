/** The plan where no Service is named: lists of all namespaces in place of many lists, and a bounded number of single reads. */
import { type FactRequest, listOf, RESOURCES } from '../facts/resources.ts';
import type { Ask } from '../facts/snapshot.ts';
import { MOST_SINGLE_READS } from '../model/asked.ts';
import { DNS_NAMESPACE } from '../model/dns-service.ts';

/** For those of a cluster only what the cluster's own components need, and hand-made endpoints; whoever names a Service gets its logs read. */
const MOST_OF_CLUSTER = 10;

function isSingle(request: FactRequest): boolean {
  return request.type === 'log' || request.name !== null;
}

/** The list of all namespaces that answers this request as well. */
function widened(request: FactRequest): FactRequest {
  if (request.type === 'log') return request;
  if (request.resource === 'namespaces' || request.resource === 'gateways') return listOf(request.resource);
  if (request.name !== null || !RESOURCES[request.resource].namespaced) return request;
  return listOf(request.resource);
}

/** Every list, and the first of the single reads. */
function bounded(requests: readonly FactRequest[], most: number): readonly FactRequest[] {
  let left = most;
  return requests.filter((request) => !isSingle(request) || left-- > 0);
}

/** What is read for all Services of a namespace, or of the cluster, in place of what each of them alone would read. */
export function forMany(requests: readonly FactRequest[], { everywhere, caller }: Ask): readonly FactRequest[] {
  if (everywhere !== true) return bounded(requests, MOST_SINGLE_READS);
  const wide = [listOf('namespaces'), ...requests.map(widened)];
  const isOfAll = (request: FactRequest): boolean =>
    !isSingle(request) ||
    (request.type === 'objects' && request.resource === 'endpoints') ||
    request.namespace === null ||
    request.namespace === DNS_NAMESPACE ||
    request.namespace === caller?.namespace;
  return bounded(wide.filter(isOfAll), MOST_OF_CLUSTER);
}
