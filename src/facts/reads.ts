/** Every right that a diagnosis may need, and where it needs it: what `access` asks about, and what its Roles grant. */
import type { Permission } from './fact.ts';
import { RESOURCES, type Resource, type ResourceName } from './resources.ts';

/** `home` = the namespace of the Service; `cluster` = all namespaces, or what belongs to none; else the namespace of that name. */
export type Place = 'home' | 'cluster' | 'kube-system' | 'istio-system';

/** `always` = by every diagnosis; `sign` = only where something leads there; `caller` = only for `--from`. */
export type Occasion = 'always' | 'sign' | 'caller';

type Readable = ResourceName | 'pods/log';

export interface Read {
  verb: Permission['verb'];
  resource: Readable;
  place: Place;
  when: Occasion;
  /** The only objects that are read; none = any. */
  names: readonly string[];
}

function reads(
  verb: Permission['verb'],
  place: Place,
  when: Occasion,
  resources: readonly Readable[],
  names: readonly string[] = [],
): readonly Read[] {
  return resources.map((resource) => ({ verb, resource, place, when, names }));
}

const IN_KUBE_SYSTEM = ['cilium-config', 'coredns', 'coredns-custom', 'kube-proxy', 'kubelet-config'];

/** In the order in which they are told. A law compares them with what the fetch plan asks for over all scenarios. */
export const READS: readonly Read[] = [
  ...reads('get', 'home', 'always', ['namespaces']),
  ...reads('list', 'home', 'always', ['services', 'pods', 'endpointslices']),
  ...reads('list', 'home', 'always', ['deployments', 'statefulsets', 'daemonsets']),
  ...reads('list', 'kube-system', 'always', ['services', 'pods', 'endpointslices', 'daemonsets']),
  ...reads('list', 'cluster', 'always', ['nodes']),
  ...reads('list', 'home', 'sign', ['events']),
  ...reads('get', 'home', 'sign', ['pods/log', 'configmaps', 'endpoints']),
  ...reads('list', 'home', 'sign', ['ingresses', 'networkpolicies', 'persistentvolumeclaims', 'resourcequotas']),
  ...reads('list', 'home', 'sign', ['poddisruptionbudgets']),
  ...reads('list', 'home', 'sign', ['ciliumnetworkpolicies', 'httproutes', 'grpcroutes', 'referencegrants']),
  ...reads('list', 'home', 'sign', ['servicemonitors']),
  ...reads('list', 'home', 'sign', ['authorizationpolicies', 'peerauthentications']),
  ...reads('get', 'home', 'caller', ['pods', 'deployments', 'statefulsets', 'daemonsets']),
  ...reads('list', 'kube-system', 'sign', ['deployments', 'statefulsets', 'events', 'networkpolicies']),
  ...reads('get', 'kube-system', 'sign', ['pods/log']),
  ...reads('get', 'kube-system', 'sign', ['configmaps'], IN_KUBE_SYSTEM),
  ...reads('list', 'istio-system', 'sign', ['peerauthentications']),
  ...reads('list', 'cluster', 'sign', ['services', 'pods', 'endpointslices', 'daemonsets', 'namespaces']),
  ...reads('list', 'cluster', 'sign', ['networkpolicies', 'ciliumclusterwidenetworkpolicies', 'globalnetworkpolicies']),
  ...reads('list', 'cluster', 'sign', ['persistentvolumes', 'storageclasses', 'servicecidrs', 'ingressclasses']),
  ...reads('list', 'cluster', 'sign', ['httproutes']),
  ...reads('list', 'cluster', 'sign', ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations']),
  ...reads('list', 'cluster', 'sign', ['apiservices']),
  ...reads('get', 'cluster', 'sign', ['gateways']),
  ...reads('get', 'cluster', 'sign', ['clusterroles'], ['system:coredns']),
  ...reads('get', 'cluster', 'sign', ['felixconfigurations'], ['default']),
];

/** The API group of what is read. */
export function groupOf({ resource }: Read): string {
  return resource === 'pods/log' ? '' : RESOURCES[resource].group;
}

/** `/apis/networking.istio.io/v1` of a kind that comes with an add-on: where it is not served there is nothing to read; null for others. */
export function addonPath({ resource }: Read): string | null {
  if (resource === 'pods/log') return null;
  const { addon, group, version }: Resource = RESOURCES[resource];
  return addon === true ? `/apis/${group}/${version}` : null;
}

/** The namespace in which it is read; null = cluster-wide. */
export function namespaceOf({ place }: Read, home: string): string | null {
  if (place === 'cluster') return null;
  return place === 'home' ? home : place;
}

/** The right itself, for a Service of `home`. */
export function permissionFor(read: Read, home: string): Permission {
  return { verb: read.verb, group: groupOf(read), resource: read.resource, namespace: namespaceOf(read, home) };
}
