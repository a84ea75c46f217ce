import { known, whole } from '../../facts/fact.ts';
import { callersOf } from '../../model/policy-callers.ts';
import { closedPorts, deniedCalls } from '../../model/policy-denial.ts';
import { defineRule, failIfAny, notApplicable, pass, unanswered, unread } from '../rule.ts';
import { doubted } from '../unseen.ts';
import { ingressFindings } from './ingress-finding.ts';
import { callerOf, enforcementBy, labelsBy } from './way.ts';

export const npo001 = defineRule({
  id: 'NPO-001',
  name: 'ingress-denied',
  stage: 'policy',
  severity: 'critical',
  title: 'NetworkPolicies keep callers from the Pods',
  healthy: 'no NetworkPolicy keeps a known caller from the Pods',
  roles: ['target', 'dependency', 'caller'],
  offline: true,
  gate: ['policies-unread', 'policies'],
  needs: [],
  uses: [
    'ingressPolicies',
    'service',
    'called',
    'calledPods',
    'callerPods',
    'workloads',
    'namespaceLabels',
    'nodes',
    'systemWorkloads',
    'unseen',
  ],
  explains: [],
  reasons: {
    'NPO-002': {
      name: 'ingress-rule-uses-service-port',
      title: "a rule names the Service's port instead of the Pods'",
    },
    'NPO-003': { name: 'peer-selector-mismatch', title: 'a rule lets other Pods in than the caller' },
    'NPO-004': {
      name: 'peer-and-or-confusion',
      title: 'two selectors in one item must both hold; as two items one suffices',
    },
    'NPO-013': {
      name: 'namespace-label-missing',
      title: "a rule asks for a label that the caller's namespace does not carry",
    },
  },
  docs: {
    why: 'Once a NetworkPolicy selects a Pod for ingress, only what some policy allows gets in: all policies are added up, none takes anything away. They see the port of the Pod, never that of the Service. What is not allowed is dropped without an answer, so callers hang; probes of the kubelet are exempt, so the Pods are Ready all the while.',
    confirm: ['kubectl -n NAMESPACE get networkpolicies', 'kubectl -n NAMESPACE describe networkpolicy NAME'],
    fix: 'Add one more policy that lets the caller in on the port of the Pods; the policy that denies can stay as it is.',
    references: [
      'kubernetes.io: Network Policies',
      'kubernetes.io: Debug Services',
      'API reference: NetworkPolicySpec',
    ],
  },
  check(facts) {
    const { subject, now } = facts;
    const policies = whole(facts.ingressPolicies, 'all networkpolicies');
    if (!policies.known) return unread(policies);
    if (policies.value.length === 0) return pass;
    const read = subject.role === 'caller' ? facts.called : facts.service;
    const pods = whole(facts.calledPods, 'all pods');
    if (!read.known) return unread(read);
    if (read.value === null) return notApplicable('the Service does not exist');
    if (!pods.known) return unread(pods);
    const named = subject.role === 'dependency' ? known([]) : facts.callerPods;
    if (subject.role === 'target' && !(named.known && named.value.length === 0))
      return notApplicable('judged for the caller');
    if (!named.known) return unread(named);
    const service = read.value;
    const { labelsOf, missing } = labelsBy(facts.namespaceLabels);
    const caller = callerOf(subject, named.value);
    const isNamed = subject.role === 'caller';
    if (isNamed && caller === null) return notApplicable('the caller does not exist');
    const closed = isNamed ? [] : closedPorts(service, pods.value, policies.value, labelsOf);
    const workloads = facts.workloads.known ? facts.workloads.value : [];
    const callers = caller !== null ? [caller] : callersOf(service, workloads, pods.value);
    const judged = callers.map((one) => deniedCalls('Ingress', one, service, pods.value, policies.value, labelsOf));
    const shut = new Set(closed.filter((one) => one.pods === one.total).map(({ port }) => port));
    const denied = judged.flatMap(({ denials }) => denials).filter(({ port }) => !shut.has(port));
    const told = {
      policies: policies.value,
      service,
      pods: pods.value,
      enforcement: enforcementBy(facts.nodes, facts.systemWorkloads),
      now,
      isNamed,
    };
    const found = [...ingressFindings(closed, told), ...ingressFindings(denied, told)];
    const open = found.length === 0 && judged.some(({ isOpen }) => isOpen);
    return open && missing.length > 0
      ? unanswered(...missing)
      : failIfAny(found.map((one) => doubted(one, facts.unseen)));
  },
});
