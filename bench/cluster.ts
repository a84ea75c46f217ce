/** A cluster in memory: namespaces of 50 Services with ten Pods each, made from the healthy world of the scenarios. One Service a namespace selects nothing. */
import type { Answer, Snapshot } from '../src/facts/snapshot.ts';
import type { EndpointSlice, KubeObject, Pod, Service } from '../src/facts/wire.ts';
import { deriveSlices } from '../src/model/endpoints.ts';
import { objectsOf } from '../test/support/scenario.ts';

const A_NAMESPACE = 50;
const PODS = 10;
const HEALTHY = objectsOf({ title: 'bench', kind: 'silent', expect: {} });

function one<T extends KubeObject>(kind: string): T {
  const found = HEALTHY.find((object) => object.kind === kind && object.metadata?.namespace === 'shop');
  if (found === undefined) throw new Error(`the healthy world has no ${kind}`);
  return found as T;
}

function renamed<T extends KubeObject>(object: T, name: string, namespace: string): T {
  const text = JSON.stringify(object).replaceAll('"web"', `"${name}"`).replaceAll('"shop"', `"${namespace}"`);
  return JSON.parse(text) as T;
}

/** The objects of one Service: itself, its Deployment, its Pods with their own names and addresses, and the slices of them. */
function ofService(index: number, namespace: string): readonly KubeObject[] {
  const name = `web-${index}`;
  const service = renamed(one<Service>('Service'), name, namespace);
  const template = one<Pod>('Pod');
  const pods = Array.from({ length: PODS }, (_, at): Pod => {
    const pod = renamed(template, name, namespace);
    const address = `10.${64 + (index >> 10)}.${(index >> 2) & 255}.${(index & 3) * 64 + at}`;
    return {
      ...pod,
      metadata: { ...pod.metadata, name: `${name}-6d4f9c-${at}`, uid: `${namespace}-${name}-${at}` },
      spec: { ...pod.spec, nodeName: `worker-${1 + (at % 2)}` } as NonNullable<Pod['spec']>,
      status: { ...pod.status, podIP: address, podIPs: [{ ip: address }] },
    };
  });
  const clusterIP = `10.${96 + (index >> 14)}.${(index >> 6) & 255}.${index & 63}`;
  service.spec = { ...service.spec, clusterIP, clusterIPs: [clusterIP] };
  if (index % A_NAMESPACE === 0) service.spec = { ...service.spec, selector: { app: `${name}x` } };
  return [service, renamed(one('Deployment'), name, namespace), ...pods, ...deriveSlices(service, pods, null)];
}

const RESOURCES: Readonly<Record<string, string>> = {
  Service: 'services',
  Pod: 'pods',
  EndpointSlice: 'endpointslices',
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
  Namespace: 'namespaces',
  Node: 'nodes',
};

function nameOf({ metadata }: KubeObject): string {
  return `${metadata?.namespace ?? ''}/${metadata?.name}`;
}

/** A snapshot that asks about all Services, every kind read as one list of the whole cluster. */
export function clusterOf(services: number): Snapshot {
  const system = HEALTHY.filter(({ metadata }) => metadata?.namespace === 'kube-system' || !metadata?.namespace);
  const dns = system.filter((object): object is Service => object.kind === 'Service');
  const objects: KubeObject[] = [
    ...system,
    ...dns.flatMap((service) => deriveSlices(service, system as Pod[], null) as EndpointSlice[]),
  ];
  for (let index = 0; index < services; index++) {
    const namespace = `team-${Math.floor(index / A_NAMESPACE)}`;
    if (index % A_NAMESPACE === 0) objects.push({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    objects.push(...ofService(index, namespace));
  }
  // as an API server lists them
  objects.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const items: Record<string, KubeObject[]> = {};
  for (const resource of Object.values(RESOURCES)) items[`${resource}/*`] = [];
  for (const object of objects) items[`${RESOURCES[object.kind ?? ''] ?? ''}/*`]?.push(object);
  return {
    source: 'snapshot',
    context: null,
    server: null,
    collectedAt: '2026-01-31T09:00:00Z',
    ask: { services: [], namespace: 'default', everywhere: true, caller: null },
    answers: Object.fromEntries(
      Object.entries(items).map(([key, list]): [string, Answer] => [key, { known: true, items: list, complete: true }]),
    ),
  };
}
