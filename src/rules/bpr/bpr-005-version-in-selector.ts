import { matchedPods } from '../../model/endpoints.ts';
import { isLive } from '../../model/readiness.ts';
import type { Labels } from '../../model/selector.ts';
import { selectorText } from '../../model/selector.ts';
import { plannedBy, type Workload } from '../../model/workloads.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { advice, nameOf, objectOf } from './advice.ts';

/** Labels that a new release changes. */
const REVISIONS = [
  'pod-template-hash',
  'controller-revision-hash',
  'helm.sh/chart',
  'app.kubernetes.io/version',
  'version',
];

/** Two workloads that differ in this label: traffic is switched between them on purpose. */
function isSwitched(selector: Labels, key: string, workloads: readonly Workload[]): boolean {
  const { [key]: _value, ...rest } = selector ?? {};
  const fits = plannedBy(rest, workloads);
  return new Set(fits.map(({ template }) => template.metadata?.labels?.[key])).size > 1;
}

export const bpr005 = defineRule({
  id: 'BPR-005',
  name: 'version-in-selector',
  stage: 'selector',
  severity: 'info',
  title: 'the selector names a revision',
  healthy: 'the selector names no revision',
  roles: ['target'],
  offline: true,
  needs: ['service'],
  uses: ['pods', 'workloads'],
  explains: [],
  docs: {
    why: 'Labels with a version, a chart or a revision change with the next release. A selector that asks for one then matches nothing, unless it is changed in the same moment. Switching traffic between two versions on purpose needs it.',
    confirm: ['kubectl get service NAME -o jsonpath={.spec.selector}'],
    fix: 'Select labels that stay.',
    references: ['kubernetes.io: Recommended Labels'],
  },
  check({ service, pods, workloads }) {
    const { selector } = service.spec ?? {};
    const key = REVISIONS.find((one) => selector?.[one] !== undefined);
    if (key === undefined) return pass;
    if (!pods.known || !workloads.known || !workloads.complete) return notApplicable('the Pods are not known');
    if (!matchedPods(service, pods.value).some(isLive)) return notApplicable('it matches no Pod now');
    if (isSwitched(selector, key, workloads.value)) return pass;
    return fail(
      finding({
        severity: 'info',
        message: `${nameOf(service)} selects ${key}=${selector?.[key]}, which the next release changes`,
        evidence: [
          {
            label: 'selector',
            text: selectorText(selector),
            object: objectOf(service),
            path: `spec.selector[${key}]`,
            found: selector?.[key] ?? null,
            expected: null,
          },
        ],
        fix: advice(
          'select labels that stay',
          `remove ${key} from the selector, unless it is switched with each release`,
        ),
      }),
    );
  },
});
