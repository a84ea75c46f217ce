/** What is read for each fact, and so what a missing right costs: the questions that cannot be answered without it. */
import type { Occasion, Place, Read } from '../facts/reads.ts';
import type { FactName } from './facts.ts';
import { RULES } from './index.ts';
import type { Rule } from './rule.ts';

type Source = Read['resource'] | `${Read['resource']}@${Place | 'caller'}`;

const WORKLOADS = ['deployments', 'statefulsets', 'daemonsets'] as const;
/** A caller's own object, by its name. */
const CALLER = ['pods@caller', 'deployments@caller', 'statefulsets@caller', 'daemonsets@caller'] as const;

/** Plain names are read in the namespace of the Service that is judged: for a rule about DNS that is kube-system. */
const SOURCES: Readonly<Record<FactName, readonly Source[]>> = {
  service: ['services'],
  services: ['services'],
  servicesEverywhere: ['services@cluster'],
  namespace: ['namespaces'],
  pods: ['pods'],
  podsElsewhere: ['pods@cluster'],
  podsEverywhere: ['pods@cluster'],
  slices: ['endpointslices'],
  namespaceSlices: ['endpointslices'],
  slicesElsewhere: ['endpointslices@cluster'],
  endpoints: ['endpoints'],
  workloads: WORKLOADS,
  nodes: ['nodes@cluster'],
  events: ['events'],
  logs: ['pods/log', 'pods/log@kube-system'],
  configMaps: ['configmaps'],
  called: ['services'],
  calledPort: [],
  unseen: [],
  references: ['pods', 'services', 'configmaps', ...WORKLOADS, ...CALLER],
  serviceCidrs: ['servicecidrs@cluster'],
  kubeletConfig: ['configmaps@kube-system'],
  systemPods: ['pods@kube-system'],
  systemServices: ['services@kube-system'],
  systemWorkloads: ['daemonsets@kube-system'],
  corefile: ['configmaps@kube-system'],
  dnsRole: ['clusterroles@cluster'],
  kubeProxyConfig: ['configmaps@kube-system'],
  ciliumConfig: ['configmaps@kube-system'],
  felixConfiguration: ['felixconfigurations@cluster'],
  daemonSetsEverywhere: ['daemonsets@cluster'],
  ingresses: ['ingresses'],
  ingressClasses: ['ingressclasses@cluster'],
  routes: ['httproutes', 'httproutes@cluster', 'grpcroutes'],
  gateways: ['gateways@cluster'],
  referenceGrants: ['referencegrants'],
  peerAuthentications: ['peerauthentications', 'peerauthentications@istio-system'],
  authorizationPolicies: ['authorizationpolicies'],
  serviceMonitors: ['servicemonitors'],
  apiServerCalls: [
    'validatingwebhookconfigurations@cluster',
    'mutatingwebhookconfigurations@cluster',
    'apiservices@cluster',
  ],
  aliasTarget: ['services'],
  ingressPolicies: ['networkpolicies', 'networkpolicies@cluster'],
  egressPolicies: ['networkpolicies', 'networkpolicies@cluster'],
  systemPolicies: ['networkpolicies@kube-system', 'networkpolicies@cluster'],
  namespaceLabels: ['namespaces', 'namespaces@cluster'],
  callerPods: CALLER,
  pluginPolicies: [
    'ciliumnetworkpolicies',
    'ciliumclusterwidenetworkpolicies@cluster',
    'globalnetworkpolicies@cluster',
  ],
  calledPods: ['pods'],
  disruptionBudgets: ['poddisruptionbudgets'],
  claims: ['persistentvolumeclaims'],
  volumes: ['persistentvolumes@cluster'],
  storageClasses: ['storageclasses@cluster'],
  quotas: ['resourcequotas'],
};

/** The rules that a right serves: those that cannot be judged without it, and those that then have less to go on. */
export interface Cost {
  decides: readonly string[];
  helps: readonly string[];
}

/** Where the rule reads the fact. A DNS Service that is ill is judged like any other, and what is read for that is read at a sign. */
function placesOf(fact: FactName, { roles }: Rule, when: Occasion): readonly Source[] {
  const home = roles.some((role) => role !== 'dns' && role !== 'cluster');
  const system = roles.includes('dns') || (when === 'sign' && roles.includes('dependency'));
  return SOURCES[fact].flatMap((source): readonly Source[] => {
    if (source.endsWith('@caller')) return roles.includes('caller') ? [source] : [];
    if (source.includes('@')) return [source];
    const resource = source as Read['resource'];
    return [...(home ? [`${resource}@home` as const] : []), ...(system ? [`${resource}@kube-system` as const] : [])];
  });
}

/** What it costs when this is refused, by ids of rules. What is read only at a sign decides nothing where there is none. */
export function costOf(read: Read): Cost {
  const at = `${read.resource}@${read.when === 'caller' ? 'caller' : read.place}`;
  const serves = (facts: readonly FactName[], rule: Rule): boolean =>
    facts.some((fact) => placesOf(fact, rule, read.when).some((place) => place === at));
  const rules = RULES.filter(({ offByDefault }) => offByDefault !== true);
  const decides = rules.filter((rule) => read.when !== 'sign' && serves(rule.needs, rule));
  const helps = rules.filter((rule) => !decides.includes(rule) && serves([...rule.needs, ...rule.uses], rule));
  return { decides: decides.map(({ id }) => id), helps: helps.map(({ id }) => id) };
}
