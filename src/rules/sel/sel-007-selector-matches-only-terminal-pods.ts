import { matchedPods, selectsPods } from '../../model/endpoints.ts';
import { nearestWorkloads } from '../../model/nearest-workload.ts';
import { isTerminal } from '../../model/readiness.ts';
import { selectorText } from '../../model/selector.ts';
import { ownerOf, ownerText, plannedBy } from '../../model/workloads.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { nearWorkload } from './selector-causes.ts';
import { emptyEffects, nameOf, steps } from './selector-text.ts';

export const sel007 = defineRule({
  id: 'SEL-007',
  name: 'selector-matches-only-terminal-pods',
  stage: 'selector',
  severity: 'critical',
  title: 'the selector matches only Pods that have ended',
  healthy: 'the Pods that the selector matches have not all ended',
  roles: ['target', 'dependency'],
  gate: 'idle',
  needs: ['service', 'pods', 'workloads'],
  uses: [],
  explains: ['POD-009', 'HDL-002'],
  docs: {
    why: 'A Pod that has Succeeded or Failed is never an endpoint, evicted and completed ones included. kubectl get pods still lists it, so the selector looks right.',
    confirm: ['kubectl get pods -l SELECTOR --field-selector=status.phase!=Running'],
    fix: 'Select the Pods of a workload that runs, or start the Pods again.',
    references: ['k8s.io/endpointslice: reconciler', 'kubernetes.io: Pod Lifecycle'],
  },
  check({ service, pods, workloads }) {
    if (!selectsPods(service)) return notApplicable('the Service has no selector that counts');
    const matched = matchedPods(service, pods);
    if (matched.length === 0 || matched.some((pod) => !isTerminal(pod))) return pass;
    if (plannedBy(service.spec?.selector, workloads).length > 0) return pass;
    const owners = [...new Set(matched.map((pod) => ownerText(ownerOf(pod))))].sort().join(', ');
    const ends = [...new Set(matched.map(({ status }) => status?.reason ?? status?.phase ?? ''))].sort().join(', ');
    const cause = nearWorkload(service, nearestWorkloads(service, workloads, pods), workloads);
    return fail(
      finding({
        severity: 'critical',
        message: `${nameOf(service)} does not work: its selector matches only Pods that have ended`,
        evidence: [
          {
            label: 'selector',
            text: selectorText(service.spec?.selector),
            object: `Service ${nameOf(service)}`,
            path: 'spec.selector',
            found: selectorText(service.spec?.selector),
            expected: null,
          },
          {
            label: 'Pods',
            text: `${matched.length} of ${owners}, all ended: ${ends}`,
            object: `Pod ${matched[0]?.metadata?.namespace}/${matched.map(({ metadata }) => metadata?.name ?? '').sort()[0]}`,
            path: 'status.phase',
            found: ends,
            expected: 'Running',
          },
          ...(cause?.evidence ?? []),
        ],
        effects: emptyEffects(service),
        fix:
          cause?.fix ??
          steps(
            'run the Pods again',
            `start again what ${owners} ran, or deploy a workload whose Pods carry ${selectorText(service.spec?.selector)}`,
          ),
        notes: cause?.notes ?? [],
      }),
    );
  },
});
