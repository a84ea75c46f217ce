/** Whether kube-proxy is what serves Services here, and so whether what is wrong with it is a fault. */
import type { Fact } from '../../facts/fact.ts';
import type { ConfigMap, Node, Pod } from '../../facts/wire.ts';
import type { FelixConfiguration } from '../../facts/wire-dataplane.ts';
import { CALICO, dataplaneOf, expectsKubeProxy, type KubeProxy } from '../../model/dataplane.ts';
import { replacesKubeProxy } from '../../model/kube-proxy-config.ts';
import type { Workload } from '../../model/workloads.ts';
import type { Finding } from '../finding.ts';
import { type Check, fail, notApplicable, pass, unread } from '../rule.ts';

/** What `proxyOf` and `judged` read. */
export interface Sight {
  systemWorkloads: readonly Workload[];
  systemPods: readonly Pod[];
  nodes: readonly Node[];
  ciliumConfig: Fact<ConfigMap | null>;
  felixConfiguration: Fact<FelixConfiguration | null>;
}

/** kube-proxy with its Pods on nodes that should have it, in the order of names; a verdict where it does not run as Pods. */
export function proxyOf(sight: Pick<Sight, 'systemWorkloads' | 'systemPods' | 'nodes'>): KubeProxy | Check {
  const { systemWorkloads, systemPods, nodes } = sight;
  const dataplane = dataplaneOf(systemWorkloads, systemPods, nodes);
  if (dataplane.kind !== 'kube-proxy') return notApplicable(`Services are not kube-proxy's here: ${dataplane.name}`);
  const expected = new Set(nodes.filter(expectsKubeProxy).map(({ metadata }) => metadata?.name));
  return { ...dataplane, pods: dataplane.pods.filter(({ spec }) => expected.has(spec?.nodeName)) };
}

/** What serves Services in place of the kube-proxy that runs: certainly, maybe, or not; or what would tell and is not known. */
export type Rival = { sure: boolean; name: string } | { unread: Extract<Check, { verdict: string }> } | null;

function isClosed(fact: Fact<unknown>): boolean {
  return !fact.known && unread(fact).verdict === 'unknown';
}

export function rivalOf({ beside }: KubeProxy, sight: Sight): Rival {
  if (beside === 'Cilium') {
    const { ciliumConfig: config } = sight;
    if (!config.known) return isClosed(config) ? { unread: unread(config) } : { sure: false, name: beside };
    const replaces = replacesKubeProxy(config.value);
    return replaces === false ? null : { sure: replaces === true, name: beside };
  }
  if (beside !== null) return { sure: false, name: beside };
  if (!sight.systemWorkloads.some(({ name }) => CALICO.includes(name))) return null;
  const { felixConfiguration: felix } = sight;
  if (!felix.known) return isClosed(felix) ? { unread: unread(felix) } : null;
  return felix.value?.spec?.bpfEnabled === true ? { sure: true, name: 'Calico in eBPF mode' } : null;
}

/** The verdict of findings against kube-proxy: none where something else serves Services, hints where it may. */
export function judged(findings: readonly Finding[], proxy: KubeProxy, sight: Sight): Check {
  if (findings.length === 0) return pass;
  const rival = rivalOf(proxy, sight);
  if (rival === null) return fail(...findings);
  if ('unread' in rival) return rival.unread;
  if (rival.sure) return notApplicable(`Services are not kube-proxy's here: ${rival.name}`);
  const note = { label: 'note', text: `${rival.name} runs too and may serve Services instead` } as const;
  return fail(...findings.map((one) => ({ ...one, confidence: 'possible' as const, notes: [...one.notes, note] })));
}
