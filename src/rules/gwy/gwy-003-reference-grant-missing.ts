import type { ReferenceGrant, Route } from '../../facts/wire-entrance.ts';
import { shellQuote } from '../../model/patch.ts';
import { finding } from '../finding.ts';
import { defineRule, failIfAny, unread } from '../rule.ts';
import { nameOf } from '../service-text.ts';
import { backendRow, backendsTo, routeName } from './route-text.ts';

function isGranted(route: Route, service: string, grants: readonly ReferenceGrant[]): boolean {
  return grants.some(
    ({ spec }) =>
      (spec?.from ?? []).some(
        ({ kind, namespace }) => kind === route.kind && namespace === route.metadata?.namespace,
      ) &&
      (spec?.to ?? []).some(
        ({ kind, name }) => kind === 'Service' && (name === undefined || name === '' || name === service),
      ),
  );
}

function manifest(route: Route, namespace: string, service: string): string {
  const from = [{ group: 'gateway.networking.k8s.io', kind: route.kind, namespace: route.metadata?.namespace }];
  return JSON.stringify({
    apiVersion: 'gateway.networking.k8s.io/v1beta1',
    kind: 'ReferenceGrant',
    metadata: { name: `${service}-from-${route.metadata?.namespace}`, namespace },
    spec: { from, to: [{ group: '', kind: 'Service', name: service }] },
  });
}

export const gwy003 = defineRule({
  id: 'GWY-003',
  name: 'reference-grant-missing',
  stage: 'entrance',
  severity: 'critical',
  title: 'a route of another namespace leads to the Service, and no ReferenceGrant lets it',
  healthy: 'the routes of other namespaces that lead to the Service are granted',
  roles: ['target'],
  offline: true,
  gate: 'routes',
  needs: ['service'],
  uses: ['routes', 'referenceGrants'],
  explains: ['GWY-006'],
  docs: {
    why: 'A route may send to a Service of another namespace only where a ReferenceGrant in the namespace of the Service lets routes of that kind and namespace. Without it requests are answered 500 (reason RefNotPermitted).',
    confirm: ['kubectl get referencegrants', 'kubectl get httproute NAME -o yaml'],
    fix: 'Create a ReferenceGrant in the namespace of the Service.',
    references: ['Gateway API: ReferenceGrant'],
  },
  check({ service, routes, referenceGrants, subject }) {
    if (!routes.known) return unread(routes);
    const foreign = backendsTo(subject.namespace, subject.name, routes.value).filter(
      ({ route }) => route.metadata?.namespace !== subject.namespace,
    );
    if (foreign.length === 0) return failIfAny([]);
    if (!referenceGrants.known) return unread(referenceGrants);
    if (!referenceGrants.complete) return failIfAny([]);
    const refused = foreign.filter(({ route }) => !isGranted(route, subject.name, referenceGrants.value));
    return failIfAny(
      refused.map((backend) =>
        finding({
          severity: 'critical',
          message: `${routeName(backend.route)} may not lead to ${nameOf(service)}: no ReferenceGrant in ${subject.namespace} lets it`,
          evidence: [backendRow(backend, null)],
          effects: ['requests that it routes there are answered 500'],
          fix: {
            summary: `let routes of ${backend.route.metadata?.namespace} lead to it`,
            safety: 'review',
            commands: [
              `echo ${shellQuote(manifest(backend.route, subject.namespace, subject.name))} | kubectl apply -f -`,
            ],
            steps: [],
            patch: null,
          },
        }),
      ),
    );
  },
});
