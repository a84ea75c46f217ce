/** Which Services a run is about. */
import { type AskedService, readList, type Snapshot } from '../facts/snapshot.ts';
import type { Service } from '../facts/wire.ts';
import type { APIService, WebhookConfiguration } from '../facts/wire-api-server.ts';
import { type ApiServerCall, apiServiceCalls, webhookCalls } from './api-server-calls.ts';
import { parseLabelQuery } from './label-query.ts';
import { meets } from './label-selector.ts';
import { nearNames } from './near-names.ts';

/** How many logs and single objects are read for all Services of a namespace. */
export const MOST_SINGLE_READS = 60;

/** True where no Service was named: the run is about all of a namespace, or of the cluster. */
export function isWide({ ask }: Pick<Snapshot, 'ask'>): boolean {
  return ask.services.length === 0;
}

function servicesIn(snapshot: Snapshot, namespace: string | null): readonly Service[] {
  const list = readList<Service>(snapshot, 'services', namespace);
  return list.known ? list.value : [];
}

/** Those of all namespaces; a file may hold them by namespaces. */
function servicesOf(snapshot: Snapshot): readonly Service[] {
  if (readList(snapshot, 'services').known) return servicesIn(snapshot, null);
  const places = Object.keys(snapshot.answers).flatMap(
    (key) => /^services\/(?<place>[^/?*]+)$/.exec(key)?.groups?.place ?? [],
  );
  return places.flatMap((place) => servicesIn(snapshot, place));
}

function place({ namespace, name }: AskedService): string {
  return `${namespace}/${name}`;
}

/** Those without which the API server refuses writes or lacks an API, and which do not exist; where a near name does, that one is judged. */
function lostByApiServer(snapshot: Snapshot, services: readonly Service[]): readonly AskedService[] {
  const { everywhere, namespace: home } = snapshot.ask;
  const list = readList(snapshot, 'services', everywhere === true ? null : home);
  if (!list.known || !list.complete) return [];
  const calls = callsIn(snapshot).filter(
    ({ isStrict, namespace }) => isStrict && (everywhere === true || namespace === home),
  );
  const lost = calls.filter(({ namespace, service }) => {
    const there = services.filter(({ metadata }) => metadata?.namespace === namespace);
    return (
      nearNames(
        service,
        there.map(({ metadata }) => metadata?.name ?? ''),
      ).length === 0 && !there.some(({ metadata }) => metadata?.name === service)
    );
  });
  return [
    ...new Map(
      lost.map(({ namespace, service }) => [`${namespace}/${service}`, { namespace, name: service }]),
    ).values(),
  ];
}

/** What the API server calls, as far as it was read. */
export function callsIn(snapshot: Snapshot): readonly ApiServerCall[] {
  const validating = readList<WebhookConfiguration>(snapshot, 'validatingwebhookconfigurations');
  const mutating = readList<WebhookConfiguration>(snapshot, 'mutatingwebhookconfigurations');
  const apiServices = readList<APIService>(snapshot, 'apiservices');
  return [
    ...(validating.known ? webhookCalls('ValidatingWebhookConfiguration', validating.value) : []),
    ...(mutating.known ? webhookCalls('MutatingWebhookConfiguration', mutating.value) : []),
    ...(apiServices.known ? apiServiceCalls(apiServices.value) : []),
  ];
}

/**
 * The Services that were named; where none was, all of the namespace or of all namespaces that carry the labels asked for, and those that the
 * API server calls in vain, in the order of namespace and name. None where the list is not known.
 */
export function askedServices(snapshot: Snapshot): readonly AskedService[] {
  const { services, namespace, everywhere, selector } = snapshot.ask;
  if (!isWide(snapshot)) return services;
  const all = everywhere === true ? servicesOf(snapshot) : servicesIn(snapshot, namespace);
  const wanted = selector === undefined ? [] : parseLabelQuery(selector);
  if ('wrong' in wanted) return [];
  const lost = selector === undefined ? lostByApiServer(snapshot, all) : [];
  const carrying = all
    .filter(({ metadata }) => wanted.every((requirement) => meets(requirement, metadata?.labels)))
    .map(({ metadata }) => ({ namespace: metadata?.namespace ?? namespace, name: metadata?.name ?? '' }));
  return [...carrying, ...lost].sort((a, b) =>
    a.namespace === b.namespace ? (a.name < b.name ? -1 : 1) : place(a) < place(b) ? -1 : 1,
  );
}
