/** The configuration of kube-proxy as kubeadm publishes it in ConfigMap kube-system/kube-proxy. */
import type { ConfigMap } from '../facts/wire.ts';

export type ProxyMode = 'iptables' | 'ipvs' | 'nftables';

/** `mode` of the KubeProxyConfiguration (kubeproxy.config.k8s.io/v1alpha1); empty means iptables on Linux. Null where there is no such file. */
export function modeOf(config: ConfigMap): ProxyMode | null {
  const text = config.data?.['config.conf'] ?? config.data?.config;
  if (text === undefined) return null;
  const mode = /^mode:[ \t]*["']?(\w*)["']?[ \t]*$/m.exec(text)?.[1] ?? '';
  return mode === 'ipvs' || mode === 'nftables' ? mode : mode === '' || mode === 'iptables' ? 'iptables' : null;
}

/** The API server that its kubeconfig names, or null. */
export function serverOf(config: ConfigMap): string | null {
  return /^\s*server:[ \t]*["']?(https?:\/\/[^\s"']+)/m.exec(config.data?.['kubeconfig.conf'] ?? '')?.[1] ?? null;
}

/** `kube-proxy-replacement` of ConfigMap cilium-config: true in its old words too; null where it is not told. */
export function replacesKubeProxy(config: ConfigMap | null): boolean | null {
  const value = config?.data?.['kube-proxy-replacement'];
  if (value === undefined) return null;
  if (value === 'true' || value === 'strict') return true;
  return value === 'false' || value === 'disabled' ? false : null;
}
