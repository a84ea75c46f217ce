/** What the kubelet tells every Pod, as kubeadm publishes it in ConfigMap kube-system/kubelet-config. */
import type { ConfigMap } from '../facts/wire.ts';

/**
 * The addresses of `clusterDNS` in the KubeletConfiguration (kubelet.config.k8s.io/v1beta1) under key `kubelet`;
 * empty where it sets none. Reads the block form that kubeadm writes and the flow form.
 */
export function clusterDnsOf(config: ConfigMap): readonly string[] {
  const text = config.data?.kubelet ?? '';
  const flow = /^clusterDNS:[ \t]*\[([^\]\n]*)\]/m.exec(text);
  const block = /^clusterDNS:[ \t]*\n((?:[ \t]*-[ \t]*[^\n]+(?:\n|$))+)/m.exec(text);
  const items = flow === null ? (block?.[1] ?? '').split('\n') : (flow[1] ?? '').split(',');
  return items.map((item) => item.replace(/^[ \t]*-/, '').replace(/["'\s]/g, '')).filter((item) => item !== '');
}

/** `clusterDomain` of the same KubeletConfiguration; null where it sets none. */
export function clusterDomainOf(config: ConfigMap): string | null {
  const found = /^clusterDomain:[ \t]*["']?([A-Za-z0-9.-]+)["']?[ \t]*$/m.exec(config.data?.kubelet ?? '');
  return found?.[1]?.replace(/\.$/, '') ?? null;
}
