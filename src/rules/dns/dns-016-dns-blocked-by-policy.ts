import { isDnsWell, silentLookup } from '../../model/silent-lookups.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';

/** The DNS Pods are Ready, and a Pod says that lookups get no answer: something between them. What that is, the rules of policies and of kube-proxy tell. */
export const dns016 = defineRule({
  id: 'DNS-016',
  name: 'dns-blocked-by-policy',
  stage: 'policy',
  severity: 'medium',
  title: 'lookups of a Pod get no answer although DNS works',
  healthy: 'lookups get answers',
  roles: ['target', 'dependency', 'caller'],
  gate: 'troubled',
  needs: ['logs'],
  uses: ['systemServices', 'systemPods', 'references'],
  explains: [],
  docs: {
    why: 'A log line such as EAI_AGAIN or "i/o timeout" of a lookup, while the DNS Pods are Ready, means that questions or answers are lost on the way: a NetworkPolicy that does not allow egress to port 53 of UDP and TCP, one on the DNS Pods that does not allow the namespace, broken rules of kube-proxy on the node, or a dead cache of the node.',
    confirm: [
      'kubectl -n NAMESPACE get networkpolicies',
      'kubectl -n kube-system get networkpolicies',
      'kubectl -n NAMESPACE exec POD -- getent hosts kubernetes.default.svc.cluster.local.',
    ],
    fix: 'Allow egress to port 53 of UDP and TCP to the DNS Pods.',
    references: ['kubernetes.io: Network Policies', 'kubernetes.io: Debugging DNS Resolution'],
  },
  check({ subject, systemServices, systemPods, references, logs, now }) {
    if (!references.known || !systemPods.known || !systemServices.known)
      return notApplicable('who looks names up is not known');
    const found = silentLookup(references.value, logs, now, false);
    if (found === null) return pass;
    if (!isDnsWell(systemServices.value, systemPods.value)) return notApplicable('the DNS Pods are not Ready');
    const name = `${found.pod.metadata?.namespace}/${found.pod.metadata?.name}`;
    const { kind, namespace } = found.workload;
    return fail(
      finding({
        severity: 'medium',
        confidence: 'possible',
        message: `${kind} ${namespace}/${found.workload.name} says that lookups get no answer, although the DNS Pods are Ready`,
        scope: subject.role === 'caller' ? { service: subject.calls } : {},
        evidence: [
          {
            label: 'last log',
            text: `"${found.line}"`,
            object: `Pod ${name}`,
            path: 'log',
            found: found.line,
            expected: null,
          },
        ],
        effects: ['no name resolves there'],
        fix: {
          summary: 'let the lookups through',
          safety: 'review',
          commands: [`kubectl -n ${namespace} get networkpolicies`],
          steps: [
            'allow egress to port 53 of UDP and TCP to the DNS Pods, and look at kube-proxy on the node of the Pod',
          ],
          patch: null,
        },
      }),
    );
  },
});
