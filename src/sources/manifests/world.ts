/** A set of manifests as a cluster: what is written, the Pods that its templates make, and the slices that controllers would write. */
import type { Locate } from '../../facts/place.ts';
import { keyOf, listOf, RESOURCES, type ResourceName } from '../../facts/resources.ts';
import type { Answer, Snapshot } from '../../facts/snapshot.ts';
import type { DaemonSet, EndpointSlice, Endpoints, KubeObject, Pod, Service } from '../../facts/wire.ts';
import { deriveSlices, selectsPods } from '../../model/endpoints.ts';
import { planned, plannedFrom } from '../../model/planned-pods.ts';
import { projectObject, TARGET_PORT_OMITTED } from '../project.ts';
import { isJudged, isNamespaced, mayMakePods } from './kinds.ts';
import type { Manifest } from './manifest.ts';
import { mirrored } from './mirrored.ts';
import { locatorOf, type Origin } from './places.ts';
import { templatesOf } from './templates.ts';

export interface World {
  snapshot: Snapshot;
  locate: Locate;
}

export interface WorldOptions {
  /** Given by `-n`; null = not given. */
  namespace: string | null;
  /** ISO time of the run: the "now" of every rule. */
  now: string;
}

/** What files can say whole. The rest only a cluster can tell. */
export const WRITTEN: ReadonlySet<ResourceName> = new Set([
  'services',
  'pods',
  'configmaps',
  'endpoints',
  'endpointslices',
  'deployments',
  'statefulsets',
  'daemonsets',
  'ingresses',
  'networkpolicies',
  'poddisruptionbudgets',
  'httproutes',
  'grpcroutes',
  'gateways',
  'referencegrants',
  'peerauthentications',
  'authorizationpolicies',
  'servicemonitors',
  'validatingwebhookconfigurations',
  'mutatingwebhookconfigurations',
  'apiservices',
]);

/** More Pods of one template tell a rule nothing more. */
const MOST_PODS = 20;
const FALLBACK = 'default';

/** The namespace of objects that name none: `-n`, else the only one that the others name. */
export function homeOf(manifests: readonly Manifest[], given: string | null): string {
  if (given !== null) return given;
  const named = new Set(manifests.flatMap(({ namespace }) => namespace ?? []));
  const [only] = named;
  return named.size === 1 && only !== undefined ? only : FALLBACK;
}

/** The last of those that are written twice, as a second apply would leave it. */
export function lastOf(manifests: readonly Manifest[]): readonly Manifest[] {
  const byKey = new Map(manifests.map((one) => [keyText(one), one]));
  return [...byKey.values()];
}

function keyText({ apiVersion, kind, object }: Manifest): string {
  const { namespace, name } = object.metadata ?? {};
  return `${isJudged(apiVersion, kind) ? '' : apiVersion} ${kind} ${namespace ?? ''}/${name}`;
}

/** The manifest in its namespace. */
export function settled(manifest: Manifest, home: string): Manifest {
  const { object, kind, namespace } = manifest;
  const { namespace: _, ...metadata } = object.metadata ?? {};
  const placed = isNamespaced(kind) ? { ...metadata, namespace: namespace ?? home } : metadata;
  return { ...manifest, object: { ...object, metadata: placed } };
}

/** What the API server fills in, and which ports had no targetPort before it did. */
function served(service: Service): Service {
  const ports = service.spec?.ports ?? [];
  const omitted = ports.flatMap(({ targetPort }, index) => (targetPort === undefined ? [index] : [])).join(',');
  const annotations = { ...service.metadata?.annotations, [TARGET_PORT_OMITTED]: omitted };
  return {
    ...service,
    metadata: omitted === '' ? { ...service.metadata } : { ...service.metadata, annotations },
    // 0 is no port: the API server refuses it as it refuses none
    spec: { type: 'ClusterIP', ...service.spec, ports: ports.map((port) => ({ ...port, port: port.port ?? 0 })) },
  };
}

/** An object as it is listed: of a DaemonSet, how many Pods it wants is told by its status; one stands for all. */
export function listed({ kind, object }: Manifest): KubeObject {
  const kept = projectObject({ ...object, kind });
  if (kind === 'Service') return served(kept as Service);
  if (kind !== 'DaemonSet') return kept;
  const status = { desiredNumberScheduled: 1, currentNumberScheduled: 1, numberMisscheduled: 0, numberReady: 0 };
  return { ...kept, status } as DaemonSet;
}

export interface PlannedPods {
  pods: readonly Pod[];
  origins: ReadonlyMap<string, Origin>;
}

