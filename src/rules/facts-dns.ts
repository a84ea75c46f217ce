/** Facts about the cluster's DNS itself. All are conditional: read only where DNS looks ill, a caller is named, or a lookup is complained of. */
import { type Fact, known } from '../facts/fact.ts';
import { readObject, type Snapshot } from '../facts/snapshot.ts';
import type { ClusterRole, ConfigMap } from '../facts/wire.ts';
import { corefileOf } from '../model/corefile.ts';
import type { Corefile } from '../model/corefile-parse.ts';
import { DNS_NAMESPACE, DNS_ROLE } from '../model/dns-service.ts';

export interface DnsFacts {
  /** The Corefile of ConfigMap kube-system/coredns with what it imports from coredns-custom; null = there is none. */
  corefile: Corefile | null;
  /** ClusterRole system:coredns; null = there is none of that name. */
  dnsRole: ClusterRole | null;
}

export const DNS_READERS: { [K in keyof DnsFacts]: (snapshot: Snapshot) => Fact<DnsFacts[K]> } = {
  corefile: (s) => {
    const config = readObject<ConfigMap>(s, 'configmaps', DNS_NAMESPACE, 'coredns');
    if (!config.known) return config;
    if (config.value?.data?.Corefile === undefined) return known(null);
    const custom = readObject<ConfigMap>(s, 'configmaps', DNS_NAMESPACE, 'coredns-custom');
    return known(corefileOf(config.value, custom.known ? custom.value : undefined));
  },
  dnsRole: (s) => readObject<ClusterRole>(s, 'clusterroles', null, DNS_ROLE),
};
