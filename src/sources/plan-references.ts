/** What is read because of addresses that workloads are told to call: whose a hard-coded address is. */
import { type FactRequest, listOf, logOf } from '../facts/resources.ts';
import { readCaller, readList, readObject, type Snapshot } from '../facts/snapshot.ts';
import type { Deployment, Node, Pod, Service } from '../facts/wire.ts';
import { calledServices, wrongPorts } from '../model/called-services.ts';
import { derivedOnce } from '../model/derived.ts';
import { DNS_NAMESPACE } from '../model/dns-service.ts';
import { addressIn, clusterIpOwner, isPodAddress, podWith } from '../model/hard-coded-address.ts';
import { clusterIps, isWithin, neighbourhood } from '../model/ip-range.ts';
import { isReady } from '../model/readiness.ts';
import { resolveHost } from '../model/references.ts';
import { type ReferencingWorkload, referencesOf } from '../model/referencing.ts';
import { workloadsOf } from '../model/workloads.ts';

/** The workloads behind the Service; none while its facts are not read. */
export function workloadsBehind(
  snapshot: Snapshot,
  { namespace, name }: { namespace: string; name: string },
): readonly ReferencingWorkload[] {
  const service = readObject<Service>(snapshot, 'services', namespace, name);
  const pods = readList<Pod>(snapshot, 'pods', namespace);
  if (!service.known || service.value === null || !pods.known) return [];
  return referencesOnce(service.value, pods.value, null);
}

/** Several questions of each wave need them. */
const referencesOnce = derivedOnce((service, pods: readonly Pod[]) => {
  const { namespace = '', name = '' } = service.metadata ?? {};
  return referencesOf(pods, [], { role: 'target', namespace, name, caller: null }, service);
});

/** The named caller; none while it is not read. */
export function callerOf({ ask, ...rest }: Snapshot): readonly ReferencingWorkload[] {
  if (ask.caller === null || ask.caller.kind === 'Namespace' || ask.caller.kind === 'Node') return [];
  const { namespace, kind, name } = ask.caller;
  const object = readCaller<Pod | Deployment>({ ask, ...rest }, ask.caller);
  if (!object.known || object.value === null) return [];
  const subject = { role: 'caller', namespace, name: '', caller: `${namespace}/${kind}/${name}` };
  if (kind === 'Pod') return referencesOf([object.value as Pod], [], subject, null);
  const pods = readList<Pod>({ ask, ...rest }, 'pods', namespace);
  const workloads = workloadsOf([{ ...(object.value as Deployment), kind }], [], []);
  return referencesOf(pods.known ? pods.value : [], workloads, subject, null);
}

/** The quotas of a namespace where Pods that struggle, or the named caller, are told to call a Service of it that does not exist. */
export function ofMissing(snapshot: Snapshot, target: { namespace: string; name: string }): readonly FactRequest[] {
  const struggling = workloadsBehind(snapshot, target).filter(({ struggles }) => struggles);
  return [...struggling, ...callerOf(snapshot)].flatMap(({ namespace, references }) => {
    const isMissing = references.some(({ host }) => {
      const resolved = resolveHost(host, namespace);
      if (resolved.kind !== 'service' || resolved.namespace !== namespace) return false;
      const service = readObject<Service>(snapshot, 'services', namespace, resolved.name);
      return service.known && service.value === null;
    });
    return isMissing ? [listOf('resourcequotas', namespace)] : [];
  });
}

/** All Services where the caller names another namespace than its own, or seems to mean a Service asked about by a name that is none. */
export function ofFarNames(snapshot: Snapshot): readonly FactRequest[] {
  const far = callerOf(snapshot).some(({ told, namespace }) =>
    told.some(({ host }) => {
      const target = resolveHost(host, namespace);
      if ('namespace' in target) return target.namespace !== namespace;
      return host.includes('.') && snapshot.ask.services.some(({ name }) => host.startsWith(`${name}.`));
    }),
  );
  return far ? [listOf('services')] : [];
}

/** All Services where an address lies among their cluster IPs and is none of those at hand; all Pods where it lies in a node's range. */
export function ofHardCoded(snapshot: Snapshot, target: { namespace: string; name: string }): readonly FactRequest[] {
  const told = [...workloadsBehind(snapshot, target), ...callerOf(snapshot)].flatMap((workload) => workload.told);
  const addresses = [...new Set(told.flatMap(({ host }) => addressIn(host) ?? []))];
  if (addresses.length === 0) return [];
  const services = [target.namespace, DNS_NAMESPACE].map((where) => readList<Service>(snapshot, 'services', where));
  const pods = [target.namespace, DNS_NAMESPACE].map((where) => readList<Pod>(snapshot, 'pods', where));
  const nodes = readList<Node>(snapshot, 'nodes');
  const near = services.flatMap((list) => (list.known ? list.value : [])).flatMap(({ spec }) => clusterIps(spec));
  const ranges = near.map(neighbourhood);
  const ofService = addresses.some((ip) => isWithin(ip, ranges) && clusterIpOwner(ip, ...services) === null);
  const ofPod = nodes.known && addresses.some((ip) => isPodAddress(ip, nodes.value) && podWith(ip, ...pods) === null);
  return [
    ...(ofService && !ofPod ? [listOf('services'), listOf('servicecidrs')] : []),
    ...(ofPod ? [listOf('pods')] : []),
  ];
}

/** The log of one Ready Pod that is told to call a port which the Service does not have: whether it complains. */
export function ofWrongPorts(snapshot: Snapshot, target: { namespace: string; name: string }): readonly FactRequest[] {
  const services = readList<Service>(snapshot, 'services', target.namespace);
  if (!services.known) return [];
  const behind = workloadsBehind(snapshot, target);
  const [wrong] = calledServices(behind, services.value, services).flatMap((called) =>
    wrongPorts(called).flatMap(({ wrong: uses }) =>
      uses.map(({ container }) => ({ container, pod: called.workload.pods.find(isReady) })),
    ),
  );
  if (wrong?.pod === undefined) return [];
  return [logOf(target.namespace, wrong.pod.metadata?.name ?? '', wrong.container, false)];
}
