/** Facts about the calls that the API server itself makes. Conditional: read where a Service is missing or dead, or looks like one that is called so. */
import { type Fact, known } from '../facts/fact.ts';
import { groupedOnce } from '../facts/grouped.ts';
import { listOf } from '../facts/resources.ts';
import { readList, readObject, refused, type Snapshot } from '../facts/snapshot.ts';
import type { EndpointSlice, Service } from '../facts/wire.ts';
import type { APIService, WebhookConfiguration } from '../facts/wire-api-server.ts';
import { type ApiServerCall, isWorthAsking } from '../model/api-server-calls.ts';
import { callsIn, isWide } from '../model/asked.ts';
import { listed, remembered } from './lists.ts';
import type { Subject } from './subject.ts';

export interface ApiServerFacts {
  /** Calls of admission webhooks and aggregated APIs to Services of the subject's namespace. */
  apiServerCalls: readonly ApiServerCall[];
}

/** Of the lists that were read; what nobody asked for, or is not served, holds no calls. */
function allCalls(snapshot: Snapshot): Fact<readonly ApiServerCall[]> {
  return remembered(snapshot, 'apiServerCalls', () => {
    const validating = listed<WebhookConfiguration>(snapshot, 'validatingwebhookconfigurations');
    const mutating = listed<WebhookConfiguration>(snapshot, 'mutatingwebhookconfigurations');
    const apiServices = listed<APIService>(snapshot, 'apiservices');
    const all = [validating, mutating, apiServices];
    for (const fact of all) if (!fact.known && fact.why !== 'not-collected' && fact.why !== 'not-served') return fact;
    if (!validating.known && !mutating.known && !apiServices.known) return validating;
    return { known: true, value: callsIn(snapshot), complete: all.every((fact) => !fact.known || fact.complete) };
  });
}

const byNamespace = groupedOnce(({ namespace }: ApiServerCall) => [namespace]);
const NONE: readonly ApiServerCall[] = [];

/** True where the plan asks for them as well: a file holds them anyway, and must lead to the same conclusions. */
function isLookedAt(snapshot: Snapshot, { namespace, name, role }: Subject, isRefused: boolean): boolean {
  const isWritten = snapshot.source === 'manifests' || snapshot.source === 'overlay';
  if (isWritten || (isWide(snapshot) && !isRefused)) return true;
  const service = readObject<Service>(snapshot, 'services', namespace, name);
  const slices = readList<EndpointSlice>(snapshot, 'endpointslices', namespace, `kubernetes.io/service-name=${name}`);
  return service.known && slices.known && isWorthAsking(service.value, slices.value, role === 'dependency');
}

export const API_SERVER_READERS = {
  apiServerCalls: (snapshot: Snapshot, subject: Subject): Fact<readonly ApiServerCall[]> => {
    const calls = allCalls(snapshot);
    if (!isLookedAt(snapshot, subject, !calls.known))
      return refused(listOf('validatingwebhookconfigurations'), 'not-collected', null);
    if (!calls.known) return calls;
    return { ...known(byNamespace(calls.value).get(subject.namespace) ?? NONE), complete: calls.complete };
  },
};
