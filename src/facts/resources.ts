/** The one table of what the doctor may read. Requests, permissions and the words of `-v` all come from here. */
import type { Permission } from './fact.ts';

export interface Resource {
  group: string;
  version: string;
  kind: string;
  namespaced: boolean;
  /** True for kinds that come with an add-on: where it is not installed, nobody is granted them either. */
  addon?: true;
}

export const RESOURCES = {
  namespaces: { group: '', version: 'v1', kind: 'Namespace', namespaced: false },
  nodes: { group: '', version: 'v1', kind: 'Node', namespaced: false },
  services: { group: '', version: 'v1', kind: 'Service', namespaced: true },
  pods: { group: '', version: 'v1', kind: 'Pod', namespaced: true },
  events: { group: '', version: 'v1', kind: 'Event', namespaced: true },
  configmaps: { group: '', version: 'v1', kind: 'ConfigMap', namespaced: true },
  persistentvolumeclaims: { group: '', version: 'v1', kind: 'PersistentVolumeClaim', namespaced: true },
  persistentvolumes: { group: '', version: 'v1', kind: 'PersistentVolume', namespaced: false },
  resourcequotas: { group: '', version: 'v1', kind: 'ResourceQuota', namespaced: true },
  storageclasses: { group: 'storage.k8s.io', version: 'v1', kind: 'StorageClass', namespaced: false },
  endpoints: { group: '', version: 'v1', kind: 'Endpoints', namespaced: true },
  endpointslices: { group: 'discovery.k8s.io', version: 'v1', kind: 'EndpointSlice', namespaced: true },
  deployments: { group: 'apps', version: 'v1', kind: 'Deployment', namespaced: true },
  statefulsets: { group: 'apps', version: 'v1', kind: 'StatefulSet', namespaced: true },
  daemonsets: { group: 'apps', version: 'v1', kind: 'DaemonSet', namespaced: true },
  poddisruptionbudgets: { group: 'policy', version: 'v1', kind: 'PodDisruptionBudget', namespaced: true },
  clusterroles: { group: 'rbac.authorization.k8s.io', version: 'v1', kind: 'ClusterRole', namespaced: false },
  servicecidrs: { group: 'networking.k8s.io', version: 'v1', kind: 'ServiceCIDR', namespaced: false },
  ingresses: { group: 'networking.k8s.io', version: 'v1', kind: 'Ingress', namespaced: true },
  networkpolicies: { group: 'networking.k8s.io', version: 'v1', kind: 'NetworkPolicy', namespaced: true },
  validatingwebhookconfigurations: {
    group: 'admissionregistration.k8s.io',
    version: 'v1',
    kind: 'ValidatingWebhookConfiguration',
    namespaced: false,
  },
  mutatingwebhookconfigurations: {
    group: 'admissionregistration.k8s.io',
    version: 'v1',
    kind: 'MutatingWebhookConfiguration',
    namespaced: false,
  },
  apiservices: { group: 'apiregistration.k8s.io', version: 'v1', kind: 'APIService', namespaced: false },
  ciliumnetworkpolicies: {
    group: 'cilium.io',
    version: 'v2',
    kind: 'CiliumNetworkPolicy',
    namespaced: true,
    addon: true,
  },
  ciliumclusterwidenetworkpolicies: {
    group: 'cilium.io',
    version: 'v2',
    kind: 'CiliumClusterwideNetworkPolicy',
    namespaced: false,
    addon: true,
  },
  globalnetworkpolicies: {
    group: 'crd.projectcalico.org',
    version: 'v1',
    kind: 'GlobalNetworkPolicy',
    namespaced: false,
    addon: true,
  },
  felixconfigurations: {
    group: 'crd.projectcalico.org',
    version: 'v1',
    kind: 'FelixConfiguration',
    namespaced: false,
    addon: true,
  },
  ingressclasses: { group: 'networking.k8s.io', version: 'v1', kind: 'IngressClass', namespaced: false },
  httproutes: { group: 'gateway.networking.k8s.io', version: 'v1', kind: 'HTTPRoute', namespaced: true, addon: true },
  grpcroutes: { group: 'gateway.networking.k8s.io', version: 'v1', kind: 'GRPCRoute', namespaced: true, addon: true },
  gateways: { group: 'gateway.networking.k8s.io', version: 'v1', kind: 'Gateway', namespaced: true, addon: true },
  referencegrants: {
    group: 'gateway.networking.k8s.io',
    version: 'v1beta1',
    kind: 'ReferenceGrant',
    namespaced: true,
    addon: true,
  },
  peerauthentications: {
    group: 'security.istio.io',
    version: 'v1',
    kind: 'PeerAuthentication',
    namespaced: true,
    addon: true,
  },
  authorizationpolicies: {
    group: 'security.istio.io',
    version: 'v1',
    kind: 'AuthorizationPolicy',
    namespaced: true,
    addon: true,
  },
  servicemonitors: {
    group: 'monitoring.coreos.com',
    version: 'v1',
    kind: 'ServiceMonitor',
    namespaced: true,
    addon: true,
  },
} as const satisfies Record<string, Resource>;

