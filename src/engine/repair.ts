/** What-if: the world as it would be after a patch, with everything that controllers derive from it made anew. */
import { withReplaced } from '../facts/grouped.ts';
import { type Answer, inNamespace, type Snapshot } from '../facts/snapshot.ts';
import type { DaemonSet, Deployment, KubeObject, Pod, Service, StatefulSet } from '../facts/wire.ts';
import { applyPatch } from '../model/apply-patch.ts';
import { DNS_NAMESPACE } from '../model/dns-service.ts';
import { deriveSlices, matchedPods, selectsPods } from '../model/endpoints.ts';
import type { Patch } from '../model/patch.ts';
import { predictPods, recovered } from '../model/predict-pods.ts';
import { isLive } from '../model/readiness.ts';
import { plannedBy, podsOf, type Workload, workloadsOf } from '../model/workloads.ts';

const KINDS = {
  service: 'services',
  deployment: 'deployments',
  statefulset: 'statefulsets',
  daemonset: 'daemonsets',
} as const;

type Items = readonly KubeObject[];

/** A list that is made when somebody looks at it. */
function lazily(complete: boolean, make: () => Items): Answer {
  let items: Items | null = null;
  return {
    known: true,
    complete,
    get items() {
      items ??= make();
      return items;
    },
  };
}

/**
 * Changes every list of the resource that covers the namespace; a list narrowed by labels holds no more than was asked for and is left
 * alone. Of a list of all namespaces the part that is this namespace's is kept beside it, and that of kube-system, so that few need to
 * look at the whole.
 */
function mapLists(snapshot: Snapshot, resource: string, namespace: string, change: (items: Items) => Items): Snapshot {
  const [own, all] = [`${resource}/${namespace}`, `${resource}/*`];
  const answers: Record<string, Answer> = { ...snapshot.answers };
  const wide = answers[all];
  if (wide?.known && 'items' in wide) {
    for (const place of [namespace, DNS_NAMESPACE])
      answers[`${resource}/${place}`] ??= {
        known: true,
        complete: wide.complete,
        items: inNamespace(wide.items, place),
      };
    answers[all] = lazily(wide.complete, () => change(wide.items));
  }
  const narrow = answers[own];
  if (narrow?.known && 'items' in narrow) answers[own] = { ...narrow, items: change(narrow.items) };
  return { ...snapshot, answers };
}

function listIn(snapshot: Snapshot, resource: string, namespace: string): Items {
  for (const key of [`${resource}/${namespace}`, `${resource}/*`]) {
    const answer = snapshot.answers[key];
    if (answer?.known && 'items' in answer) return inNamespace(answer.items, namespace);
  }
  return [];
}

/** The snapshot after the patch, or null when the object is not in it. Pods of a patched workload are predicted from its template. */
export function repaired(snapshot: Snapshot, patch: Patch): Snapshot | null {
  const resource = KINDS[patch.kind];
  const before = listIn(snapshot, resource, patch.namespace).find(({ metadata }) => metadata?.name === patch.name);
  if (before === undefined) return null;
  const after = applyPatch(before, patch);
  let world = mapLists(snapshot, resource, patch.namespace, (items) => withReplaced(items, before, after));
  if (patch.kind !== 'service') world = withPredictedPods(world, patch, after);
  return withDerivedSlices(world, patch.namespace, patch.kind === 'service' ? patch.name : null);
}

/**
 * The snapshot in which the Pods behind the Service serve, whatever held them back: those that it selects are Ready, those that a
 * workload owes it exist, and the slices follow. Null for a Service that selects no Pods.
 */
export function withPodsRecovered(snapshot: Snapshot, namespace: string, name: string): Snapshot | null {
  const services = listIn(snapshot, 'services', namespace) as readonly Service[];
  const service = services.find(({ metadata }) => metadata?.name === name);
  if (service === undefined || !selectsPods(service)) return null;
  const pods = listIn(snapshot, 'pods', namespace) as readonly Pod[];
  const at = snapshot.collectedAt;
  const chosen = matchedPods(service, pods).filter(isLive);
  const indebted = plannedBy(service.spec?.selector, workloadsIn(snapshot, namespace)).filter(
    (workload) => podsOf(workload, chosen).length < workload.replicas,
  );
  const predicted = indebted.map((workload) => predictPods(workload, pods, at));
  const recoveredPods = new Map(chosen.map((pod, index) => [pod.metadata?.uid, recovered(pod, index, at)]));
  const replaced = new Set(predicted.flatMap((one) => [...one.replaced]));
  const world = mapLists(snapshot, 'pods', namespace, (items) => [
    ...items
      .filter((item) => !replaced.has(item.metadata?.uid ?? ''))
      .map((item) => recoveredPods.get(item.metadata?.uid) ?? item),
    ...predicted.flatMap(({ made }) => made),
  ]);
  return withDerivedSlices(world, namespace, name);
}

function workloadsIn(snapshot: Snapshot, namespace: string): readonly Workload[] {
  return workloadsOf(
    listIn(snapshot, 'deployments', namespace) as readonly Deployment[],
    listIn(snapshot, 'statefulsets', namespace) as readonly StatefulSet[],
    listIn(snapshot, 'daemonsets', namespace) as readonly DaemonSet[],
  );
}

function withPredictedPods(world: Snapshot, patch: Patch, after: KubeObject): Snapshot {
  const workload = workloadsOf(
    patch.kind === 'deployment' ? [after] : [],
    patch.kind === 'statefulset' ? [after] : [],
    patch.kind === 'daemonset' ? [after] : [],
  )[0];
  if (workload === undefined) return world;
  const pods = predictPods(workload, listIn(world, 'pods', patch.namespace) as readonly Pod[], world.collectedAt);
  return mapLists(world, 'pods', patch.namespace, (items) => [
    ...items.filter((item) => !pods.replaced.has(item.metadata?.uid ?? '')),
    ...pods.made,
  ]);
}

/** Slices made anew for the Service of that name, or for all of the namespace that select Pods. */
function withDerivedSlices(world: Snapshot, namespace: string, only: string | null): Snapshot {
  const pods = listIn(world, 'pods', namespace) as readonly Pod[];
  const services = (listIn(world, 'services', namespace) as readonly Service[]).filter(
    (service) => selectsPods(service) && (only === null || service.metadata?.name === only),
  );
  const names = new Set(services.map((service) => service.metadata?.name));
  const made = services.flatMap((service) => deriveSlices(service, pods, null));
  return mapLists(world, 'endpointslices', namespace, (items) => [
    ...items.filter((item) => {
      const service = item.metadata?.labels?.['kubernetes.io/service-name'];
      return item.metadata?.namespace !== namespace || !names.has(service);
    }),
    ...made,
  ]);
}
