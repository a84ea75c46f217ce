/** Words, evidence and fixes that the rules of Gateway API routes share. */
import type { Condition, Route } from '../../facts/wire-entrance.ts';
import { isOfGateway, leadsTo, type RouteBackend, routeBackends } from '../../model/entrance.ts';
import { shellQuote } from '../../model/patch.ts';
import type { Evidence, Fix } from '../finding.ts';

/** `HTTPRoute shop/web`. */
export function routeName({ kind, metadata }: Route): string {
  return `${kind} ${metadata?.namespace}/${metadata?.name}`;
}

/** The backends of routes of Gateways that are this Service. */
export function backendsTo(namespace: string, name: string, routes: readonly Route[]): readonly RouteBackend[] {
  return routesTo(namespace, name, routes)
    .flatMap(routeBackends)
    .filter((backend) => backend.namespace === namespace && backend.reference.name === name);
}

/** The routes of Gateways that lead to this Service. */
export function routesTo(namespace: string, name: string, routes: readonly Route[]): readonly Route[] {
  return routes.filter((route) => isOfGateway(route) && leadsTo(route, namespace, name));
}

/** The evidence row of one backend. */
export function backendRow({ route, reference, field }: RouteBackend, expected: string | null): Evidence {
  const { namespace, name, port } = reference;
  return {
    label: 'route',
    text: `backend ${namespace === undefined ? '' : `${namespace}/`}${name}, port ${port ?? 'none'}`,
    object: routeName(route),
    path: field,
    found: `${name}:${port ?? ''}`,
    expected,
  };
}

/** A JSON patch of one field of the backend as a command. */
export function backendFix(
  { route, field, reference }: RouteBackend,
  key: 'name' | 'port',
  value: string | number,
  summary: string,
  safety: Fix['safety'],
): Fix {
  const path = `/${field.replaceAll(/[.[]/g, '/').replaceAll(']', '')}/${key}`;
  const body = JSON.stringify([{ op: reference[key] === undefined ? 'add' : 'replace', path, value }]);
  const { namespace, name } = route.metadata ?? {};
  return {
    summary,
    safety,
    commands: [`kubectl -n ${namespace} patch ${route.kind?.toLowerCase()} ${name} --type=json -p ${shellQuote(body)}`],
    steps: [],
    patch: null,
  };
}

export interface Verdict {
  condition: Condition;
  /** `shop/gateway`: whose controller says so. */
  parent: string;
  /** The controller has not yet seen the newest version of the route. */
  stale: boolean;
}

/** What the controllers of the route's parents say in conditions of this type. */
export function verdictsOn(route: Route, type: string): readonly Verdict[] {
  return (route.status?.parents ?? []).flatMap(({ parentRef, conditions }) =>
    (conditions ?? [])
      .filter((condition) => condition.type === type)
      .map((condition) => ({
        condition,
        parent: `${parentRef.namespace ?? route.metadata?.namespace}/${parentRef.name}`,
        stale:
          condition.observedGeneration !== undefined &&
          condition.observedGeneration < (route.metadata?.generation ?? 0),
      })),
  );
}

/** The evidence row of a condition. */
export function conditionRow(route: Route, { condition, parent }: Verdict): Evidence {
  return {
    label: 'status',
    text: `${parent} says ${condition.type}=${condition.status}, ${condition.reason}${condition.message ? `: ${condition.message}` : ''}`,
    object: routeName(route),
    path: `status.parents[].conditions[type=${condition.type}]`,
    found: condition.reason ?? condition.status,
    expected: 'True',
  };
}
