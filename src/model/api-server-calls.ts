/** Which Services the API server itself calls: for admission webhooks, and for the APIs of extension API servers. */
import type { EndpointSlice, Service } from '../facts/wire.ts';
import type { APIService, Webhook, WebhookConfiguration } from '../facts/wire-api-server.ts';
import { endpointsOf, usableEndpoints } from './endpoints.ts';

/** The port where a reference leaves it out (admissionregistration/v1, apiregistration/v1). */
const HTTPS = 443;

export interface ApiServerCall {
  kind: 'ValidatingWebhookConfiguration' | 'MutatingWebhookConfiguration' | 'APIService';
  /** The object that asks for the call. */
  name: string;
  /** The field that names the Service: `webhooks[0].clientConfig.service`. */
  field: string;
  namespace: string;
  service: string;
  port: number;
  /** False for a webhook of failurePolicy Ignore: where it cannot be called, it is left out. */
  isStrict: boolean;
  /** What rests on the call: `CREATE of pods`, `the API metrics.k8s.io/v1beta1`. */
  purpose: string;
  /** What the API server says of its own calls, where it says that they fail (condition Available of an APIService). */
  complaint: { reason: string; message: string; since: string | undefined } | null;
}

function unique(items: readonly string[]): readonly string[] {
  return [...new Set(items)];
}

/** `CREATE, UPDATE of pods`; core resources have no group. */
function purposeOf({ rules = [] }: Webhook): string {
  const operations = unique(rules.flatMap((rule) => rule.operations ?? []));
  const resources = unique(
    rules.flatMap(({ resources: names = [], apiGroups = [] }) => {
      const [group] = apiGroups;
      return names.map((name) =>
        name.startsWith('*') ? 'all resources' : apiGroups.length === 1 && group !== '' ? `${name}.${group}` : name,
      );
    }),
  );
  const shown = resources.length > 4 ? [...resources.slice(0, 3), `${resources.length - 3} more`] : resources;
  const verbs = operations.includes('*') || operations.length === 0 ? 'every write' : operations.join(', ');
  return `${verbs} of ${shown.length === 0 ? 'what it is for' : shown.join(', ')}`;
}

/** The calls of the webhooks that are told to call a Service; those that call a URL are none. */
export function webhookCalls(
  kind: 'ValidatingWebhookConfiguration' | 'MutatingWebhookConfiguration',
  configurations: readonly WebhookConfiguration[],
): readonly ApiServerCall[] {
  return configurations.flatMap(({ metadata, webhooks = [] }) =>
    webhooks.flatMap((webhook, index): readonly ApiServerCall[] => {
      const { namespace, name, port = HTTPS } = webhook.clientConfig?.service ?? {};
      if (namespace === undefined || name === undefined) return [];
      return [
        {
          kind,
          name: metadata?.name ?? '',
          field: `webhooks[${index}].clientConfig.service`,
          namespace,
          service: name,
          port,
          isStrict: webhook.failurePolicy !== 'Ignore',
          purpose: purposeOf(webhook),
          complaint: null,
        },
      ];
    }),
  );
}

/** The calls for APIs that another server than the API server serves. */
export function apiServiceCalls(apiServices: readonly APIService[]): readonly ApiServerCall[] {
  return apiServices.flatMap(({ metadata, spec, status }): readonly ApiServerCall[] => {
    const { namespace, name, port = HTTPS } = spec?.service ?? {};
    if (namespace === undefined || name === undefined) return [];
    const available = status?.conditions?.find(({ type }) => type === 'Available');
    const { reason = '', message = '', lastTransitionTime: since } = available ?? {};
    return [
      {
        kind: 'APIService',
        name: metadata?.name ?? '',
        field: 'spec.service',
        namespace,
        service: name,
        port,
        isStrict: true,
        purpose: `the API ${spec?.group}/${spec?.version}`,
        complaint: available?.status === 'False' ? { reason, message, since } : null,
      },
    ];
  });
}

const SAYS_SO = /webhook|admission|apiserver|api-server|metrics-server|custom-metrics|external-metrics/;

/** True for a Service that by its name, labels or ports is one which the API server calls. */
function saysApiServerCalls({ metadata, spec }: Service): boolean {
  const names = [
    metadata?.name,
    ...Object.values(metadata?.labels ?? {}),
    ...(spec?.ports ?? []).map(({ name }) => name),
  ];
  // the API server's own Service
  if (metadata?.namespace === 'default' && metadata.name === 'kubernetes') return false;
  return names.some((name) => name !== undefined && SAYS_SO.test(name));
}

/** The API server calls nothing else. */
function speaksTls({ spec }: Service): boolean {
  return (spec?.ports ?? []).some(
    ({ port, name, targetPort }) => port % 1000 === HTTPS || /https|tls|ssl/.test(`${name ?? ''} ${targetPort ?? ''}`),
  );
}

/** True where it is looked at who is called by the API server: the Service is missing, is dead or depended on and may be one of those, or says that it is. */
export function isWorthAsking(
  service: Service | null,
  slices: readonly EndpointSlice[],
  isDependency: boolean,
): boolean {
  if (service === null || saysApiServerCalls(service)) return true;
  if (!speaksTls(service)) return false;
  if (isDependency) return true;
  const endpoints = endpointsOf(slices);
  return (service.spec?.ports ?? []).every((port) => usableEndpoints(port, endpoints).length === 0);
}
