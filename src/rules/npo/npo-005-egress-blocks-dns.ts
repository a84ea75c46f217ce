import { whole } from '../../facts/fact.ts';
import type { NetworkPolicy, Service } from '../../facts/wire.ts';
import { DNS_NAMESPACE, dnsServiceOf, NODE_LOCAL_DNS } from '../../model/dns-service.ts';
import { isolating, ruleVerdicts } from '../../model/policy.ts';
import { type Denial, deniedCalls, nearestOf } from '../../model/policy-denial.ts';
import type { NamespaceLabels } from '../../model/policy-peer.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass, unanswered, unread } from '../rule.ts';
import { allowFix, podPort, serviceItem } from './allow.ts';
import { looksUp, policiesOf, type Sender, sendersOf, sureOf, usesClusterDns } from './egress-finding.ts';
import { isSettling, nearestRow, podsRow, policiesDo, policyRows, scaled } from './policy-text.ts';
import { dnsOnly, enforcementBy, labelsBy } from './way.ts';

const HOST = { pod: null, ips: [NODE_LOCAL_DNS] };

/** True where a rule lets the Pod ask the cache on its node. */
function mayAskCache({ caller }: Sender, { policies }: Denial, labelsOf: NamespaceLabels): boolean {
  const mine = isolating(policies, caller.peer, 'Egress');
  const call = { other: HOST, called: HOST, port: { protocol: 'UDP', number: 53 } };
  return ruleVerdicts(mine, 'Egress', call, labelsOf).some(({ matches }) => matches === true);
}

function report(
  sender: Sender,
  denials: readonly Denial[],
  dns: Service,
  taken: readonly NetworkPolicy[],
  cached: boolean,
): Finding | null {
  const { caller } = sender;
  const udp = denials.find(({ port }) => port.protocol === 'UDP');
  const first = udp ?? denials[0];
  if (first === undefined) return null;
  const policies = policiesOf(denials);
  const only = udp === undefined;
  const to = [serviceItem(dns, caller.namespace)];
  const ports = (dns.spec?.ports ?? []).map(podPort);
  const allowance = {
    namespace: caller.namespace,
    name: `allow-dns-from-${caller.name}`,
    taken,
    selector: caller.labels,
    egress: [{ to, ports }],
  };
  return finding({
    severity: only ? 'medium' : first.pods === first.total ? 'critical' : 'high',
    confidence: only || cached ? 'possible' : sureOf(sender),
    message: only
      ? `${caller.text} may ask the DNS Pods over UDP only: ${policiesDo(policies, 'does', 'do')} not let TCP out`
      : `${caller.text} cannot look up any name: ${policiesDo(policies, 'lets', 'let')} no call to the DNS Pods out`,
    evidence: [
      ...policyRows(policies, 'Egress'),
      ...nearestRow(nearestOf(first, [], []), first, 'Egress'),
      podsRow(first),
    ],
    effects: [
      only
        ? 'answers too long for UDP are lost'
        : 'lookups there time out ("Try again", EAI_AGAIN); calls by IP are not affected',
    ],
    fix: allowFix(allowance, `let ${caller.text} ask the DNS Pods, by one more policy`),
    notes: [{ label: 'not', text: `a fault of DNS: ${DNS_NAMESPACE}/${dns.metadata?.name} answers others` }],
  });
}

export const npo005 = defineRule({
  id: 'NPO-005',
  name: 'egress-blocks-dns',
  stage: 'policy',
  severity: 'critical',
  title: 'NetworkPolicies keep a caller from the DNS Pods',
  healthy: 'no NetworkPolicy keeps a caller from the DNS Pods',
  roles: ['caller', 'target', 'dependency'],
  offline: true,
  gate: ['policies-unread', 'policies'],
  needs: [],
  uses: [
    'egressPolicies',
    'callerPods',
    'references',
    'systemServices',
    'systemPods',
    'systemWorkloads',
    'namespaceLabels',
    'nodes',
  ],
  explains: ['POD-007', 'POD-008', 'POD-009', 'POD-012', 'DNS-016'],
  docs: {
    why: 'Once a NetworkPolicy selects a Pod for egress, only what some policy allows gets out, lookups of names too. Policies of that kind must let UDP and TCP to the port of the DNS Pods out, or no name resolves.',
    confirm: [
      'kubectl -n NAMESPACE describe networkpolicy NAME',
      'kubectl -n NAMESPACE exec POD -- nslookup kubernetes.default',
    ],
    fix: 'Add a policy that lets UDP and TCP port 53 out to the Pods k8s-app=kube-dns in kube-system.',
    references: ['kubernetes.io: Network Policies', 'kubernetes.io: Debugging DNS Resolution'],
  },
  check(facts) {
    const policies = whole(facts.egressPolicies, 'all networkpolicies');
    if (!policies.known) return unread(policies);
    if (policies.value.length === 0) return pass;
    const [services, pods] = [facts.systemServices, whole(facts.systemPods, 'all pods of kube-system')];
    if (!services.known) return unread(services);
    if (!pods.known) return unread(pods);
    const service = dnsServiceOf(services.value);
    if (service === null) return notApplicable('the DNS Pods are not in kube-system');
    const source = facts.subject.role === 'caller' ? facts.callerPods : facts.references;
    if (!source.known) return unread(source);
    const dns = dnsOnly(service);
    const { labelsOf, missing } = labelsBy(facts.namespaceLabels);
    const enforcement = enforcementBy(facts.nodes, facts.systemWorkloads);
    const agents = whole(facts.systemWorkloads, 'all daemonsets of kube-system');
    const hasCache = agents.known && agents.value.some(({ name }) => name === 'node-local-dns');
    const senders = sendersOf(facts.subject, facts.callerPods, facts.references);
    let isOpen = false;
    const findings = senders
      .filter((sender) => usesClusterDns(sender.pod) && looksUp(sender))
      .flatMap((sender): Finding[] => {
        const judged = deniedCalls('Egress', sender.caller, dns, pods.value, policies.value, labelsOf);
        isOpen ||= judged.isOpen;
        const denials = judged.denials.filter((denial) => !(hasCache && mayAskCache(sender, denial, labelsOf)));
        const found = report(sender, denials, dns, policies.value, hasCache);
        if (found === null) return [];
        return [
          {
            ...found,
            confidence: scaled(found.confidence, enforcement),
            converging: isSettling(policiesOf(denials), facts.now),
          },
        ];
      });
    if (findings.length === 0) return isOpen && missing.length > 0 ? unanswered(...missing) : pass;
    return agents.known ? fail(...findings) : unread(agents);
  },
});
