/** When NetworkPolicies are worth reading, and what of the namespaces they make one read. */
import type { Fact } from '../facts/fact.ts';
import type { NetworkPolicy, Pod, Service } from '../facts/wire.ts';
import { matchedPods, selectsPods } from './endpoints.ts';
import { requirementsOf } from './label-selector.ts';
import type { LogClass } from './log-class.ts';
import { matchLog } from './log-shapes.ts';
import { rulesOf } from './policy.ts';
import { NAME_LABEL } from './policy-peer.ts';
import { containerStates, isLive, isReady } from './readiness.ts';

type Logs = (pod: Pod, container: string, previous: boolean) => Fact<readonly string[]>;

/** What clients say when packets are dropped. */
const DROPPED: ReadonlySet<LogClass> = new Set(['dns-unreachable', 'timeout', 'unreachable', 'denied']);

function saysDropped(pod: Pod, logs: Logs): boolean {
  return containerStates(pod).some(({ container }) =>
    [true, false].some((previous) => {
      const log = logs(pod, container.name, previous);
      return log.known && matchLog(log.value).some((match) => DROPPED.has(match.class));
    }),
  );
}

/**
 * True where a policy may stand between a Service and its callers, because some Pod is Ready, or none is there yet that could be; or
 * between its Pods and what they need, because their logs speak of calls that got no answer. Pods that fail for other reasons fail
 * without policies.
 */
export function mayBePolicies(service: Service, pods: readonly Pod[], logs: Logs): boolean {
  if (!selectsPods(service)) return false;
  const live = matchedPods(service, pods).filter(isLive);
  return live.length === 0 || live.some(isReady) || live.some((pod) => saysDropped(pod, logs));
}

/** True when a rule asks for a label of a namespace that its name does not tell. */
export function asksForLabels(policies: readonly NetworkPolicy[]): boolean {
  return policies.some((policy) =>
    (['Ingress', 'Egress'] as const)
      .flatMap((direction) => rulesOf(policy, direction))
      .flatMap(({ peers }) => peers)
      .some(({ namespaceSelector }) => requirementsOf(namespaceSelector ?? {}).some(({ key }) => key !== NAME_LABEL)),
  );
}

/** True when a rule names addresses. */
export function asksForAddresses(policies: readonly NetworkPolicy[]): boolean {
  return policies.some((policy) =>
    (['Ingress', 'Egress'] as const)
      .flatMap((direction) => rulesOf(policy, direction))
      .some(({ peers }) => peers.some(({ ipBlock }) => ipBlock !== undefined)),
  );
}
