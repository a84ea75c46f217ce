import { mayBeAbout } from '../../model/plugin-policy.ts';
import { calledPodsOf } from '../../model/policy-callers.ts';
import { type Evidence, finding } from '../finding.ts';
import { defineRule, fail, pass, unread } from '../rule.ts';
import { few, nameOf } from '../service-text.ts';

export const npo011 = defineRule({
  id: 'NPO-011',
  name: 'other-policy-engine-present',
  stage: 'policy',
  severity: 'info',
  title: 'policies of the network plugin concern the Pods, which the doctor does not evaluate',
  healthy: 'no policy of the network plugin concerns the Pods',
  roles: ['target'],
  gate: 'plugin-policies',
  needs: [],
  uses: ['pluginPolicies', 'service', 'calledPods'],
  explains: [],
  docs: {
    why: 'Cilium and Calico have policies of their own, which can deny what NetworkPolicies allow. They are listed here and not judged: where calls hang and nothing else is found, look at them.',
    confirm: [
      'kubectl get ciliumnetworkpolicies,ciliumclusterwidenetworkpolicies -A',
      'kubectl get globalnetworkpolicies.crd.projectcalico.org',
    ],
    fix: 'Read them, or ask the plugin: its own tools trace a call through its policies.',
    references: ['Cilium: Network Policy', 'Calico: Global network policy'],
  },
  check(facts) {
    const [policies, service, pods] = [facts.pluginPolicies, facts.service, facts.calledPods];
    if (!policies.known) return unread(policies);
    if (policies.value.length === 0) return pass;
    if (!service.known) return unread(service);
    if (!pods.known) return unread(pods);
    const behind = calledPodsOf(service.value, pods.value);
    const mine = policies.value.filter((policy) => behind.some((pod) => mayBeAbout(policy, pod)));
    if (mine.length === 0) return pass;
    const names = mine.map(
      ({ kind, metadata }) =>
        `${kind} ${metadata?.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata?.name}`,
    );
    return fail(
      finding({
        severity: 'info',
        confidence: 'possible',
        message: `${few(names)} may concern the Pods of ${nameOf(service.value)}, and ${mine.length === 1 ? 'is' : 'are'} not judged here`,
        evidence: names.map(
          (name): Evidence => ({
            label: 'policy',
            text: name,
            object: name,
            path: 'spec',
            found: null,
            expected: null,
          }),
        ),
        notes: [{ label: 'note', text: 'if calls hang although nothing is found, these policies may be why' }],
      }),
    );
  },
});
