import { whole } from '../../facts/fact.ts';
import { defineRule, failIfAny, pass, unread } from '../rule.ts';
import { doubted } from '../unseen.ts';
import { sendersOf } from './egress-finding.ts';
import { egressSurprises, ingressSurprises, surpriseFinding } from './policy-types.ts';
import { enforcementBy } from './way.ts';

export const npo014 = defineRule({
  id: 'NPO-014',
  name: 'policy-types-surprise',
  stage: 'policy',
  severity: 'high',
  title: 'policyTypes of a NetworkPolicy do not fit its rules',
  healthy: 'policyTypes fit the rules',
  roles: ['target', 'dependency', 'caller'],
  offline: true,
  gate: ['policies-unread', 'policies'],
  needs: [],
  uses: [
    'ingressPolicies',
    'egressPolicies',
    'service',
    'calledPods',
    'callerPods',
    'references',
    'nodes',
    'systemWorkloads',
    'unseen',
  ],
  explains: ['NPO-001', 'NPO-005', 'NPO-006'],
  causes: {
    'rules-ignored': 'rules of a direction that is not among policyTypes',
    'no-egress-rules': 'Egress is among policyTypes, and there is no egress rule',
  },
  docs: {
    why: 'A NetworkPolicy restricts the directions of its policyTypes and no other: rules of another direction are not read, and a direction without a rule lets nothing through. Where policyTypes is left out, Egress counts only if there are egress rules.',
    confirm: ['kubectl -n NAMESPACE get networkpolicy NAME -o yaml'],
    fix: 'Name in policyTypes the directions that the policy has rules for.',
    references: ['kubernetes.io: Network Policies', 'API reference: NetworkPolicySpec.policyTypes'],
  },
  check(facts) {
    const policies = whole(facts.egressPolicies, 'all networkpolicies');
    if (!policies.known) return unread(policies);
    if (policies.value.length === 0) return pass;
    const isCaller = facts.subject.role === 'caller';
    const source = isCaller ? facts.callerPods : facts.references;
    if (!source.known) return unread(source);
    const senders = sendersOf(facts.subject, facts.callerPods, facts.references);
    const found = senders
      .filter(({ isNamed, hosts }) => isNamed || hosts.length > 0)
      .flatMap((sender) => egressSurprises(sender, policies.value));
    const [ingress, service, pods] = [facts.ingressPolicies, facts.service, whole(facts.calledPods, 'all pods')];
    if (!isCaller) {
      if (!ingress.known) return unread(ingress);
      if (!service.known) return unread(service);
      if (!pods.known) return unread(pods);
      found.push(...ingressSurprises(service.value, ingress.value, pods.value));
    }
    const enforcement = enforcementBy(facts.nodes, facts.systemWorkloads);
    const told = found.filter(({ harms }) => harms || facts.subject.role === 'target');
    return failIfAny(told.map((one) => doubted(surpriseFinding(one, enforcement, facts.now), facts.unseen)));
  },
});