/** The Pods that the manifests write or make. */
export function podsOf(manifests: readonly Manifest[]): PlannedPods {
  const pods: Pod[] = [];
  const origins = new Map<string, Origin>();
  const add = (pod: Pod, origin: Origin): void => {
    const key = `Pod ${pod.metadata?.namespace}/${pod.metadata?.name}`;
    if (origins.has(key)) return;
    const written = { oddities: [], hasNamespace: origin.manifest.namespace !== null };
    pods.push({ ...projectObject(planned(pod, pods.length)), written });
    origins.set(key, origin);
  };
  for (const manifest of manifests) {
    const { apiVersion, kind, object } = manifest;
    const { namespace = '', name = '' } = object.metadata ?? {};
    if (kind === 'Pod' && apiVersion === 'v1') {
      const { spec } = object as Pod;
      const pod = { ...object, spec: { ...spec, containers: spec?.containers ?? [] } };
      add(pod, { manifest, template: null, derived: false });
    }
    for (const { template, path, replicas } of templatesOf(manifest)) {
      const maker = { apiVersion, kind, name, namespace };
      for (let index = 0; index < Math.min(replicas, MOST_PODS); index++) {
        add(plannedFrom(maker, template, index), { manifest, template: path, derived: false });
      }
    }
  }
  return { pods, origins };
}

function slicesOf(
  services: readonly Service[],
  pods: readonly Pod[],
  written: readonly KubeObject[],
): readonly EndpointSlice[] {
  const derived = services.filter(selectsPods).flatMap((service) => deriveSlices(service, pods, null));
  const slices = written.filter((one): one is EndpointSlice => one.kind === 'EndpointSlice');
  const endpoints = written.filter((one): one is Endpoints => one.kind === 'Endpoints');
  return [...slices, ...derived, ...mirrored(services, endpoints)];
}

function answersOf(objects: readonly KubeObject[]): Record<string, Answer> {
  const names = Object.keys(RESOURCES) as ResourceName[];
  return Object.fromEntries(
    names.map((resource): [string, Answer] => [
      keyOf(listOf(resource)),
      WRITTEN.has(resource)
        ? { known: true, complete: true, items: objects.filter(({ kind }) => kind === RESOURCES[resource].kind) }
        : { known: false, why: 'not-in-manifests', detail: null },
    ]),
  );
}

export function originsOf(manifests: readonly Manifest[], slices: readonly EndpointSlice[]): Map<string, Origin> {
  const origins = new Map(
    manifests.map((manifest): [string, Origin] => {
      const { namespace, name } = manifest.object.metadata ?? {};
      const key = `${manifest.kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
      return [key, { manifest, template: null, derived: false }];
    }),
  );
  for (const { metadata } of slices) {
    const key = `EndpointSlice ${metadata?.namespace}/${metadata?.name}`;
    const service = origins.get(`Service ${metadata?.namespace}/${metadata?.labels?.['kubernetes.io/service-name']}`);
    if (service !== undefined && !origins.has(key)) origins.set(key, { ...service, derived: true });
  }
  return origins;
}

/** The world of one set, which asks about all its Services. Never throws. */
export function worldOf(set: readonly Manifest[], { namespace, now }: WorldOptions): World {
  const home = homeOf(set, namespace);
  const manifests = lastOf(set.map((manifest) => settled(manifest, home)));
  const judged = manifests.filter(({ apiVersion, kind }) => isJudged(apiVersion, kind));
  const written = judged.filter(({ kind }) => kind !== 'Pod').map(listed);
  const { pods, origins } = podsOf(manifests);
  const services = written.filter((object): object is Service => object.kind === 'Service');
  const slices = slicesOf(services, pods, written);
  const objects = [...written.filter(({ kind }) => kind !== 'EndpointSlice'), ...pods, ...slices];
  const asked = services.map(({ metadata }) => ({
    namespace: metadata?.namespace ?? '',
    name: metadata?.name ?? '',
  }));
  const makers = manifests.filter(({ apiVersion, kind }) => mayMakePods(apiVersion, kind));
  return {
    snapshot: {
      source: 'manifests',
      context: null,
      server: null,
      collectedAt: now,
      ask: { services: asked, namespace: home, caller: null },
      answers: answersOf(objects),
      makers: makers.map(({ kind, name }) => `${kind} ${name}`),
    },
    locate: locatorOf(new Map([...origins, ...originsOf(judged, slices), ...customOrigins(manifests)])),
  };
}

/** Custom resources are found by kind and name as well. */
export function customOrigins(manifests: readonly Manifest[]): readonly [string, Origin][] {
  return manifests
    .filter(({ apiVersion, kind }) => !isJudged(apiVersion, kind))
    .map((manifest) => {
      const { namespace, name } = manifest.object.metadata ?? {};
      const [template] = templatesOf(manifest);
      return [`${manifest.kind} ${namespace}/${name}`, { manifest, template: template?.path ?? null, derived: false }];
    });
}
