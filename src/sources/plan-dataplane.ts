/** What is read of the components that implement Services: only where they look ill, are complained of, or are not what one expects. */
import { type FactRequest, listOf, logOf, objectOf } from '../facts/resources.ts';
import { readList, readObject, type Snapshot } from '../facts/snapshot.ts';
import type { DaemonSet, EndpointSlice, Node, Pod, Service } from '../facts/wire.ts';
import { CALICO, dataplaneOf, type KubeProxy } from '../model/dataplane.ts';
import { DNS_NAMESPACE } from '../model/dns-service.ts';
import { endpointsOf } from '../model/endpoints.ts';
import { looksIll } from '../model/kube-proxy-words.ts';
import { dependenciesIn } from '../model/log-dependencies.ts';
import { matchLog } from '../model/log-shapes.ts';
import { containerStates } from '../model/readiness.ts';
import { ownerOf, workloadsOf } from '../model/workloads.ts';
import { failingLogs } from './plan-logs.ts';

/** The further requests about kube-proxy and what stands in its place. */
export function ofDataplane(snapshot: Snapshot): readonly FactRequest[] {
  const daemonSets = readList<DaemonSet>(snapshot, 'daemonsets', DNS_NAMESPACE);
  const pods = readList<Pod>(snapshot, 'pods', DNS_NAMESPACE);
  const nodes = readList<Node>(snapshot, 'nodes');
  if (!daemonSets.known || !pods.known || !nodes.known) return [];
  const dataplane = dataplaneOf(workloadsOf([], [], daemonSets.value), pods.value, nodes.value);
  if (dataplane.kind === 'unseen')
    return [listOf('daemonsets'), ...(dataplane.parked ? [] : [objectOf('configmaps', DNS_NAMESPACE, 'kube-proxy')])];
  if (dataplane.kind === 'other') return [];
  const runsCalico = daemonSets.value.some(({ metadata }) => CALICO.includes(metadata?.name ?? ''));
  return [
    ...(dataplane.beside === 'Cilium' ? [objectOf('configmaps', DNS_NAMESPACE, 'cilium-config')] : []),
    ...(runsCalico ? [objectOf('felixconfigurations', null, 'default')] : []),
    ...ofKubeProxy(snapshot, dataplane),
  ];
}

function ofKubeProxy(snapshot: Snapshot, { pods }: KubeProxy): readonly FactRequest[] {
  const now = Date.parse(snapshot.collectedAt);
  const ill = pods.filter((pod) => looksIll(pod, now));
  const complaining = complainingNodes(snapshot);
  const watched = new Set([...complaining, ...callerNodes(snapshot)]);
  const speaking = pods.filter((pod) => ill.includes(pod) || watched.has(pod.spec?.nodeName ?? ''));
  const [first] = speaking.filter((pod) => ill.includes(pod)).filter(isRunning);
  const others = speaking.filter((pod) => watched.has(pod.spec?.nodeName ?? '') && isRunning(pod)).slice(0, 1);
  return [
    ...failingLogs(ill),
    ...(first === undefined ? [] : currentLog(first)),
    ...others.flatMap(currentLog),
    ...(ill.length > 0 || complaining.size > 0 ? [objectOf('configmaps', DNS_NAMESPACE, 'kube-proxy')] : []),
  ];
}

function isRunning(pod: Pod): boolean {
  return containerStates(pod).some(({ init, status }) => !init && status?.state?.running !== undefined);
}

function currentLog(pod: Pod): readonly FactRequest[] {
  const state = containerStates(pod).find(({ init, status }) => !init && status?.state?.running !== undefined);
  return state === undefined ? [] : [logOf(DNS_NAMESPACE, pod.metadata?.name ?? '', state.container.name, false)];
}

/** The nodes of the named caller, as far as its Pods are read. */
function callerNodes(snapshot: Snapshot): readonly string[] {
  const { caller } = snapshot.ask;
  if (caller === null) return [];
  if (caller.kind === 'Pod') {
    const pod = readObject<Pod>(snapshot, 'pods', caller.namespace, caller.name);
    return pod.known ? [pod.value?.spec?.nodeName ?? ''] : [];
  }
  const pods = readList<Pod>(snapshot, 'pods', caller.namespace);
  const own = (pods.known ? pods.value : []).filter((pod) => {
    const { kind, name } = ownerOf(pod);
    return kind === caller.kind && name === caller.name;
  });
  return own.map((pod) => pod.spec?.nodeName ?? '').sort();
}

/** The nodes of Pods whose logs say that a Service does not answer, although it has endpoints. */
function complainingNodes(snapshot: Snapshot): ReadonlySet<string> {
  const nodes = Object.entries(snapshot.answers).flatMap(([key, answer]): string[] => {
    const [type, namespace = '', name = ''] = key.split('/');
    if (type !== 'log' || namespace === DNS_NAMESPACE || !answer.known || !('lines' in answer)) return [];
    const silent = unansweredBy(snapshot, answer.lines, namespace).some((service) => hasEndpoints(snapshot, service));
    const pod = silent ? readObject<Pod>(snapshot, 'pods', namespace, name) : null;
    return pod?.known && pod.value?.spec?.nodeName !== undefined ? [pod.value.spec.nodeName] : [];
  });
  return new Set(nodes.sort());
}

interface Named {
  namespace: string;
  name: string;
}

/** The Services that the lines say they got no answer from: by name, or by a cluster IP of their namespace. */
function unansweredBy(snapshot: Snapshot, lines: readonly string[], namespace: string): readonly Named[] {
  const named = dependenciesIn(lines, namespace).filter(({ match }) => match.class === 'timeout');
  const ips = new Set(matchLog(lines).flatMap((match) => (match.class === 'timeout' ? (match.ip ?? []) : [])));
  const services = ips.size === 0 ? null : readList<Service>(snapshot, 'services', namespace);
  const owners = (services?.known ? services.value : []).filter(({ spec }) => ips.has(spec?.clusterIP ?? ''));
  return [
    ...named.map(({ service }) => service),
    ...owners.map(({ metadata }) => ({ namespace, name: metadata?.name ?? '' })),
  ];
}

function hasEndpoints(snapshot: Snapshot, { namespace, name }: Named): boolean {
  const slices = readList<EndpointSlice>(snapshot, 'endpointslices', namespace, `kubernetes.io/service-name=${name}`);
  return slices.known && endpointsOf(slices.value).some(({ ready }) => ready);
}
