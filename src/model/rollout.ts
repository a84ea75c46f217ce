/** Pods that a workload is just replacing, told from the Pods alone. */
import type { Pod } from '../facts/wire.ts';
import { ageOf, isTerminal } from './readiness.ts';
import { ownerOf, ownerText } from './workloads.ts';

/** `progressDeadlineSeconds` of a Deployment unless set: a Pod that is not Ready by then is stuck. */
const DEADLINE = 600_000;

const REVISIONS = ['pod-template-hash', 'controller-revision-hash', 'rollouts-pod-template-hash'];

function revisionOf(pod: Pod): string | undefined {
  return REVISIONS.map((key) => pod.metadata?.labels?.[key]).find((value) => value !== undefined);
}

/** True for a Pod of a rollout: its owner has Pods of another revision beside it, and it is younger than the deadline. */
export function isBeingRolledOut(pod: Pod, pods: readonly Pod[], now: number): boolean {
  const age = ageOf(pod.metadata?.creationTimestamp, now);
  if (age === null || age >= DEADLINE) return false;
  const owner = ownerText(ownerOf(pod));
  return pods.some(
    (other) =>
      !isTerminal(other) &&
      other.metadata?.namespace === pod.metadata?.namespace &&
      ownerText(ownerOf(other)) === owner &&
      revisionOf(other) !== revisionOf(pod),
  );
}
