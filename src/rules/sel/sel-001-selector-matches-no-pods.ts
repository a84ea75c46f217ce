import { matchedPods, selectsPods } from '../../model/endpoints.ts';
import { nearestWorkloads } from '../../model/nearest-workload.ts';
import { ageOf, isTerminal } from '../../model/readiness.ts';
import { selectorText } from '../../model/selector.ts';
import { plannedBy } from '../../model/workloads.ts';
import { type Evidence, finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { mayExist } from '../unseen.ts';
import { isMeant, madeElsewhere } from './made-elsewhere.ts';
import { elsewhere, nearWorkload, noBackend, pinsRevision } from './selector-causes.ts';
import { emptyEffects, nameOf, selectorPath } from './selector-text.ts';

export const sel001 = defineRule({
  id: 'SEL-001',
  name: 'selector-matches-no-pods',
  stage: 'selector',
  severity: 'critical',
  title: 'the selector matches no Pod',
  healthy: 'the selector matches Pods, or a workload whose Pods it will match',
  roles: ['target', 'dependency'],
  offline: true,
  gate: 'idle',
  needs: ['service', 'pods', 'workloads'],
  uses: ['podsElsewhere', 'services', 'unseen'],
  explains: ['POD-009', 'DNS-002', 'HDL-002'],
  reasons: {
    'SEL-002': { name: 'selector-pins-revision', title: 'the selector pins a revision that is gone' },
    'SEL-003': { name: 'pods-in-other-namespace', title: 'the Pods run in another namespace' },
    'SEL-004': {
      name: 'labels-on-workload-not-on-template',
      title: 'the labels are on the workload, not on its Pod template',
    },
    'POD-002': { name: 'no-backing-workload', title: 'nothing in the namespace runs what the Service stands for' },
  },
  docs: {
    why: 'A Service sends traffic to the Pods of its own namespace that carry every pair of its selector, compared exactly and by case. With no such Pod it has no endpoints, and every request is refused.',
    confirm: ['kubectl get service NAME -o jsonpath={.spec.selector}', 'kubectl get pods --show-labels'],
    fix: "Patch the Service's selector to labels that the Pod template carries. It takes effect at once; a workload's own selector is immutable.",
    references: ['kubernetes.io: Debug Services', 'k8s.io/endpointslice: reconciler'],
  },
  check(facts) {
    const { service, pods, workloads, services, unseen, now } = facts;
    if (!selectsPods(service)) return notApplicable('the Service has no selector that counts');
    const { selector } = service.spec ?? {};
    if (matchedPods(service, pods).length > 0) return pass;
    if (plannedBy(selector, workloads).length > 0) return pass;
    const candidates = nearestWorkloads(service, workloads, pods);
    const isOpen = mayExist(unseen);
    const meant = isOpen ? candidates.filter((one) => isMeant(service, one, services)) : candidates;
    const cause =
      pinsRevision(service, meant) ??
      nearWorkload(service, meant, workloads) ??
      (isOpen ? null : elsewhere(service, facts.podsElsewhere));
    if (isOpen && cause === null) return fail(madeElsewhere(service, unseen));
    const namespace = service.metadata?.namespace;
    const evidence: Evidence = {
      label: 'selector',
      text: `${selectorText(selector)}  0 of ${pods.filter((pod) => !isTerminal(pod)).length} Pods in ${namespace}`,
      object: `Service ${nameOf(service)}`,
      path: selectorPath(candidates[0]),
      found: selectorText(selector),
      expected: null,
    };
    const { evidence: more, ...rest } = cause ?? noBackend(service);
    return fail(
      finding({
        ...rest,
        confidence: isOpen ? 'likely' : rest.confidence,
        severity: 'critical',
        message: `${nameOf(service)} does not work: its selector matches no Pod`,
        evidence: [evidence, ...more],
        effects: emptyEffects(service),
        converging: (ageOf(service.metadata?.creationTimestamp, now) ?? Number.POSITIVE_INFINITY) < 30_000,
      }),
    );
  },
});
