import { whole } from '../../facts/fact.ts';
import type { NetworkPolicy, Pod, Service } from '../../facts/wire.ts';
import { clusterIps } from '../../model/ip-range.ts';
import { type Denial, deniedCalls, nearestOf } from '../../model/policy-denial.ts';
import { portLabel } from '../../model/ports.ts';
import { resolveHost } from '../../model/references.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny, pass, unanswered, unread } from '../rule.ts';
import { nameOf } from '../service-text.ts';
import { doubted } from '../unseen.ts';
import { allowFix, podPort, serviceItem } from './allow.ts';
import { type Sender, sendersOf, sureOf } from './egress-finding.ts';
import { isSettling, nearestRow, podsRow, policiesDo, policyRows, scaled } from './policy-text.ts';
import { enforcementBy, labelsBy } from './way.ts';

/** The Services that a sender calls: the one asked about, or those of its own namespace that it is told to call. */
function calledBy(
  { isNamed, hosts, caller }: Sender,
  asked: Service | null,
  services: readonly Service[],
): readonly Service[] {
  if (isNamed) return asked === null ? [] : [asked];
  const names = new Set(
    hosts.flatMap((host) => {
      const target = resolveHost(host, caller.namespace);
      return 'name' in target && target.namespace === caller.namespace ? [target.name] : [];
    }),
  );
  return services.filter(({ metadata }) => names.has(metadata?.name ?? ''));
}

function report(
  sender: Sender,
  service: Service,
  denial: Denial,
  near: readonly Pod[],
  taken: readonly NetworkPolicy[],
): Finding {
  const { caller, isNamed } = sender;
  const ips = clusterIps(service.spec);
  const nearest = nearestOf(denial, near, ips);
  const isAddress = nearest.mismatch === 'service-address' || nearest.mismatch === 'service-port';
  const sure = sureOf(sender);
  const where = `${nameOf(service)} on port ${portLabel(denial.port)}`;
  const allowance = {
    namespace: caller.namespace,
    name: `allow-${caller.name}-to-${service.metadata?.name}`,
    taken,
    selector: caller.labels,
    egress: [{ to: [serviceItem(service, caller.namespace)], ports: [podPort(denial.port)] }],
  };
  return finding({
    reason: isAddress ? 'NPO-007' : null,
    severity: denial.pods === denial.total ? 'critical' : 'high',
    confidence: isAddress && sure === 'certain' ? 'likely' : sure,
    scope: isNamed ? { service: nameOf(service), port: portLabel(denial.port) } : {},
    message: `${caller.text} may not call ${where}: ${policiesDo(denial.policies, 'does', 'do')} not let it out`,
    evidence: [...policyRows(denial.policies, 'Egress'), ...nearestRow(nearest, denial, 'Egress'), podsRow(denial)],
    effects: [`calls of ${nameOf(service)} from there hang until they time out`],
    fix: allowFix(allowance, `let ${caller.text} out to the Pods of ${nameOf(service)}, by one more policy`),
    notes: isAddress
      ? [
          {
            label: 'note',
            text: 'a policy sees the address and port of the Pod: those of the Service are translated before',
          },
        ]
      : [],
  });
}

export const npo006 = defineRule({
  id: 'NPO-006',
  name: 'egress-denied-to-target',
  stage: 'policy',
  severity: 'critical',
  title: 'NetworkPolicies do not let a caller out to the Pods it calls',
  healthy: 'no NetworkPolicy keeps a caller from getting out to the Pods it calls',
  roles: ['caller', 'target', 'dependency'],
  offline: true,
  gate: ['policies-unread', 'policies'],
  needs: [],
  uses: [
    'egressPolicies',
    'callerPods',
    'references',
    'called',
    'services',
    'calledPods',
    'namespaceLabels',
    'nodes',
    'systemWorkloads',
    'unseen',
  ],
  explains: ['POD-007', 'POD-008', 'POD-009', 'POD-012'],
  reasons: {
    'NPO-007': {
      name: 'egress-rule-uses-service-address',
      title: "an egress rule names the Service's address or port instead of the Pods'",
    },
  },
  docs: {
    why: 'A NetworkPolicy that selects a caller for egress stops every call that no policy allows. Rules are held against the Pod that is called and its own port: the cluster IP and the port of the Service have been translated by then, on most network plugins.',
    confirm: ['kubectl -n NAMESPACE get networkpolicies', 'kubectl -n NAMESPACE describe networkpolicy NAME'],
    fix: 'Add a policy that lets the caller out to the Pods behind the Service, on their own port.',
    references: ['kubernetes.io: Network Policies', 'API reference: NetworkPolicyEgressRule'],
  },
  check(facts) {
    const policies = whole(facts.egressPolicies, 'all networkpolicies');
    if (!policies.known) return unread(policies);
    if (policies.value.length === 0) return pass;
    const isNamed = facts.subject.role === 'caller';
    const [source, targets] = isNamed ? [facts.callerPods, facts.called] : [facts.references, facts.services];
    const pods = whole(facts.calledPods, 'all pods');
    for (const fact of [source, targets, pods]) if (!fact.known) return unread(fact);
    const [asked, services] = [facts.called, facts.services];
    const { labelsOf, missing } = labelsBy(facts.namespaceLabels);
    const enforcement = enforcementBy(facts.nodes, facts.systemWorkloads);
    const near = pods.known ? pods.value : [];
    let isOpen = false;
    const findings = sendersOf(facts.subject, facts.callerPods, facts.references).flatMap((sender) =>
      calledBy(sender, asked.known ? asked.value : null, services.known ? services.value : []).flatMap((service) => {
        const judged = deniedCalls('Egress', sender.caller, service, near, policies.value, labelsOf);
        isOpen ||= judged.isOpen;
        return judged.denials.map((denial): Finding => {
          const found = report(sender, service, denial, near, policies.value);
          const converging = isSettling(denial.policies, facts.now);
          return { ...found, confidence: scaled(found.confidence, enforcement), converging };
        });
      }),
    );
    return findings.length === 0 && isOpen && missing.length > 0
      ? unanswered(...missing)
      : failIfAny(findings.map((one) => doubted(one, facts.unseen)));
  },
});
