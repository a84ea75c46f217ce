import { selectsPods } from '../../model/endpoints.ts';
import { selectorText } from '../../model/selector.ts';
import { ownerText, plannedBy, type Workload } from '../../model/workloads.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { advice, nameOf, objectOf } from './advice.ts';

function repositories({ template }: Workload): ReadonlySet<string> {
  const images = (template.spec?.containers ?? []).map(({ image }) => image ?? '');
  return new Set(images.map((image) => image.replace(/@.*$/, '').replace(/:[^:/]*$/, '')));
}

/** A workload that runs none of the first one's images: no canary, no shard, no half of a migration. */
function stranger(workloads: readonly Workload[]): Workload | undefined {
  const [first, ...others] = workloads;
  if (first === undefined || others.length === 0) return undefined;
  const known = repositories(first);
  return others.find((other) => ![...repositories(other)].some((image) => known.has(image)));
}

export const bpr003 = defineRule({
  id: 'BPR-003',
  name: 'single-generic-selector',
  stage: 'selector',
  severity: 'low',
  title: 'a selector of one label fits the templates of different programs',
  healthy: 'the selector fits the templates of one program',
  roles: ['target'],
  offline: true,
  needs: ['service'],
  uses: ['workloads'],
  explains: [],
  docs: {
    why: 'With one label that another program of the namespace carries as well, the Service sends it a share of the requests as soon as it has Pods.',
    confirm: ['kubectl get deployments,statefulsets,daemonsets -o wide --show-labels'],
    fix: 'Add a second label to the selector that only the wanted workload carries.',
    references: ['kubernetes.io: Labels and Selectors', 'kubernetes.io: Recommended Labels'],
  },
  check({ service, workloads }) {
    const { selector } = service.spec ?? {};
    if (!selectsPods(service) || Object.keys(selector ?? {}).length !== 1)
      return notApplicable('the selector is not of one label');
    if (!workloads.known) return notApplicable('the workloads are not known');
    const planned = plannedBy(selector, workloads.value);
    const other = stranger(planned);
    if (other === undefined) return pass;
    const names = planned.map(ownerText).sort().join(', ');
    return fail(
      finding({
        severity: 'low',
        message: `${nameOf(service)} selects ${selectorText(selector)}, which fits different programs: ${names}`,
        evidence: [
          {
            label: 'selector',
            text: `${selectorText(selector)}  fits ${names}`,
            object: objectOf(service),
            path: 'spec.selector',
            found: selectorText(selector),
            expected: null,
          },
        ],
        fix: advice(
          'select one program',
          'add a label to the selector that only the Pods of the wanted workload carry',
        ),
      }),
    );
  },
});
