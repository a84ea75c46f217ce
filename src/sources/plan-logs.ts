/** Which container logs are worth a request. */
import { type FactRequest, logOf } from '../facts/resources.ts';
import type { Pod } from '../facts/wire.ts';
import { type ContainerState, containerStates, isReady } from '../model/readiness.ts';

function nameOf(pod: Pod): string {
  return pod.metadata?.name ?? '';
}

/** A container that crashed, or that runs and is not ready, or an init container that still runs. */
function isFailing({ status, init }: ContainerState): boolean {
  if (status === null) return false;
  if (status.restartCount > 0 || (status.state?.terminated?.exitCode ?? 0) !== 0) return true;
  return status.state?.running !== undefined && (init || !status.ready);
}

/**
 * True where the run that failed is the one before: while the container is stopped its last run is still the present one, and the
 * run before that may have been cleaned away.
 */
function isBefore({ restartCount, state }: NonNullable<ContainerState['status']>): boolean {
  return restartCount > 0 && state?.terminated === undefined;
}

/** Those that are not Ready first, then by name. */
function byNeed(a: Pod, b: Pod): number {
  return Number(isReady(a)) - Number(isReady(b)) || (nameOf(a) < nameOf(b) ? -1 : 1);
}

/** The log of the first failing container of the first Pod that has one: one Pod speaks for its equals. */
export function failingLogs(pods: readonly Pod[]): readonly FactRequest[] {
  for (const pod of [...pods].sort(byNeed)) {
    const failing = containerStates(pod).find(isFailing);
    if (failing === undefined || failing.status === null) continue;
    return [logOf(pod.metadata?.namespace ?? '', nameOf(pod), failing.container.name, isBefore(failing.status))];
  }
  return [];
}
