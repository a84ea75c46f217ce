/** Where the cluster's DNS stands: kube-system, Service `kube-dns` by convention (its name even with CoreDNS), else label `k8s-app=kube-dns`. */
import type { Service } from '../facts/wire.ts';

export const DNS_NAMESPACE = 'kube-system';

/** The ClusterRole that kubeadm, EKS, AKS and k3s give to CoreDNS. */
export const DNS_ROLE = 'system:coredns';

/** NodeLocal DNSCache answers on this address by convention. */
export const NODE_LOCAL_DNS = '169.254.20.10';

/** The DNS Service among the Services of kube-system, or null. */
export function dnsServiceOf(services: readonly Service[]): Service | null {
  return (
    services.find((service) => service.metadata?.name === 'kube-dns') ??
    services.find(
      (service) =>
        service.metadata?.labels?.['k8s-app'] === 'kube-dns' && service.spec?.ports?.some((port) => port.port === 53),
    ) ??
    null
  );
}
