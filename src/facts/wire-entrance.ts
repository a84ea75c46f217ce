/** Objects of the Gateway API and of Istio, as far as rules read them. */
import type { KubeObject } from './wire.ts';

export interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  observedGeneration?: number;
  lastTransitionTime?: string;
}

export interface ParentReference {
  group?: string;
  kind?: string;
  name: string;
  namespace?: string;
  sectionName?: string;
}

export interface BackendReference {
  group?: string;
  kind?: string;
  name: string;
  namespace?: string;
  port?: number;
  weight?: number;
}

/** An HTTPRoute or GRPCRoute. */
export interface Route extends KubeObject {
  metadata?: KubeObject['metadata'] & { generation?: number };
  spec?: {
    parentRefs?: readonly ParentReference[];
    hostnames?: readonly string[];
    rules?: readonly { backendRefs?: readonly BackendReference[] }[];
  };
  status?: { parents?: readonly { parentRef: ParentReference; conditions?: readonly Condition[] }[] };
}

export interface Gateway extends KubeObject {
  metadata?: KubeObject['metadata'] & { generation?: number };
  spec?: { gatewayClassName?: string };
  status?: { conditions?: readonly Condition[]; addresses?: readonly { value?: string }[] };
}

export interface ReferenceGrant extends KubeObject {
  spec?: {
    from?: readonly { group?: string; kind?: string; namespace?: string }[];
    to?: readonly { group?: string; kind?: string; name?: string }[];
  };
}

/** Istio: whether workloads take plain text. Without selector it is of the whole namespace. */
export interface PeerAuthentication extends KubeObject {
  spec?: {
    selector?: { matchLabels?: Record<string, string> };
    mtls?: { mode?: string };
    portLevelMtls?: Record<string, { mode?: string }>;
  };
}

/** Istio: who may call. Of its rules only their number is kept. */
export interface AuthorizationPolicy extends KubeObject {
  spec?: {
    selector?: { matchLabels?: Record<string, string> };
    targetRefs?: readonly { kind?: string; name?: string }[];
    action?: string;
    rules?: readonly object[];
  };
}

/** Of the Prometheus operator: which ports of which Services are scraped. */
export interface ServiceMonitor extends KubeObject {
  spec?: {
    selector?: {
      matchLabels?: Record<string, string>;
      matchExpressions?: { key: string; operator: string; values?: string[] }[];
    };
    namespaceSelector?: { any?: boolean; matchNames?: readonly string[] };
    endpoints?: readonly { port?: string; targetPort?: number | string }[];
  };
}
