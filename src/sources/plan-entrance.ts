/** What leads to a Service from outside and through a mesh: looked at when the Service itself works. */
import { type FactRequest, listOf, objectOf } from '../facts/resources.ts';
import { readList, readObject, type Snapshot } from '../facts/snapshot.ts';
import type { Ingress, Pod, Service } from '../facts/wire.ts';
import type { Route } from '../facts/wire-entrance.ts';
import { aliasOf, aliasTargetOf } from '../model/alias.ts';
import { matchedPods } from '../model/endpoints.ts';
import { ingressBackends, leadsTo, looksFine, parentsOf } from '../model/entrance.ts';
import { callsUnmeshed, MESH_ROOT, sidecarOf } from '../model/mesh.ts';

interface Named {
  namespace: string;
  name: string;
}

/** The further facts that what leads to this Service makes relevant. */
export function ofEntrances(snapshot: Snapshot, target: Named): readonly FactRequest[] {
  const { namespace, name } = target;
  const service = readObject<Service>(snapshot, 'services', namespace, name);
  if (!service.known) return [];
  const pods = readList<Pod>(snapshot, 'pods', namespace);
  if (service.value !== null) {
    if (!pods.known || !pods.complete) return [];
    if (!looksFine(service.value, pods.value, Date.parse(snapshot.collectedAt))) return ofType(snapshot, service.value);
  }
  // a caller inside the cluster does not come through an entrance
  const fromInside = snapshot.ask.caller !== null;
  return [
    ...(fromInside ? [] : [listOf('ingresses', namespace), ...ofIngresses(snapshot, target)]),
    ...(service.value === null || !pods.known
      ? []
      : [
          ...(fromInside ? [] : ofRoutes(snapshot, target, service.value)),
          ...ofMesh(service.value, pods.value),
          ...ofType(snapshot, service.value),
        ]),
  ];
}

/** The Service that an alias names; the events of a load balancer that is waited for, in which its controller says why. */
function ofType(snapshot: Snapshot, { spec, status, metadata }: Service): readonly FactRequest[] {
  const target =
    spec?.type === 'ExternalName' ? aliasTargetOf({ spec, ...(metadata === undefined ? {} : { metadata }) }) : null;
  const waits = spec?.type === 'LoadBalancer' && (status?.loadBalancer?.ingress ?? []).length === 0;
  const young = Date.parse(snapshot.collectedAt) - Date.parse(metadata?.creationTimestamp ?? '') < 120_000;
  return [
    ...(target === null ? [] : [listOf('services', target.namespace)]),
    ...(waits && !young ? [listOf('events', metadata?.namespace ?? '')] : []),
  ];
}

function ofIngresses(snapshot: Snapshot, { namespace, name }: Named): readonly FactRequest[] {
  const ingresses = readList<Ingress>(snapshot, 'ingresses', namespace);
  if (!ingresses.known) return [];
  const mine = ingresses.value.filter((ingress) => ingressBackends(ingress).some(({ service }) => service === name));
  return [
    ...(mine.length === 0 ? [] : [listOf('ingressclasses')]),
    ...(mine.some(({ spec }) => (spec?.tls ?? []).length > 0) ? [listOf('events', namespace)] : []),
  ];
}

function ofRoutes(snapshot: Snapshot, { namespace, name }: Named, service: Service): readonly FactRequest[] {
  const wide = readList<Route>(snapshot, 'httproutes');
  const http = wide.known ? wide : readList<Route>(snapshot, 'httproutes', namespace);
  const requests: FactRequest[] = [listOf('httproutes')];
  if (!wide.known && wide.why === 'denied') requests.push(listOf('httproutes', namespace));
  if (!http.known) return requests;
  const speaksGrpc = service.spec?.ports?.some(({ name: port, appProtocol }) =>
    /grpc|h2c/i.test(`${port ?? ''} ${appProtocol ?? ''}`),
  );
  if (speaksGrpc === true) requests.push(listOf('grpcroutes', namespace));
  const grpc = readList<Route>(snapshot, 'grpcroutes', namespace);
  const routes = [...http.value, ...(grpc.known ? grpc.value : [])];
  const mine = routes.filter((route) => leadsTo(route, namespace, name));
  if (mine.some(({ metadata }) => metadata?.namespace !== namespace))
    requests.push(listOf('referencegrants', namespace));
  const parents = parentsOf(routes, namespace, name).map((parent) => {
    const [where = '', gateway = ''] = parent.split('/');
    return objectOf('gateways', where, gateway);
  });
  return [...requests, ...parents];
}

/** The mesh's policies: of who may call where its Pods are in the mesh, of plain text where a caller outside of it is seen. */
function ofMesh(service: Service, pods: readonly Pod[]): readonly FactRequest[] {
  const namespace = service.metadata?.namespace ?? '';
  if (!matchedPods(service, pods).some((pod) => sidecarOf(pod) === 'Istio')) return [];
  return [
    listOf('authorizationpolicies', namespace),
    ...(callsUnmeshed(service, pods).length === 0
      ? []
      : [listOf('peerauthentications', namespace), listOf('peerauthentications', MESH_ROOT)]),
  ];
}

/** The Service that an ExternalName Service is another name of: judged as well, for its faults are those of the alias. */
export function aliasedBy(service: Service): readonly Named[] {
  const alias = aliasOf(service);
  return alias?.kind === 'service' ? [alias.target] : [];
}