export type ResourceName = keyof typeof RESOURCES;

/** The kinds of caller that `--from` takes, and where each is read. */
export const CALLER_RESOURCES = {
  Pod: 'pods',
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
  Namespace: 'namespaces',
  Node: 'nodes',
} as const satisfies Record<string, ResourceName>;

export type CallerKind = keyof typeof CALLER_RESOURCES;

/** Reads the object that calls. A node and a namespace are in no namespace themselves. */
export function callerRequest(caller: { namespace: string; kind: CallerKind; name: string }): ObjectRequest {
  const resource = CALLER_RESOURCES[caller.kind];
  return objectOf(resource, RESOURCES[resource].namespaced ? caller.namespace : null, caller.name);
}

/**
 * One thing to read. `namespace` null = all namespaces (or a cluster-scoped resource). `name` null = a list.
 * `labelSelector` narrows a list on the server.
 */
export interface ObjectRequest {
  type: 'objects';
  resource: ResourceName;
  namespace: string | null;
  name: string | null;
  labelSelector: string | null;
}

/** The last lines of one container's log. */
export interface LogRequest {
  type: 'log';
  namespace: string;
  pod: string;
  container: string;
  previous: boolean;
}

export type FactRequest = ObjectRequest | LogRequest;

export function listOf(
  resource: ResourceName,
  namespace: string | null = null,
  labelSelector: string | null = null,
): ObjectRequest {
  return { type: 'objects', resource, namespace, name: null, labelSelector };
}

export function objectOf(resource: ResourceName, namespace: string | null, name: string): ObjectRequest {
  return { type: 'objects', resource, namespace, name, labelSelector: null };
}

export function logOf(namespace: string, pod: string, container: string, previous: boolean): LogRequest {
  return { type: 'log', namespace, pod, container, previous };
}

/** The key under which a snapshot keeps the answer: `pods/shop`, `nodes/*`, `configmaps/kube-system/kubelet-config`, `pods/*?app=web`. */
export function keyOf(request: FactRequest): string {
  if (request.type === 'log') {
    return `log/${request.namespace}/${request.pod}/${request.container}${request.previous ? '?previous' : ''}`;
  }
  const { resource, namespace, name, labelSelector } = request;
  return `${resource}/${namespace ?? '*'}${name === null ? '' : `/${name}`}${labelSelector === null ? '' : `?${labelSelector}`}`;
}

/** The path of the request below the API server's address, without paging parameters. */
export function pathOf(request: FactRequest): string {
  const enc = encodeURIComponent;
  if (request.type === 'log') {
    const { namespace, pod, container, previous } = request;
    return `/api/v1/namespaces/${enc(namespace)}/pods/${enc(pod)}/log?container=${enc(container)}&tailLines=200&limitBytes=262144&timestamps=true${previous ? '&previous=true' : ''}`;
  }
  const { group, version } = RESOURCES[request.resource];
  const base = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const scope = request.namespace === null ? '' : `/namespaces/${enc(request.namespace)}`;
  const name = request.name === null ? '' : `/${enc(request.name)}`;
  const selector = request.labelSelector === null ? '' : `?labelSelector=${enc(request.labelSelector)}`;
  return `${base}${scope}/${request.resource}${name}${selector}`;
}

/** What the user must be allowed to do for this request to be answered. */
export function permissionOf(request: FactRequest): Permission {
  if (request.type === 'log') return { verb: 'get', group: '', resource: 'pods/log', namespace: request.namespace };
  return {
    verb: request.name === null ? 'list' : 'get',
    group: RESOURCES[request.resource].group,
    resource: request.resource,
    namespace: request.namespace,
  };
}

/** The request in words: `pods of shop`, `configmap kube-system/kubelet-config`, `log of shop/web-1 (web)`. */
export function wordsOf(request: FactRequest): string {
  if (request.type === 'log') {
    return `${request.previous ? 'previous log' : 'log'} of ${request.namespace}/${request.pod} (${request.container})`;
  }
  const { resource, namespace, name, labelSelector } = request;
  if (name !== null) {
    return `${RESOURCES[resource].kind} ${namespace === null ? '' : `${namespace}/`}${name}`;
  }
  const where = namespace === null ? (RESOURCES[resource].namespaced ? ' of all namespaces' : '') : ` of ${namespace}`;
  return `${resource}${where}${labelSelector === null ? '' : ` with ${labelSelector}`}`;
}
