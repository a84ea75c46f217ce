/** What is kept of Ingresses, routes, mesh policies and webhooks: where they lead, and no header, claim or snippet. */
import { IGNORE } from '../model/ignore-annotation.ts';
import { changed, isJson, type Json } from './project-pod.ts';

/** The annotations of an Ingress that rules read; the others may hold snippets of configuration with secrets in them. */
const READ = /(?:ingress\.class|\/(?:canary|backend-protocol|ssl-passthrough|rewrite-target|use-regex))$/;

function only(object: Json, ...keys: readonly string[]): Json {
  return Object.fromEntries(Object.entries(object).filter(([key]) => keys.includes(key)));
}

function each(value: unknown, change: (item: Json) => Json): unknown {
  return Array.isArray(value) ? value.filter(isJson).map(change) : value;
}

function ingressMetadata(value: unknown): unknown {
  return isJson(value)
    ? changed(value, 'annotations', (notes) =>
        isJson(notes)
          ? Object.fromEntries(Object.entries(notes).filter(([key]) => READ.test(key) || key === IGNORE))
          : notes,
      )
    : value;
}

function routeSpec(value: unknown): unknown {
  if (!isJson(value)) return value;
  return changed(only(value, 'parentRefs', 'hostnames', 'rules'), 'rules', (rules) =>
    each(rules, (rule) =>
      changed(only(rule, 'backendRefs'), 'backendRefs', (references) =>
        each(references, (one) => only(one, 'group', 'kind', 'name', 'namespace', 'port', 'weight')),
      ),
    ),
  );
}

function policySpec(value: unknown): unknown {
  if (!isJson(value)) return value;
  return changed(only(value, 'selector', 'targetRefs', 'action', 'rules'), 'rules', (rules) => each(rules, () => ({})));
}

/** Without the credentials and relabelling of its endpoints. */
function monitorSpec(value: unknown): unknown {
  if (!isJson(value)) return value;
  return changed(only(value, 'selector', 'namespaceSelector', 'endpoints'), 'endpoints', (endpoints) =>
    each(endpoints, (one) => only(one, 'port', 'targetPort')),
  );
}

/** Whom it calls and for what; neither the URL of one outside nor the certificates. */
function webhooks(value: unknown): unknown {
  return each(value, (webhook) =>
    changed(only(webhook, 'name', 'clientConfig', 'failurePolicy', 'rules'), 'clientConfig', (config) =>
      isJson(config) ? only(config, 'service') : config,
    ),
  );
}

const SPECS: Readonly<Record<string, (spec: unknown) => unknown>> = {
  HTTPRoute: routeSpec,
  GRPCRoute: routeSpec,
  Gateway: (spec) => (isJson(spec) ? only(spec, 'gatewayClassName') : spec),
  IngressClass: (spec) => (isJson(spec) ? only(spec, 'controller') : spec),
  AuthorizationPolicy: policySpec,
  ServiceMonitor: monitorSpec,
  APIService: (spec) => (isJson(spec) ? only(spec, 'group', 'version', 'service') : spec),
};

/** The object of one of these kinds cut down; others as they are. */
export function projectEntrance(kind: string | undefined, object: Json): Json {
  if (kind === 'Ingress') return changed(object, 'metadata', ingressMetadata);
  if (kind?.endsWith('WebhookConfiguration') === true) return changed(object, 'webhooks', webhooks);
  const cut = kind === undefined ? undefined : SPECS[kind];
  return cut === undefined ? object : changed(object, 'spec', cut);
}
