/** Which Ingresses and routes lead to a Service, and when they are looked at. */
import type { Ingress, Pod, Service } from '../facts/wire.ts';
import type { BackendReference, Route } from '../facts/wire-entrance.ts';
import { matchedPods, selectsPods } from './endpoints.ts';
import { hasFlickered, hasRestarted, isLive, isReady } from './readiness.ts';

/** An entrance is looked at when the Service itself works: its Pods are Ready and did not restart. */
export function looksFine(service: Service, pods: readonly Pod[], now: number): boolean {
  if (!selectsPods(service)) return true;
  const live = matchedPods(service, pods).filter(isLive);
  return live.length > 0 && live.every((pod) => isReady(pod) && !hasRestarted(pod) && !hasFlickered(pod, now));
}

export interface IngressBackend {
  ingress: Ingress;
  service: string;
  port: { name?: string; number?: number } | undefined;
  /** The hosts and paths: `shop.example.com/cart`, `default backend`. */
  path: string;
  /** The field: `spec.rules[0].http.paths[1].backend.service`. */
  field: string;
}

/** Every backend of the Ingress that is a Service. Action names of the AWS controller are none. */
export function ingressBackends(ingress: Ingress): readonly IngressBackend[] {
  const { defaultBackend, rules } = ingress.spec ?? {};
  const of = (
    backend: NonNullable<Ingress['spec']>['defaultBackend'],
    path: string,
    field: string,
  ): readonly IngressBackend[] =>
    backend?.service === undefined || backend.service.port?.name === 'use-annotation'
      ? []
      : [{ ingress, service: backend.service.name, port: backend.service.port, path, field }];
  return [
    ...of(defaultBackend, 'default backend', 'spec.defaultBackend.service'),
    ...(rules ?? []).flatMap((rule, index) =>
      (rule.http?.paths ?? []).flatMap((path, at) =>
        of(
          path.backend,
          `${rule.host ?? '*'}${path.path ?? '/'}`,
          `spec.rules[${index}].http.paths[${at}].backend.service`,
        ),
      ),
    ),
  ];
}

export interface RouteBackend {
  route: Route;
  namespace: string;
  reference: BackendReference;
  /** `spec.rules[0].backendRefs[1]`. */
  field: string;
}

/** Every backend of the route that is a Service and takes requests: other kinds and those of weight 0 are left out. */
export function routeBackends(route: Route): readonly RouteBackend[] {
  return (route.spec?.rules ?? []).flatMap((rule, index) =>
    (rule.backendRefs ?? []).flatMap((reference, at) =>
      (reference.kind ?? 'Service') !== 'Service' || (reference.group ?? '') !== '' || reference.weight === 0
        ? []
        : [
            {
              route,
              namespace: reference.namespace ?? route.metadata?.namespace ?? '',
              reference,
              field: `spec.rules[${index}].backendRefs[${at}]`,
            },
          ],
    ),
  );
}

/** True for a route of a Gateway; a route whose parent is a Service is a mesh's. */
export function isOfGateway(route: Route): boolean {
  return (route.spec?.parentRefs ?? []).some(({ kind }) => (kind ?? 'Gateway') === 'Gateway');
}

/** True when some backend of the route is this Service. */
export function leadsTo(route: Route, namespace: string, name: string): boolean {
  return routeBackends(route).some((backend) => backend.namespace === namespace && backend.reference.name === name);
}

/** The parents of routes to the Service: `namespace/name`, each once. */
export function parentsOf(routes: readonly Route[], namespace: string, name: string): readonly string[] {
  const parents = routes
    .filter((route) => leadsTo(route, namespace, name))
    .flatMap((route) =>
      (route.spec?.parentRefs ?? [])
        .filter(({ kind }) => (kind ?? 'Gateway') === 'Gateway')
        .map((parent) => `${parent.namespace ?? route.metadata?.namespace ?? ''}/${parent.name}`),
    );
  return [...new Set(parents)].sort();
}
