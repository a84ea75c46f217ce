import type { Pod } from '../../facts/wire.ts';
import type { AuthorizationPolicy } from '../../facts/wire-entrance.ts';
import { matchedPods } from '../../model/endpoints.ts';
import { sidecarOf } from '../../model/mesh.ts';
import { isLive } from '../../model/readiness.ts';
import { matches } from '../../model/selector.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass, unread } from '../rule.ts';
import { nameOf, stepsFix } from '../service-text.ts';

function covers({ spec }: AuthorizationPolicy, pod: Pod): boolean {
  if (spec?.targetRefs !== undefined) return false;
  return spec?.selector === undefined || matches(spec.selector.matchLabels, pod.metadata?.labels);
}

export const msh002 = defineRule({
  id: 'MSH-002',
  name: 'mesh-authorization-denied',
  stage: 'policy',
  severity: 'critical',
  title: 'the policies of the mesh allow nobody to call',
  healthy: 'the policies of the mesh allow somebody to call, or there are none',
  roles: ['target'],
  gate: 'mesh',
  needs: ['service', 'pods'],
  uses: ['authorizationPolicies'],
  explains: [],
  docs: {
    why: 'As soon as one AuthorizationPolicy with action ALLOW covers a workload, only what some rule allows may call it; a policy without rules allows nothing. Callers get 403 "RBAC: access denied". Whether a rule fits a given caller, only a call tells.',
    confirm: ['kubectl get authorizationpolicies', 'kubectl exec POD -- curl -i http://SERVICE'],
    fix: 'Add a policy that allows the callers.',
    references: ['Istio: AuthorizationPolicy'],
  },
  check({ service, pods, authorizationPolicies }) {
    const [backend] = matchedPods(service, pods).filter((pod) => isLive(pod) && sidecarOf(pod) === 'Istio');
    if (backend === undefined) return notApplicable('the Pods of the Service are not in an Istio mesh');
    if (!authorizationPolicies.known) return unread(authorizationPolicies);
    if (!authorizationPolicies.complete) return notApplicable('not all policies of the mesh were read');
    const allowing = authorizationPolicies.value.filter(
      (policy) => covers(policy, backend) && (policy.spec?.action ?? 'ALLOW') === 'ALLOW',
    );
    const [first] = allowing;
    if (first === undefined || allowing.some(({ spec }) => (spec?.rules ?? []).length > 0)) return pass;
    const where = `${first.metadata?.namespace}/${first.metadata?.name}`;
    return fail(
      finding({
        severity: 'critical',
        confidence: 'likely',
        scope: { policy: where },
        message: `${nameOf(service)} refuses every call with 403: AuthorizationPolicy ${where} allows nothing, and no other allows anybody`,
        evidence: [
          {
            label: 'policy',
            text: 'action ALLOW, no rules',
            object: `AuthorizationPolicy ${where}`,
            path: 'spec.rules',
            found: null,
            expected: 'a rule for the callers',
          },
        ],
        effects: ['callers get 403 "RBAC: access denied"'],
        fix: stepsFix(
          'allow the callers',
          `create an AuthorizationPolicy in ${first.metadata?.namespace} with a rule that names the callers' namespace or service account`,
        ),
      }),
    );
  },
});
