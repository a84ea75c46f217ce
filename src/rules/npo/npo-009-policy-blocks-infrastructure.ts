import { type Unknown, whole } from '../../facts/fact.ts';
import type { NetworkPolicyPeer, Pod, Service } from '../../facts/wire.ts';
import { ingressBackends, parentsOf } from '../../model/entrance.ts';
import { requirementsOf } from '../../model/label-selector.ts';
import { isolating, type PolicyRule, rulesOf } from '../../model/policy.ts';
import { calledPodsOf } from '../../model/policy-callers.ts';
import { closedPorts } from '../../model/policy-denial.ts';
import { NAME_LABEL, peerOf } from '../../model/policy-peer.ts';
import { type Confidence, type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny, notApplicable, pass, unread, type View } from '../rule.ts';
import { nameOf, stepsFix } from '../service-text.ts';
import { isSettling, policiesDo, policyRows, scaled } from './policy-text.ts';
import { enforcementBy, labelsBy } from './way.ts';

/** An item that may name somebody who is no Pod of the namespace. */
function isOutward({ ipBlock, namespaceSelector }: NetworkPolicyPeer, own: string): boolean {
  if (ipBlock !== undefined) return true;
  if (namespaceSelector === undefined) return false;
  return !requirementsOf(namespaceSelector).some(
    ({ key, operator, values }) => key === NAME_LABEL && operator === 'In' && values.length === 1 && values[0] === own,
  );
}

function letsOutsidersIn({ peers }: PolicyRule, own: string): boolean {
  return peers.length === 0 || peers.some((peer) => isOutward(peer, own));
}

const CONTROLLERS = /ingress|nginx|traefik|haproxy|kong|contour|envoy|gateway|istio/i;

/** Something in the namespace itself may be what brings the traffic in. */
function hasOwnEntrance(pods: readonly Pod[], behind: readonly Pod[]): boolean {
  return pods.some(
    (pod) =>
      !behind.includes(pod) &&
      CONTROLLERS.test(`${pod.metadata?.name} ${Object.values(pod.metadata?.labels ?? {}).join(' ')}`),
  );
}

interface Entrance {
  text: string;
  object: string;
  confidence: Confidence;
}

type Facts = View<never, 'ingresses' | 'routes'>;

/** What brings calls to the Service from outside of its namespace, and what could not be read of it. */
function entrancesOf(
  { metadata, spec }: Service,
  { ingresses, routes }: Facts,
): { found: Entrance[]; missing: Unknown | null } {
  const { namespace = '', name = '' } = metadata ?? {};
  const found: Entrance[] = [];
  const leading = (ingresses.known ? ingresses.value : []).filter((one) =>
    ingressBackends(one).some(({ service }) => service === name),
  );
  for (const { metadata: of } of leading) {
    found.push({
      text: `Ingress ${of?.namespace}/${of?.name}`,
      object: `Ingress ${of?.namespace}/${of?.name}`,
      confidence: 'likely',
    });
  }
  const parents = routes.known ? parentsOf(routes.value, namespace, name) : [];
  for (const parent of parents.filter((one) => !one.startsWith(`${namespace}/`))) {
    found.push({ text: `Gateway ${parent}`, object: `Gateway ${parent}`, confidence: 'likely' });
  }
  if (spec?.type === 'LoadBalancer' || spec?.type === 'NodePort') {
    const confidence = spec.type === 'LoadBalancer' ? 'likely' : 'possible';
    found.push({ text: `its type ${spec.type}`, object: `Service ${namespace}/${name}`, confidence });
  }
  return { found, missing: ingresses.known ? null : ingresses };
}

export const npo009 = defineRule({
  id: 'NPO-009',
  name: 'policy-blocks-infrastructure',
  stage: 'policy',
  severity: 'high',
  title: 'NetworkPolicies let nobody in from outside of the namespace, where Ingress or load balancer call from',
  healthy: 'NetworkPolicies let in what brings calls from outside',
  roles: ['target'],
  gate: ['policies-unread', 'policies'],
  needs: [],
  uses: [
    'ingressPolicies',
    'service',
    'calledPods',
    'ingresses',
    'routes',
    'namespaceLabels',
    'nodes',
    'systemWorkloads',
  ],
  explains: [],
  docs: {
    why: "An Ingress controller calls the Pods from its own namespace; a load balancer or a node port from the address of a node or of the client. Rules that name Pods of the Service's own namespace only let none of these in.",
    confirm: ['kubectl -n NAMESPACE get networkpolicies,ingresses', 'kubectl get pods -A | grep -i ingress'],
    fix: "Add a policy that lets the controller's namespace in; for load balancers and node ports the range of the nodes or of the clients (ipBlock).",
    references: ['kubernetes.io: Network Policies', 'kubernetes.io: Using Source IP'],
  },
  check(facts) {
    const policies = whole(facts.ingressPolicies, 'all networkpolicies');
    if (!policies.known) return unread(policies);
    if (policies.value.length === 0) return pass;
    const [read, pods] = [facts.service, whole(facts.calledPods, 'all pods')];
    if (!read.known) return unread(read);
    if (!pods.known) return unread(pods);
    const service = read.value;
    const own = service.metadata?.namespace ?? '';
    const behind = calledPodsOf(service, pods.value);
    const about = behind.map((pod) => isolating(policies.value, peerOf(pod), 'Ingress'));
    if (about.length === 0 || about.some((mine) => mine.length === 0)) return pass;
    const mine = [...new Set(about.flat())];
    if (mine.some((policy) => rulesOf(policy, 'Ingress').some((rule) => letsOutsidersIn(rule, own)))) return pass;
    if (closedPorts(service, pods.value, policies.value, labelsBy(facts.namespaceLabels).labelsOf).length > 0)
      return notApplicable('nobody at all is let in');
    const { found, missing } = entrancesOf(service, facts);
    if (found.length === 0 && missing !== null) return unread(missing);
    if (hasOwnEntrance(pods.value, behind)) return notApplicable('what brings calls in may be in the namespace itself');
    const enforcement = enforcementBy(facts.nodes, facts.systemWorkloads);
    const [first] = found;
    if (first === undefined) return pass;
    const one: Finding = finding({
      severity: 'high',
      confidence: scaled(found.some(({ confidence }) => confidence === 'likely') ? 'likely' : 'possible', enforcement),
      message: `${first.text} leads to ${nameOf(service)}, but ${policiesDo(mine, 'lets', 'let')} in Pods of ${own} only`,
      evidence: [
        ...policyRows(mine, 'Ingress'),
        ...found.map(({ text, object }) => ({
          label: 'entrance',
          text: `${text} brings calls from elsewhere`,
          object,
          path: 'spec',
          found: text,
          expected: null,
        })),
      ],
      effects: [`calls of ${nameOf(service)} from outside of ${own} hang: an Ingress answers 504`],
      fix: stepsFix(
        'let what brings the calls in, by one more policy',
        `find the namespace of the controller, and add a NetworkPolicy in ${own} that lets it in: namespaceSelector ${NAME_LABEL}=ITS-NAMESPACE`,
        'for a load balancer or node port let the range of the nodes or clients in: ipBlock',
      ),
      converging: isSettling(mine, facts.now),
    });
    return failIfAny([one]);
  },
});
