/** Why a Pod that should serve does not: one class for a Pod, the first that holds in the order of the kubelet's own steps. */
import type { ContainerStatus, Pod, Service } from '../facts/wire.ts';
import { derivedOnce } from './derived.ts';
import { matchedPods } from './endpoints.ts';
import { containersServing } from './ports.ts';
import { probeWindow } from './probe.ts';
import {
  ageOf,
  type ContainerState,
  conditionOf,
  containerStates,
  isLive,
  isReady,
  isScheduled,
  podIPs,
} from './readiness.ts';
import { crashOf, type RunEnd, recentRestarts, servedLastRun } from './restarts.ts';
import { isStartOutOfMemory, startMessage } from './start-failure.ts';

export type CauseClass =
  | 'unscheduled'
  | 'image'
  | 'config'
  | 'init'
  | 'no-ip'
  | 'oom'
  | 'liveness'
  | 'crash'
  | 'flapping'
  | 'startup'
  | 'sidecar'
  | 'readiness'
  | 'gate'
  | 'unexplained'
  | 'ready';

export interface PodCause {
  pod: Pod;
  class: CauseClass;
  /** The container that holds the Pod back, or null where it is none. */
  state: ContainerState | null;
  /** How the container's last run ended, for the classes of restarts. */
  end: RunEnd | null;
  /** Too young to be called a fault: it may pass by itself. */
  young: boolean;
}

export const YOUNG = 30_000;
const INIT_PATIENCE = 60_000;

const IMAGE = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);

function waitingReason(status: ContainerStatus | null): string {
  return status?.state?.waiting?.reason ?? '';
}

function isYounger(time: string | undefined, limit: number, now: number): boolean {
  const age = ageOf(time, now);
  return age !== null && age < limit;
}

function startedAt(state: ContainerState): string | undefined {
  return state.status?.state?.running?.startedAt;
}

function blockedInit(states: readonly ContainerState[]): ContainerState | null {
  const unfinished = states.filter(
    ({ init, status }) => init && status !== null && status.state?.terminated?.exitCode !== 0,
  );
  return (
    unfinished.find(
      ({ status }) =>
        status?.state?.running !== undefined ||
        status?.state?.terminated !== undefined ||
        waitingReason(status) === 'CrashLoopBackOff',
    ) ?? null
  );
}

/** Names of the containers that some port of the Service reaches. */
function servingNames(service: Service, pod: Pod): ReadonlySet<string> {
  return new Set(
    (service.spec?.ports ?? []).flatMap((port) => containersServing(port, pod).map((container) => container.name)),
  );
}

function unreadyCause(pod: Pod, service: Service, states: readonly ContainerState[], now: number): PodCause {
  const fell = isYounger(conditionOf(pod, 'Ready')?.lastTransitionTime, YOUNG, now);
  const unready = states.filter(({ init, status }) => !init && status !== null && !status.ready);
  const found = (name: CauseClass, state: ContainerState | null, young = fell): PodCause => ({
    pod,
    class: name,
    state,
    end: null,
    young,
  });
  const starting = unready.find(({ status, container }) => status?.started === false && container.startupProbe);
  if (starting?.container.startupProbe !== undefined) {
    const window = probeWindow(starting.container.startupProbe);
    return found('startup', starting, isYounger(startedAt(starting), window, now));
  }
  const serving = servingNames(service, pod);
  const [first] = unready;
  if (first === undefined) {
    const gates = (pod.spec?.readinessGates ?? []).map((gate) => gate.conditionType);
    return found(gates.some((gate) => conditionOf(pod, gate)?.status !== 'True') ? 'gate' : 'unexplained', null);
  }
  if (serving.size > 0 && unready.every(({ container }) => !serving.has(container.name)))
    return found('sidecar', first);
  const probed = unready.find(({ container, status }) => container.readinessProbe && status?.state?.running);
  if (probed?.container.readinessProbe === undefined) return found('unexplained', first);
  const window = Math.max(YOUNG, probeWindow(probed.container.readinessProbe));
  return found('readiness', probed, fell || isYounger(startedAt(probed), window, now));
}

/** The class of one live Pod behind the Service. `peers`: another Pod of the Service is Ready. */
export function causeOf(pod: Pod, service: Service, peers: boolean, now: number): PodCause {
  const states = containerStates(pod);
  const fresh = isYounger(pod.metadata?.creationTimestamp, YOUNG, now);
  const found = (
    name: CauseClass,
    state: ContainerState | null,
    young = fresh,
    end: RunEnd | null = null,
  ): PodCause => ({
    pod,
    class: name,
    state,
    end,
    young,
  });
  if (!isScheduled(pod) && conditionOf(pod, 'PodScheduled')?.status !== 'True' && podIPs(pod).length === 0) {
    return found('unscheduled', null);
  }
  const image = states.find(({ status }) => IMAGE.has(waitingReason(status)));
  if (image !== undefined) return found('image', image);
  const unmade = states.find(({ status }) => startMessage(status) !== null);
  if (unmade !== undefined)
    return found(isStartOutOfMemory(startMessage(unmade.status) ?? '') ? 'oom' : 'config', unmade);
  const init = blockedInit(states);
  if (init !== null) return found('init', init, fresh || isYounger(startedAt(init), INIT_PATIENCE, now));
  for (const state of states) {
    const end = state.init ? null : crashOf(state, pod, now);
    if (end !== null && end.kind !== 'crash') return found(end.kind, state, false, end);
    if (end !== null) return found(peers && servedLastRun(pod, state, now) ? 'flapping' : 'crash', state, false, end);
  }
  if (isReady(pod)) {
    for (const state of states) {
      const end = recentRestarts(state, now);
      if (end !== null) return found(end.kind === 'crash' ? 'flapping' : end.kind, state, false, end);
    }
    return found('ready', null);
  }
  if (podIPs(pod).length === 0) return found('no-ip', null);
  return unreadyCause(pod, service, states, now);
}

export interface Census {
  /** One cause for each Pod that is meant to serve, by Pod name. */
  causes: readonly PodCause[];
  /** How many of them are Ready and stay so. */
  ready: number;
}

/** The causes of all live Pods behind the Service. */
export const censusOf = derivedOnce((service, pods: readonly Pod[], now: number): Census => {
  const live = matchedPods(service, pods)
    .filter(isLive)
    .sort((a, b) => ((a.metadata?.name ?? '') < (b.metadata?.name ?? '') ? -1 : 1));
  const causes = live.map((pod) =>
    causeOf(
      pod,
      service,
      live.some((other) => other !== pod && isReady(other)),
      now,
    ),
  );
  return { causes, ready: causes.filter((cause) => isReady(cause.pod) && cause.class !== 'crash').length };
});
