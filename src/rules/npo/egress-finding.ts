/** Calls that policies do not let out, and from whom: the named caller, or the Service's own Pods towards what they are told to call. */
import type { Fact } from '../../facts/fact.ts';
import type { NetworkPolicy, Pod } from '../../facts/wire.ts';
import { type KnownCaller, namedCaller } from '../../model/policy-callers.ts';
import type { Denial } from '../../model/policy-denial.ts';
import { isLive, isReady } from '../../model/readiness.ts';
import { resolveHost } from '../../model/references.ts';
import type { ReferencingWorkload } from '../../model/referencing.ts';
import type { Confidence } from '../finding.ts';
import type { Subject } from '../subject.ts';
import { callerOf } from './way.ts';

export interface Sender {
  caller: KnownCaller;
  pod: Pod;
  /** True where the user named it. */
  isNamed: boolean;
  /** All of its Pods are Ready. */
  ready: boolean;
  /** The hosts that it is told to call; empty for a named caller. */
  hosts: readonly string[];
}

/** The named caller; or the workloads behind the Service, each by one live Pod of it. */
export function sendersOf(
  subject: Subject,
  named: Fact<readonly Pod[]>,
  references: Fact<readonly ReferencingWorkload[]>,
): readonly Sender[] {
  if (subject.role === 'caller') {
    const [pod] = named.known ? named.value : [];
    const caller = named.known ? callerOf(subject, named.value) : null;
    return pod === undefined || caller === null ? [] : [{ caller, pod, isNamed: true, ready: false, hosts: [] }];
  }
  return (references.known ? references.value : []).flatMap((workload): Sender[] => {
    const pod = workload.pods.find(isLive);
    if (pod === undefined) return [];
    const { kind, namespace, name } = workload;
    const ready = workload.pods.every(isReady);
    const caller = namedCaller(`${kind} ${namespace}/${name}`, name, pod);
    const hosts = [...new Set(workload.references.map(({ host }) => host))].sort();
    return [{ caller, pod, isNamed: false, ready, hosts }];
  });
}

/** True where a name must be looked up before anything is called. */
export function looksUp({ hosts, caller, isNamed }: Sender): boolean {
  return isNamed || hosts.some((host) => !['local', 'ip'].includes(resolveHost(host, caller.namespace).kind));
}

/** True where the Pod asks the cluster's DNS at all. */
export function usesClusterDns({ spec }: Pod): boolean {
  const policy = spec?.dnsPolicy ?? 'ClusterFirst';
  return spec?.hostNetwork === true ? false : policy === 'ClusterFirst' || policy === 'ClusterFirstWithHostNet';
}

/** What is written down but not asked about may be a leftover: a hint while all Pods are Ready. */
export function sureOf({ isNamed, ready }: Sender): Confidence {
  if (isNamed) return 'certain';
  return ready ? 'possible' : 'likely';
}

/** The policies that a finding is about, each once. */
export function policiesOf(denials: readonly Denial[]): readonly NetworkPolicy[] {
  return [...new Set(denials.flatMap(({ policies }) => policies))];
}
