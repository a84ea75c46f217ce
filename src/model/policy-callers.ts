/** Who calls a Service, as far as it is written down: workloads of its namespace that are told to, or the one that was named. */
import { groupedOnce } from '../facts/grouped.ts';
import type { Container, Pod, Service } from '../facts/wire.ts';
import { matchedPods } from './endpoints.ts';
import { REVISION_KEYS } from './nearest-workload.ts';
import { type Peer, peerOf } from './policy-peer.ts';
import { isLive, isReady, podIPs } from './readiness.ts';
import { resolveHost } from './references.ts';
import { matches } from './selector.ts';
import { podsOf, type Workload } from './workloads.ts';

export interface KnownCaller {
  /** `Deployment shop/frontend`. */
  text: string;
  namespace: string;
  name: string;
  /** The labels by which a policy can name its Pods: those that do not change with each revision. */
  labels: Readonly<Record<string, string>>;
  peer: Peer;
  /** The ports of the Service that it is told to call; null = not known which. */
  ports: readonly number[] | null;
}

/** The labels that stay the same from one revision to the next. */
export function lastingLabels(labels: Readonly<Record<string, string>> | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels ?? {})
      .filter(([key]) => !REVISION_KEYS.has(key))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** A named caller, from its Pod or the Pod that its template makes. */
export function namedCaller(text: string, name: string, pod: Pod): KnownCaller {
  const namespace = pod.metadata?.namespace ?? '';
  return { text, namespace, name, labels: lastingLabels(pod.metadata?.labels), peer: peerOf(pod), ports: null };
}

interface Call {
  service: string;
  port: number | null;
}

function callsOf({ template, namespace }: Workload): readonly Call[] {
  const { containers, initContainers } = template.spec ?? {};
  const all = [...(initContainers ?? []), ...(containers ?? [])] as readonly Container[];
  return all
    .flatMap((container) => container.extracts?.references ?? [])
    .flatMap(({ host, port }): Call[] => {
      const target = resolveHost(host, namespace);
      return 'name' in target ? [{ service: `${target.namespace}/${target.name}`, port }] : [];
    });
}

const byCalled = groupedOnce((workload: Workload) => [...new Set(callsOf(workload).map((call) => call.service))]);

/** The workloads among these that are told to call the Service; those behind it are left out, and those without Pods. */
export function callersOf(
  service: Service,
  workloads: readonly Workload[],
  pods: readonly Pod[],
): readonly KnownCaller[] {
  const called = `${service.metadata?.namespace}/${service.metadata?.name}`;
  return (byCalled(workloads).get(called) ?? [])
    .filter(({ replicas, template }) => replicas > 0 && !matches(service.spec?.selector, template.metadata?.labels))
    .map((workload) => {
      const { kind, namespace, name, template } = workload;
      const ips = podsOf(workload, pods).filter(isLive).flatMap(podIPs).sort();
      const made: Pod = {
        metadata: { ...template.metadata, namespace },
        status: { podIPs: ips.map((ip) => ({ ip })) },
      };
      const pod: Pod = template.spec === undefined ? made : { ...made, spec: template.spec };
      const ports = callsOf(workload)
        .filter((call) => call.service === called)
        .map(({ port }) => port);
      const known = ports.flatMap((port) => port ?? []);
      return {
        ...namedCaller(`${kind} ${namespace}/${name}`, name, pod),
        ports: known.length === ports.length ? known : null,
      };
    });
}

/** The Pods that calls of the Service reach: the Ready ones, or where none is Ready the live ones. */
export function calledPodsOf(service: Service, pods: readonly Pod[]): readonly Pod[] {
  const live = matchedPods(service, pods).filter(isLive);
  const ready = live.filter(isReady);
  return ready.length > 0 ? ready : live;
}
