/** Where what a rule names under READ stands, for terminals that can follow a link. */

const DOCS = 'https://kubernetes.io/docs/';
const PREFIX = 'kubernetes.io: ';

/** Pages of kubernetes.io by their titles; a chapter stands behind a comma. */
const PAGES: readonly (readonly [string, string])[] = [
  ['Cluster Networking', 'concepts/cluster-administration/networking/'],
  [
    'Configure Liveness, Readiness and Startup Probes',
    'tasks/configure-pod-container/configure-liveness-readiness-startup-probes/',
  ],
  ['Customizing DNS Service', 'tasks/administer-cluster/dns-custom-nameservers/'],
  ['DNS for Services and Pods', 'concepts/services-networking/dns-pod-service/'],
  ['Debug Running Pods', 'tasks/debug/debug-application/debug-running-pod/'],
  ['Debug Services', 'tasks/debug/debug-application/debug-service/'],
  ['Debugging DNS Resolution', 'tasks/administer-cluster/dns-debugging-resolution/'],
  ['Deployments', 'concepts/workloads/controllers/deployment/'],
  ['EndpointSlices', 'concepts/services-networking/endpoint-slices/'],
  ['Headless Services', 'concepts/services-networking/service/#headless-services'],
  ['IPv4/IPv6 dual-stack', 'concepts/services-networking/dual-stack/'],
  ['Ingress', 'concepts/services-networking/ingress/'],
  ['Labels and Selectors', 'concepts/overview/working-with-objects/labels/'],
  ['Network Policies', 'concepts/services-networking/network-policies/'],
  ['Pod Lifecycle', 'concepts/workloads/pods/pod-lifecycle/'],
  ['Service', 'concepts/services-networking/service/'],
  ['Service ClusterIP allocation', 'concepts/services-networking/cluster-ip-allocation/'],
  ['Services without selectors', 'concepts/services-networking/service/#services-without-selectors'],
  ['Using NodeLocal DNSCache in Kubernetes clusters', 'tasks/administer-cluster/nodelocaldns/'],
  ['Virtual IPs and Service Proxies', 'reference/networking/virtual-ips/'],
];

/** The address of a reference as a rule names it (`kubernetes.io: Pod Lifecycle, container restart policy`); null where none is known. */
export function addressOf(reference: string): string | null {
  if (!reference.startsWith(PREFIX)) return null;
  const title = reference.slice(PREFIX.length);
  const page = PAGES.find(([name]) => title === name || title.startsWith(`${name}, `));
  return page === undefined ? null : `${DOCS}${page[1]}`;
}
