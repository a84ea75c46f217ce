/** Deployments, StatefulSets and DaemonSets in one form, and which of them owns a Pod. */
import { groupedOnce } from '../facts/grouped.ts';
import type { DaemonSet, Deployment, Pod, PodTemplate, StatefulSet } from '../facts/wire.ts';
import { type Labels, matcher } from './selector.ts';

export type WorkloadKind = 'Deployment' | 'StatefulSet' | 'DaemonSet';

export interface Workload {
  kind: WorkloadKind;
  name: string;
  namespace: string;
  labels: Labels;
  /** Wanted Pods: `spec.replicas` (default 1); for a DaemonSet `status.desiredNumberScheduled`. */
  replicas: number;
  template: PodTemplate;
  selector: Labels;
  object: Deployment | StatefulSet | DaemonSet;
}

/** The three kinds in one list, ordered by kind and name as given. */
export function workloadsOf(
  deployments: readonly Deployment[],
  statefulSets: readonly StatefulSet[],
  daemonSets: readonly DaemonSet[],
): readonly Workload[] {
  return [
    ...deployments.map((object) => workload('Deployment', object, object.spec?.replicas ?? 1)),
    ...statefulSets.map((object) => workload('StatefulSet', object, object.spec?.replicas ?? 1)),
    ...daemonSets.map((object) => workload('DaemonSet', object, object.status?.desiredNumberScheduled ?? 0)),
  ];
}

function workload(kind: WorkloadKind, object: Deployment | StatefulSet | DaemonSet, replicas: number): Workload {
  return {
    kind,
    name: object.metadata?.name ?? '',
    namespace: object.metadata?.namespace ?? '',
    labels: object.metadata?.labels,
    replicas,
    template: object.spec?.template ?? {},
    selector: object.spec?.selector?.matchLabels,
    object,
  };
}

const templatesMatching = matcher((workload: Workload) => workload.template.metadata?.labels);

/** The workloads whose Pods the selector will match, by the labels of their templates. */
export function plannedBy(selector: Labels, workloads: readonly Workload[]): readonly Workload[] {
  return templatesMatching(selector, workloads);
}

export interface Owner {
  /** `Deployment`, `StatefulSet`, `Job`, `Rollout` …; `Pod` for a bare Pod. */
  kind: string;
  name: string;
}

/**
 * The top-level owner of a Pod. A ReplicaSet made by a Deployment is named DEPLOYMENT-HASH and its Pods carry that hash
 * as label pod-template-hash (Deployment controller), so the Deployment is known without reading ReplicaSets.
 */
export function ownerOf(pod: Pod): Owner {
  const controller = pod.metadata?.ownerReferences?.find((reference) => reference.controller);
  if (controller === undefined) return { kind: 'Pod', name: pod.metadata?.name ?? '' };
  if (controller.kind !== 'ReplicaSet') return { kind: controller.kind, name: controller.name };
  const hash = pod.metadata?.labels?.['pod-template-hash'] ?? pod.metadata?.labels?.['rollouts-pod-template-hash'];
  if (hash !== undefined && controller.name.endsWith(`-${hash}`)) {
    const rollout = pod.metadata?.labels?.['rollouts-pod-template-hash'] !== undefined;
    return { kind: rollout ? 'Rollout' : 'Deployment', name: controller.name.slice(0, -hash.length - 1) };
  }
  return { kind: 'ReplicaSet', name: controller.name };
}

/** The Pods by their top-level owner: `shop/Deployment web`. */
export const podsByOwner = groupedOnce((pod: Pod) => `${pod.metadata?.namespace}/${ownerText(ownerOf(pod))}`);

/** The Pods whose top-level owner is the workload. */
export function podsOf(workload: Workload, pods: readonly Pod[]): readonly Pod[] {
  return podsByOwner(pods).get(`${workload.namespace}/${ownerText(workload)}`) ?? [];
}

/** `Deployment web`; `Pod web-1` for a bare Pod. */
export function ownerText(owner: Owner): string {
  return `${owner.kind} ${owner.name}`;
}

/** True while a Deployment, StatefulSet or DaemonSet replaces its Pods: the controller has not seen the newest spec, or has old Pods left. */
export function isRollingOut(workload: Workload): boolean {
  const { metadata, status } = workload.object;
  if (status === undefined) return false;
  if ((status.observedGeneration ?? 0) < (metadata?.generation ?? 0)) return true;
  if (workload.kind === 'Deployment') {
    const deployment = workload.object as Deployment;
    const progressing = deployment.status?.conditions?.find((condition) => condition.type === 'Progressing');
    if (progressing?.reason === 'ProgressDeadlineExceeded') return false;
    return progressing?.reason === 'ReplicaSetUpdated' &&
      (deployment.status?.updatedReplicas ?? 0) < (deployment.status?.replicas ?? 0) + 1 &&
      progressing.status === 'True'
      ? (deployment.status?.updatedReplicas ?? 0) < workload.replicas ||
          (deployment.status?.replicas ?? 0) > (deployment.status?.updatedReplicas ?? 0)
      : false;
  }
  if (workload.kind === 'DaemonSet') {
    const updated = (workload.object as DaemonSet).status?.updatedNumberScheduled ?? 0;
    return updated < workload.replicas && updated > 0;
  }
  const { currentRevision, updateRevision } = (workload.object as StatefulSet).status ?? {};
  return currentRevision !== undefined && updateRevision !== undefined && currentRevision !== updateRevision;
}
