/** What the rules about NetworkPolicies need to know of the way from a caller to a Service. */
import type { Fact, Unknown } from '../../facts/fact.ts';
import type { Node, Pod, Service } from '../../facts/wire.ts';
import { type KnownCaller, namedCaller } from '../../model/policy-callers.ts';
import { type Enforcement, enforcementOf } from '../../model/policy-enforcement.ts';
import type { NamespaceLabels } from '../../model/policy-peer.ts';
import type { Workload } from '../../model/workloads.ts';
import type { NamespaceReader } from '../facts-policy.ts';
import type { Subject } from '../subject.ts';

/** Labels of namespaces for the model, and those that could not be read while it asked. */
export function labelsBy(reader: Fact<NamespaceReader>): { labelsOf: NamespaceLabels; missing: Unknown[] } {
  const missing: Unknown[] = [];
  const labelsOf: NamespaceLabels = (namespace) => {
    const read = reader.known ? reader.value(namespace) : reader;
    if (read.known) return read.value ?? {};
    if (!missing.some(({ asked }) => asked === read.asked)) missing.push(read);
    return null;
  };
  return { labelsOf, missing };
}

/** The caller that the subject is, from the Pod read for it; null where there is none. */
export function callerOf(subject: Subject, pods: readonly Pod[]): KnownCaller | null {
  const [namespace = '', kind = '', name = ''] = subject.caller?.split('/') ?? [];
  const [pod] = pods;
  if (pod === undefined) return null;
  if (kind === 'Node') return namedCaller(`Node ${name}`, name, pod);
  if (kind !== 'Namespace') return namedCaller(`${kind} ${namespace}/${name}`, name, pod);
  const any = namedCaller(`any Pod of ${name}`, name, pod);
  return any.peer.pod === null ? any : { ...any, peer: { ips: null, pod: { ...any.peer.pod, labels: null } } };
}

const NONE: readonly never[] = [];
const SEEN = new WeakMap<readonly Node[], { workloads: readonly Workload[]; enforcement: Enforcement }>();

/** Whether policies are enforced, as far as the nodes and kube-system may be read. The same for every Service, so looked at once. */
export function enforcementBy(nodes: Fact<readonly Node[]>, workloads: Fact<readonly Workload[]>): Enforcement {
  const [all, daemonSets] = [nodes.known ? nodes.value : NONE, workloads.known ? workloads.value : NONE];
  const seen = SEEN.get(all);
  if (seen !== undefined && seen.workloads === daemonSets) return seen.enforcement;
  const enforcement = enforcementOf(all, daemonSets);
  SEEN.set(all, { workloads: daemonSets, enforcement });
  return enforcement;
}

/** The DNS Service with nothing but what lookups need: port 53. */
export function dnsOnly({ metadata, spec }: Service): Service {
  const ports = (spec?.ports ?? []).filter(({ port }) => port === 53);
  return { ...(metadata === undefined ? {} : { metadata }), spec: { ...spec, ports } };
}
