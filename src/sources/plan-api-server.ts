/** Who is called by the API server itself: webhooks and APIs, read where a Service looks like one that is called so, or for all at once. */
import { type FactRequest, listOf } from '../facts/resources.ts';
import { readList, readObject, type Snapshot } from '../facts/snapshot.ts';
import type { EndpointSlice, Service } from '../facts/wire.ts';
import { isWorthAsking } from '../model/api-server-calls.ts';
import { isWide } from '../model/asked.ts';

const CALLS = [
  listOf('validatingwebhookconfigurations'),
  listOf('mutatingwebhookconfigurations'),
  listOf('apiservices'),
];

/** The lists of those that make the API server call a Service, where this one may be called so. */
export function ofApiServer(
  snapshot: Snapshot,
  { namespace, name }: { namespace: string; name: string },
  isDependency: boolean,
): readonly FactRequest[] {
  const service = readObject<Service>(snapshot, 'services', namespace, name);
  const slices = readList<EndpointSlice>(snapshot, 'endpointslices', namespace, `kubernetes.io/service-name=${name}`);
  return service.known && slices.known && isWorthAsking(service.value, slices.value, isDependency) ? CALLS : [];
}

/** What refers to Services and is read at once for all of a namespace, or of the cluster. */
export function ofAllReferrers({ ask }: Snapshot): readonly FactRequest[] {
  if (!isWide({ ask })) return [];
  return [...CALLS, listOf('servicemonitors', ask.everywhere === true ? null : ask.namespace)];
}
