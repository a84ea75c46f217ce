import { whole } from '../../facts/fact.ts';
import type { NetworkPolicy, Service } from '../../facts/wire.ts';
import { DNS_NAMESPACE, dnsServiceOf } from '../../model/dns-service.ts';
import { closedPorts, type Denial, deniedCalls, nearestOf } from '../../model/policy-denial.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny, notApplicable, pass, unanswered, unread } from '../rule.ts';
import { nameOf } from '../service-text.ts';
import { allowFix, podPort } from './allow.ts';
import { policiesOf, usesClusterDns } from './egress-finding.ts';
import { isSettling, nearestRow, podsRow, policiesDo, policyRows, scaled } from './policy-text.ts';
import { callerOf, dnsOnly, enforcementBy, labelsBy } from './way.ts';

function report(denials: readonly Denial[], dns: Service, taken: readonly NetworkPolicy[], now: number): Finding[] {
  const first = denials.find(({ port }) => port.protocol === 'UDP');
  if (first === undefined) return [];
  const policies = policiesOf(denials);
  const from =
    first.caller === null
      ? {}
      : { from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': first.caller.namespace } } }] };
  const allowance = {
    namespace: DNS_NAMESPACE,
    name: 'allow-dns',
    taken,
    selector: { ...dns.spec?.selector },
    ingress: [{ ...from, ports: (dns.spec?.ports ?? []).map(podPort) }],
  };
  return [
    finding({
      severity: first.pods === first.total ? 'critical' : 'high',
      scope: { service: nameOf(dns) },
      message:
        first.caller === null
          ? `no Pod may ask the DNS Pods: ${policiesDo(policies, 'lets', 'let')} nobody in there`
          : `${first.caller.text} may not ask the DNS Pods: ${policiesDo(policies, 'does', 'do')} not let it in`,
      evidence: [
        ...policyRows(policies, 'Ingress'),
        ...nearestRow(nearestOf(first, [], []), first, 'Ingress'),
        podsRow(first),
      ],
      effects: ['lookups of names there time out ("Try again", EAI_AGAIN)'],
      fix: allowFix(allowance, 'let callers ask the DNS Pods, by one more policy'),
      converging: isSettling(policies, now),
    }),
  ];
}

export const npo012 = defineRule({
  id: 'NPO-012',
  name: 'dns-pods-ingress-restricted',
  stage: 'policy',
  severity: 'critical',
  title: 'NetworkPolicies of kube-system keep callers from the DNS Pods',
  healthy: 'no NetworkPolicy of kube-system keeps callers from the DNS Pods',
  roles: ['caller', 'dns'],
  needs: [],
  uses: ['systemPolicies', 'callerPods', 'systemServices', 'systemPods', 'namespaceLabels', 'nodes', 'systemWorkloads'],
  explains: ['DNS-016'],
  docs: {
    why: 'A NetworkPolicy in kube-system that selects the DNS Pods for ingress stops every lookup that no policy allows. DNS itself is healthy, and so are its probes; callers of other namespaces get no answer.',
    confirm: [
      'kubectl -n kube-system get networkpolicies',
      'kubectl -n NAMESPACE exec POD -- nslookup kubernetes.default',
    ],
    fix: 'Add a policy in kube-system that lets all namespaces in to the DNS Pods on UDP and TCP port 53.',
    references: ['kubernetes.io: Network Policies', 'kubernetes.io: Debugging DNS Resolution'],
  },
  check(facts) {
    const policies = whole(facts.systemPolicies, 'all networkpolicies of kube-system');
    if (!policies.known) return unread(policies);
    if (policies.value.length === 0) return pass;
    const [services, pods] = [facts.systemServices, whole(facts.systemPods, 'all pods of kube-system')];
    if (!services.known) return unread(services);
    if (!pods.known) return unread(pods);
    if (!facts.callerPods.known) return unread(facts.callerPods);
    const service = dnsServiceOf(services.value);
    if (service === null) return notApplicable('the DNS Pods are not in kube-system');
    const [dns, named] = [dnsOnly(service), facts.callerPods.value];
    const { labelsOf, missing } = labelsBy(facts.namespaceLabels);
    const enforcement = enforcementBy(facts.nodes, facts.systemWorkloads);
    const scaledDown = (found: Finding): Finding => ({ ...found, confidence: scaled(found.confidence, enforcement) });
    if (facts.subject.role === 'dns') {
      if (named.length > 0) return notApplicable('judged for the caller');
      return failIfAny(
        report(closedPorts(dns, pods.value, policies.value, labelsOf), dns, policies.value, facts.now).map(scaledDown),
      );
    }
    const caller = callerOf(facts.subject, named);
    if (caller === null || !named.every(usesClusterDns)) return notApplicable('the caller does not ask the DNS Pods');
    const { denials, isOpen } = deniedCalls('Ingress', caller, dns, pods.value, policies.value, labelsOf);
    const found = report(denials, dns, policies.value, facts.now).map(scaledDown);
    return found.length === 0 && isOpen && missing.length > 0 ? unanswered(...missing) : failIfAny(found);
  },
});
