/** Gates that the Service itself closes. */
import type { Service } from '../facts/wire.ts';
import { familiesOf, selectsPods } from '../model/endpoints.ts';
import { nearnessOf } from '../model/topology.ts';
import type { GateOf } from './gate.ts';

export type ServiceGate =
  | 'alias'
  | 'exposed'
  | 'hand-made'
  | 'families'
  | 'absent'
  | 'marked'
  | 'preferring'
  | 'kube-proxy';

function isInside({ type, externalIPs, loadBalancerIP, loadBalancerClass }: NonNullable<Service['spec']>): boolean {
  const outside = type === 'NodePort' || type === 'LoadBalancer';
  return !outside && (externalIPs ?? []).length === 0 && (loadBalancerIP ?? loadBalancerClass) === undefined;
}

function isLocal({ internalTrafficPolicy, externalTrafficPolicy }: NonNullable<Service['spec']>): boolean {
  return internalTrafficPolicy === 'Local' || externalTrafficPolicy === 'Local';
}

/** An annotation by which Kubernetes itself is told something about the Service. */
function hasOwnAnnotation(annotations: Record<string, string> | undefined): boolean {
  return annotations !== undefined && Object.keys(annotations).some((key) => key.startsWith('service.'));
}

export const SERVICE_GATES: Readonly<Record<ServiceGate, GateOf>> = {
  alias: {
    why: 'the Service is not of type ExternalName',
    spares: 'not-applicable',
    isClosed: ({ service }) => service.spec?.type !== 'ExternalName',
  },
  exposed: {
    why: 'the Service is not open to the outside',
    spares: 'not-applicable',
    isClosed: ({ service }) => service.spec !== undefined && isInside(service.spec),
  },
  'hand-made': {
    why: 'a controller makes the endpoints of the Service, or it needs none',
    spares: 'not-applicable',
    isClosed: ({ service }) => selectsPods(service) || service.spec?.type === 'ExternalName',
  },
  families: {
    why: 'the Service serves IPv4 alone',
    spares: 'not-applicable',
    isClosed: ({ service }) => familiesOf(service).join() === 'IPv4',
  },
  absent: {
    why: 'the Service and its namespace are there to stay',
    spares: 'pass',
    also: ['namespace'],
    isClosed: ({ service, services, read }) => {
      const namespace = read('namespace');
      return (
        namespace.known &&
        namespace.value !== null &&
        namespace.value.status?.phase !== 'Terminating' &&
        service.metadata?.deletionTimestamp === undefined &&
        services.includes(service)
      );
    },
  },
  marked: {
    why: 'the Service has a cluster IP, and neither labels nor annotations nor fields that are out of the ordinary',
    spares: 'pass',
    isClosed: ({ service: { spec, metadata }, slices }) =>
      spec !== undefined &&
      isInside(spec) &&
      spec.type !== 'ExternalName' &&
      spec.clusterIP !== undefined &&
      spec.clusterIP !== '' &&
      spec.clusterIP !== 'None' &&
      spec.ports?.every(({ name, appProtocol }) => !/grpc|h2c|http2/i.test(appProtocol ?? name ?? '')) === true &&
      !hasOwnAnnotation(metadata?.annotations) &&
      metadata?.labels?.['service.kubernetes.io/service-proxy-name'] === undefined &&
      slices.every(
        ({ metadata: slice }) =>
          slice?.labels?.['service.kubernetes.io/service-proxy-name'] === undefined &&
          slice?.labels?.['service.kubernetes.io/headless'] === undefined,
      ),
  },
  preferring: {
    why: 'the Service spreads calls over all of its endpoints',
    spares: 'not-applicable',
    isClosed: ({ service }) =>
      service.spec !== undefined &&
      !isLocal(service.spec) &&
      service.spec.sessionAffinity !== 'ClientIP' &&
      nearnessOf(service) === null,
  },
  'kube-proxy': {
    why: 'the Service asks nothing of the nodes but TCP to any endpoint',
    spares: 'not-applicable',
    also: ['systemWorkloads', 'systemPods', 'nodes'],
    isClosed: ({ service: { spec } }) =>
      spec !== undefined && !isLocal(spec) && spec.ports?.some(({ protocol }) => protocol === 'UDP') !== true,
  },
};
