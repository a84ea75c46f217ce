/** Calls that a Service's own Pods complain of, although the Service they call has endpoints: then the way there is what is wrong. */
import type { Fact } from '../facts/fact.ts';
import type { EndpointSlice, Pod, Service } from '../facts/wire.ts';
import { hear } from './complaints.ts';
import { endpointsOf, matchedPods } from './endpoints.ts';
import type { LogMatch } from './log-shapes.ts';
import { isLive, isReady } from './readiness.ts';

export interface SilentCall {
  pod: Pod;
  /** The node of the Pod that calls. */
  node: string;
  /** The Service that is called. */
  service: Service;
  match: LogMatch;
  /** The nodes of its ready endpoints; null among them for an address outside of the cluster. */
  targets: readonly (string | null)[];
}

export interface CallWorld {
  service: Service;
  pods: readonly Pod[];
  services: readonly Service[];
  slices: readonly EndpointSlice[];
  logs: (pod: Pod, container: string, previous: boolean) => Fact<readonly string[]>;
}

/** Those to Services of the same namespace that have a cluster IP. Only Pods that are not Ready are heard: others live with what they complain of. */
export function silentCalls(
  { service, pods, services, slices, logs }: CallWorld,
  of: LogMatch['class'],
  now: number,
): readonly SilentCall[] {
  const ill = matchedPods(service, pods).filter((pod) => isLive(pod) && !isReady(pod));
  return ill.flatMap((pod) =>
    hear(pod, logs, services, now).complaints.flatMap(({ match, service: named }): SilentCall[] => {
      if (match.class !== of || named === null) return [];
      const called = services.find(
        ({ metadata }) => metadata?.name === named.name && metadata.namespace === named.namespace,
      );
      if (called === undefined || called.spec?.clusterIP === 'None' || called.spec?.type === 'ExternalName') return [];
      const own = slices.filter(({ metadata }) => metadata?.labels?.['kubernetes.io/service-name'] === named.name);
      const targets = endpointsOf(own).flatMap(({ ready, node }) => (ready ? [node] : []));
      return targets.length === 0 ? [] : [{ pod, node: pod.spec?.nodeName ?? '', service: called, match, targets }];
    }),
  );
}
