import { whole } from '../../facts/fact.ts';
import { isolating } from '../../model/policy.ts';
import { calledPodsOf } from '../../model/policy-callers.ts';
import { peerOf } from '../../model/policy-peer.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, pass, unread } from '../rule.ts';
import { nameOf, stepsFix } from '../service-text.ts';
import { policiesDo, policyRows } from './policy-text.ts';
import { enforcementBy } from './way.ts';

export const npo010 = defineRule({
  id: 'NPO-010',
  name: 'policies-not-enforced',
  stage: 'policy',
  severity: 'info',
  title: 'NetworkPolicies select the Pods, but nothing here seems to enforce them',
  healthy: 'the NetworkPolicies are enforced, as far as can be seen',
  roles: ['target'],
  gate: ['policies-unread', 'policies'],
  needs: [],
  uses: ['ingressPolicies', 'service', 'calledPods', 'nodes', 'systemWorkloads'],
  explains: [],
  docs: {
    why: 'The API server keeps NetworkPolicies, but only a network plugin acts on them. Flannel alone and kindnet before kind 0.24 do not. Then a policy is neither the cause of a fault nor a protection.',
    confirm: ['kubectl get daemonsets -A', 'kubectl describe nodes | grep NetworkUnavailable'],
    fix: 'Nothing for the Service; for protection install a plugin that enforces policies.',
    references: ['kubernetes.io: Network Policies, prerequisites'],
  },
  check(facts) {
    const [policies, service, pods] = [facts.ingressPolicies, facts.service, facts.calledPods];
    if (!policies.known) return unread(policies);
    if (policies.value.length === 0) return pass;
    if (!service.known) return unread(service);
    if (!pods.known) return unread(pods);
    const { level, by } = enforcementBy(facts.nodes, facts.systemWorkloads);
    if (level !== 'not-enforced') return pass;
    // what enforces policies may be among what could not be read
    const [nodes, agents] = [
      whole(facts.nodes, 'all nodes'),
      whole(facts.systemWorkloads, 'all daemonsets of kube-system'),
    ];
    if (!nodes.known) return unread(nodes);
    if (!agents.known) return unread(agents);
    const peers = calledPodsOf(service.value, pods.value).map(peerOf);
    const mine = policies.value.filter((policy) =>
      peers.some((peer) => isolating([policy], peer, 'Ingress').length > 0),
    );
    if (mine.length === 0) return pass;
    return fail(
      finding({
        severity: 'info',
        confidence: 'likely',
        message: `${policiesDo(mine, 'selects', 'select')} the Pods of ${nameOf(service.value)}, but ${by} does not enforce policies`,
        evidence: policyRows(mine, 'Ingress'),
        effects: ['it stops no calls, and protects from none'],
        fix: stepsFix(
          'for protection, install a network plugin that enforces policies',
          'choose a plugin that enforces NetworkPolicies',
        ),
      }),
    );
  },
});
