/** Why the kubernetes plugin of a Corefile leaves a Service out (coredns.io: kubernetes). */
import type { Tri } from '../facts/tri.ts';
import type { Namespace, Service } from '../facts/wire.ts';
import type { KubernetesPlugin } from './corefile.ts';
import type { Labels } from './selector.ts';

export type Filter = 'namespace-not-listed' | 'namespace-labels' | 'labels' | 'no-endpoints';

const PART = /^(!)?([A-Za-z0-9./_-]+)(?:\s*(?:(==?|!=)\s*([A-Za-z0-9._-]*)|\s(in|notin)\s*\(([^()]*)\)))?$/;

/** Does a label selector in kubectl's words (`app=web,tier in (a, b)`) hold? Unknown where it cannot be read. */
export function expressionHolds(expression: string, labels: Labels): Tri {
  const parts = expression.match(/(?:[^,(]|\([^)]*\))+/g) ?? [];
  let holds: Tri = true;
  for (const part of parts) {
    const match = PART.exec(part.trim());
    if (match === null) return 'unknown';
    const [, not, key = '', operator, value, set, values] = match;
    const has = labels?.[key];
    const list = (values ?? '').split(',').map((one) => one.trim());
    const here =
      set === 'in'
        ? has !== undefined && list.includes(has)
        : set === 'notin'
          ? has === undefined || !list.includes(has)
          : operator === '!='
            ? has !== value
            : operator !== undefined
              ? has === value
              : (has !== undefined) !== (not === '!');
    if (!here) holds = false;
  }
  return holds;
}

/** The option that keeps the Service out of DNS; null where none does, or where that cannot be told. */
export function filteredBy(plugin: KubernetesPlugin, service: Service, namespace: Namespace | null): Filter | null {
  const { metadata, spec } = service;
  if (plugin.namespaces !== null && !plugin.namespaces.includes(metadata?.namespace ?? ''))
    return 'namespace-not-listed';
  if (plugin.namespaceLabels !== null && namespace !== null) {
    if (expressionHolds(plugin.namespaceLabels, namespace.metadata?.labels) === false) return 'namespace-labels';
  }
  if (plugin.labels !== null && expressionHolds(plugin.labels, metadata?.labels) === false) return 'labels';
  return plugin.noEndpoints && spec?.clusterIP === 'None' ? 'no-endpoints' : null;
}
