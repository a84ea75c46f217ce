/** What makes the API server itself call a Service: admission webhooks and aggregated APIs, as far as they are kept. */
import type { KubeObject } from './wire.ts';
import type { Condition } from './wire-entrance.ts';

export interface ServiceReference {
  namespace?: string;
  name?: string;
  /** 443 where it is left out. */
  port?: number;
}

export interface Webhook {
  name?: string;
  /** Without a Service it calls a URL outside. */
  clientConfig?: { service?: ServiceReference };
  failurePolicy?: string;
  rules?: readonly {
    operations?: readonly string[];
    apiGroups?: readonly string[];
    resources?: readonly string[];
  }[];
}

export interface WebhookConfiguration extends KubeObject {
  webhooks?: readonly Webhook[];
}

export interface APIService extends KubeObject {
  /** Without a Service the API server serves the API itself. */
  spec?: { group?: string; version?: string; service?: ServiceReference | null };
  status?: { conditions?: readonly Condition[] };
}
