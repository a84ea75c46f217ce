/** Facts about what implements Services. All are conditional: read only where it looks ill, is there twice, or is not seen at all. */
import type { Fact } from '../facts/fact.ts';
import { readObject, type Snapshot } from '../facts/snapshot.ts';
import type { ConfigMap, DaemonSet } from '../facts/wire.ts';
import type { FelixConfiguration } from '../facts/wire-dataplane.ts';
import { DNS_NAMESPACE } from '../model/dns-service.ts';
import { type Workload, workloadsOf } from '../model/workloads.ts';
import { combine, listed } from './lists.ts';

export interface DataplaneFacts {
  /** ConfigMap kube-system/kube-proxy; null = there is none. Read only where kube-proxy looks ill, is complained of, or is not seen. */
  kubeProxyConfig: ConfigMap | null;
  /** ConfigMap kube-system/cilium-config, of which one key is kept; null = there is none. Read only where Cilium runs beside kube-proxy. */
  ciliumConfig: ConfigMap | null;
  /** FelixConfiguration `default` of Calico; null = there is none. Read only where Calico runs beside kube-proxy. */
  felixConfiguration: FelixConfiguration | null;
  /** DaemonSets of all namespaces. Read only where kube-system shows nothing that implements Services. */
  daemonSetsEverywhere: readonly Workload[];
}

export const DATAPLANE_READERS: { [K in keyof DataplaneFacts]: (snapshot: Snapshot) => Fact<DataplaneFacts[K]> } = {
  kubeProxyConfig: (s) => readObject<ConfigMap>(s, 'configmaps', DNS_NAMESPACE, 'kube-proxy'),
  ciliumConfig: (s) => readObject<ConfigMap>(s, 'configmaps', DNS_NAMESPACE, 'cilium-config'),
  felixConfiguration: (s) => readObject<FelixConfiguration>(s, 'felixconfigurations', null, 'default'),
  daemonSetsEverywhere: (s) =>
    combine((daemonSets: readonly DaemonSet[]) => workloadsOf([], [], daemonSets), listed(s, 'daemonsets')),
};
