/** Facts about what leads to a Service from outside and through a mesh. All are conditional: read only where something concerns the Service. */
import { type Fact, type Known, known, type Unknown } from '../facts/fact.ts';
import { listOf, objectOf, type ResourceName } from '../facts/resources.ts';
import { readList, readObject, refused, type Snapshot } from '../facts/snapshot.ts';
import type { Ingress, IngressClass, KubeObject, Pod, Service } from '../facts/wire.ts';
import type {
  AuthorizationPolicy,
  Gateway,
  PeerAuthentication,
  ReferenceGrant,
  Route,
  ServiceMonitor,
} from '../facts/wire-entrance.ts';
import { aliasTargetOf } from '../model/alias.ts';
import { isWide } from '../model/asked.ts';
import { looksFine, parentsOf } from '../model/entrance.ts';
import { MESH_ROOT } from '../model/mesh.ts';
import { listed } from './lists.ts';
import type { Subject } from './subject.ts';

export interface EntranceFacts {
  /** Ingresses of the subject's namespace. Read only when the Service itself looks fine, or does not exist. */
  ingresses: readonly Ingress[];
  /** Read only when an Ingress leads to the Service. */
  ingressClasses: readonly IngressClass[];
  /** HTTPRoutes, and GRPCRoutes where they are read, of all namespaces or, where that is not allowed, of the subject's. */
  routes: readonly Route[];
  /** The Gateways that are parents of routes to the Service, as far as they exist. */
  gateways: readonly Gateway[];
  /** ReferenceGrants of the subject's namespace. Read only when a route of another namespace leads to the Service. */
  referenceGrants: readonly ReferenceGrant[];
  /** Of the subject's namespace and of the mesh's root namespace. Read only where a caller outside of the mesh is seen. */
  peerAuthentications: readonly PeerAuthentication[];
  /** Of the subject's namespace. Read only where the Service's Pods are in an Istio mesh. */
  authorizationPolicies: readonly AuthorizationPolicy[];
  /** ServiceMonitors of all namespaces, else of the subject's. Read where files are judged, or all Services of a namespace or of the cluster. */
  serviceMonitors: readonly ServiceMonitor[];
  /** The Service that an ExternalName Service names; null = there is none. */
  aliasTarget: Service | null;
}

type Reader<T> = (snapshot: Snapshot, subject: Subject) => Fact<T | null>;

/** The list of all namespaces, or where that is not to be had of one. */
function widest<T extends KubeObject>(
  snapshot: Snapshot,
  resource: ResourceName,
  namespace: string,
): Fact<readonly T[]> {
  const all = listed<T>(snapshot, resource, null);
  if (all.known) return all;
  const own = listed<T>(snapshot, resource, namespace);
  return own.known || own.why !== 'not-collected' ? own : all;
}

/** True when the plan looks at entrances of this Service: a file holds them anyway, and must lead to the same conclusions. */
function isLookedAt(resource: ResourceName, snapshot: Snapshot, { namespace, name }: Subject): boolean {
  if (snapshot.ask.caller !== null) return false;
  const service = readObject<Service>(snapshot, 'services', namespace, name);
  if (!service.known) return false;
  if (service.value === null) return resource === 'ingresses';
  const pods = readList<Pod>(snapshot, 'pods', namespace);
  return pods.known && pods.complete && looksFine(service.value, pods.value, Date.parse(snapshot.collectedAt));
}

function gated<T>(fact: Fact<readonly T[]>, resource: ResourceName, snapshot: Snapshot, subject: Subject) {
  if (!fact.known || fact.value.length === 0 || isLookedAt(resource, snapshot, subject)) return fact;
  return refused(listOf(resource, subject.namespace), 'not-collected', null);
}

function joined<T extends KubeObject>(parts: readonly Fact<readonly T[]>[]): Fact<readonly T[]> {
  const missing = parts.find((part): part is Unknown => !part.known);
  if (missing !== undefined) return missing;
  const all = parts as readonly Known<readonly T[]>[];
  return { known: true, value: all.flatMap(({ value }) => value), complete: all.every(({ complete }) => complete) };
}

function routesOf(snapshot: Snapshot, subject: Subject): Fact<readonly Route[]> {
  const http = gated(widest<Route>(snapshot, 'httproutes', subject.namespace), 'httproutes', snapshot, subject);
  const grpc = gated(widest<Route>(snapshot, 'grpcroutes', subject.namespace), 'grpcroutes', snapshot, subject);
  return http.known && grpc.known ? joined([http, grpc]) : http;
}

function gatewaysOf(snapshot: Snapshot, subject: Subject): Fact<readonly Gateway[]> {
  const routes = routesOf(snapshot, subject);
  if (!routes.known) return routes;
  const parents = parentsOf(routes.value, subject.namespace, subject.name);
  const found = parents.map((parent): Fact<readonly Gateway[]> => {
    const [namespace = '', name = ''] = parent.split('/');
    const gateway = readObject<Gateway>(snapshot, 'gateways', namespace, name);
    return gateway.known ? known(gateway.value === null ? [] : [gateway.value]) : gateway;
  });
  return joined(found);
}

/** Whether calls work never depends on them, so that what may not be read leaves no question open. */
function monitorsOf(snapshot: Snapshot, { namespace }: Subject): Fact<readonly ServiceMonitor[]> {
  const isWanted = isWide(snapshot) || snapshot.source === 'manifests' || snapshot.source === 'overlay';
  const monitors = widest<ServiceMonitor>(snapshot, 'servicemonitors', namespace);
  return monitors.known && isWanted ? monitors : refused(listOf('servicemonitors', namespace), 'not-collected', null);
}

export const ENTRANCE_READERS: { [K in keyof EntranceFacts]: Reader<EntranceFacts[K]> } = {
  ingresses: (s, on) => gated(listed<Ingress>(s, 'ingresses', on.namespace), 'ingresses', s, on),
  ingressClasses: (s) => listed<IngressClass>(s, 'ingressclasses', null),
  routes: routesOf,
  gateways: gatewaysOf,
  referenceGrants: (s, on) => listed<ReferenceGrant>(s, 'referencegrants', on.namespace),
  peerAuthentications: (s, on) =>
    joined([
      listed<PeerAuthentication>(s, 'peerauthentications', on.namespace),
      listed<PeerAuthentication>(s, 'peerauthentications', MESH_ROOT),
    ]),
  authorizationPolicies: (s, on) => listed<AuthorizationPolicy>(s, 'authorizationpolicies', on.namespace),
  serviceMonitors: monitorsOf,
  aliasTarget: (s, on) => {
    const service = readObject<Service>(s, 'services', on.namespace, on.name);
    if (!service.known) return service;
    const target = service.value === null ? null : aliasTargetOf(service.value);
    return target === null
      ? refused(objectOf('services', on.namespace, on.name), 'not-collected', null)
      : readObject<Service>(s, 'services', target.namespace, target.name);
  },
};
