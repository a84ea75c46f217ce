/** Manifests laid over a cluster: the world as it would be after the apply. */
import { keyOf, listOf, RESOURCES, type ResourceName } from '../../facts/resources.ts';
import { type Answer, readList, type Snapshot } from '../../facts/snapshot.ts';
import type { DaemonSet, Deployment, EndpointSlice, KubeObject, Pod, Service, StatefulSet } from '../../facts/wire.ts';
import { deriveSlices, selectsPods } from '../../model/endpoints.ts';
import { matches } from '../../model/selector.ts';
import { type Workload, workloadsOf } from '../../model/workloads.ts';
import { isJudged, mayMakePods } from './kinds.ts';
import type { Manifest } from './manifest.ts';
import { locatorOf } from './places.ts';
import { laidOver, type Rollout, rolledOut } from './rollout.ts';
import { customOrigins, lastOf, listed, originsOf, settled, type World, WRITTEN } from './world.ts';

type Answers = Record<string, Answer>;

const SERVICE_NAME = 'kubernetes.io/service-name';

function itemsIn<T extends KubeObject>(snapshot: Snapshot, resource: ResourceName, namespace: string): readonly T[] {
  const list = readList<T>(snapshot, resource, namespace);
  return list.known ? list.value : [];
}

/** The answer to a request for objects of this kind, with those of the files in it. */
function over(key: string, answer: Answer, written: readonly KubeObject[]): Answer {
  if (!answer.known || !('items' in answer)) return answer;
  const namespace = key.slice(key.indexOf('/') + 1);
  const here = namespace === '*' ? written : written.filter(({ metadata }) => metadata?.namespace === namespace);
  return here.length === 0 ? answer : { ...answer, items: laidOver(answer.items, here) };
}

function withObjects(live: Snapshot, written: readonly KubeObject[]): Answers {
  const answers: Answers = { ...live.answers };
  for (const resource of Object.keys(RESOURCES) as ResourceName[]) {
    const own = written.filter(({ kind }) => kind === RESOURCES[resource].kind);
    if (own.length === 0 || !(WRITTEN.has(resource) || resource === 'namespaces')) continue;
    for (const [key, answer] of Object.entries(live.answers)) {
      if (key.startsWith(`${resource}/`) && !key.includes('?')) answers[key] = over(key, answer, own);
    }
    for (const object of own) {
      const { namespace, name } = object.metadata ?? {};
      const named = `${resource}/${namespace ?? '*'}/${name}`;
      if (answers[named] !== undefined) answers[named] = { known: true, object: alive(object) };
    }
  }
  return answers;
}

/** A namespace that is applied is there. */
function alive(object: KubeObject): KubeObject {
  return object.kind === 'Namespace' ? ({ ...object, status: { phase: 'Active' } } as KubeObject) : object;
}

function workloadsIn(snapshot: Snapshot, namespace: string): readonly Workload[] {
  return workloadsOf(
    itemsIn<Deployment>(snapshot, 'deployments', namespace),
    itemsIn<StatefulSet>(snapshot, 'statefulsets', namespace),
    itemsIn<DaemonSet>(snapshot, 'daemonsets', namespace),
  );
}

/** Replaces a namespace's list where it is known; a list of all namespaces is made to agree, one narrowed by labels is dropped. */
function replace(answers: Answers, resource: ResourceName, namespace: string, items: readonly KubeObject[]): void {
  for (const [key, answer] of Object.entries(answers)) {
    if (!key.startsWith(`${resource}/`)) continue;
    if (key.includes('?')) delete answers[key];
    else if (answer.known && 'items' in answer && key === keyOf(listOf(resource, namespace)))
      answers[key] = { ...answer, items };
    else if (answer.known && 'items' in answer && key === keyOf(listOf(resource)))
      answers[key] = {
        ...answer,
        items: [...answer.items.filter(({ metadata }) => metadata?.namespace !== namespace), ...items],
      };
  }
}

/** The Services whose endpoints the apply touches: those of the files, and whoever selects Pods that come or go. */
function touchedServices(services: readonly Service[], rollout: Rollout): readonly Service[] {
  const moving = [...rollout.gone, ...rollout.made];
  return services.filter(
    (service) =>
      service.written !== undefined || moving.some(({ metadata }) => matches(service.spec?.selector, metadata?.labels)),
  );
}

function slicesAfter(
  slices: readonly EndpointSlice[],
  touched: readonly Service[],
  pods: readonly Pod[],
): readonly EndpointSlice[] {
  const anew = touched.filter(selectsPods);
  const names = new Set(anew.map(({ metadata }) => metadata?.name));
  const rest = slices.filter(({ metadata }) => !names.has(metadata?.labels?.[SERVICE_NAME]));
  return [...rest, ...anew.flatMap((service) => deriveSlices(service, pods, null))];
}

/** The world after the apply, which asks about all Services that it touches. `home` = the namespace of objects that name none. */
export function overlayOf(live: Snapshot, set: readonly Manifest[], home: string): World {
  const manifests = lastOf(set.map((manifest) => settled(manifest, home)));
  const judged = manifests.filter(({ apiVersion, kind }) => isJudged(apiVersion, kind));
  const written = judged.filter(({ kind }) => kind !== 'Pod').map(listed);
  const laid = withObjects(live, written);
  const after: Snapshot = { ...live, answers: laid };
  // answers that were read stay as they are: what is read of them is remembered
  const answers = { ...laid };
  const asked: { namespace: string; name: string }[] = [];
  const origins = new Map(customOrigins(manifests));
  const namespaces = new Set(manifests.flatMap(({ object }) => object.metadata?.namespace ?? []));
  for (const namespace of [...namespaces].sort()) {
    const own = manifests.filter(({ object }) => object.metadata?.namespace === namespace);
    const [before, then] = [workloadsIn(live, namespace), workloadsIn(after, namespace)];
    const rollout = rolledOut(own, before, then, itemsIn<Pod>(live, 'pods', namespace));
    const touched = touchedServices(itemsIn<Service>(after, 'services', namespace), rollout);
    const slices = slicesAfter(itemsIn<EndpointSlice>(after, 'endpointslices', namespace), touched, rollout.pods);
    replace(answers, 'pods', namespace, rollout.pods);
    replace(answers, 'endpointslices', namespace, slices);
    asked.push(...touched.map(({ metadata }) => ({ namespace, name: metadata?.name ?? '' })));
    for (const [key, origin] of [...rollout.origins, ...originsOf(judged, slices)]) origins.set(key, origin);
  }
  const makers = manifests.filter(({ apiVersion, kind }) => mayMakePods(apiVersion, kind));
  return {
    snapshot: {
      ...live,
      source: 'overlay',
      ask: { services: asked, namespace: home, caller: null },
      answers,
      makers: makers.map(({ kind, name }) => `${kind} ${name}`),
    },
    locate: locatorOf(origins),
  };
}

/** The namespaces whose objects an overlay of these manifests needs. */
export function namespacesOf(set: readonly Manifest[], home: string): readonly string[] {
  const all = set.map((manifest) => settled(manifest, home).object.metadata?.namespace);
  return [...new Set(all.filter((name) => name !== undefined))].sort();
}
