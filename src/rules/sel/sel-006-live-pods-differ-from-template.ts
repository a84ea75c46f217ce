import type { Pod, Service } from '../../facts/wire.ts';
import { matchedPods, selectsPods } from '../../model/endpoints.ts';
import { isLive } from '../../model/readiness.ts';
import { differences, matches, type PairDifference } from '../../model/selector.ts';
import { isRollingOut, ownerOf, ownerText, plannedBy, podsOf, type Workload } from '../../model/workloads.ts';
import { type Finding, type Fix, finding } from '../finding.ts';
import { defineRule, failIfAny, notApplicable } from '../rule.ts';
import { differenceText, emptyEffects, nameOf, steps } from './selector-text.ts';

/** Why the Pods keep the labels of an older template; null where nothing tells. */
function heldBack({ object, kind }: Workload): string | null {
  const spec = object.spec as { paused?: boolean; updateStrategy?: { type?: string } } | undefined;
  if (kind === 'Deployment') return spec?.paused === true ? 'the Deployment is paused' : null;
  return spec?.updateStrategy?.type === 'OnDelete' ? 'its update strategy is OnDelete' : null;
}

function rolloutFix(workload: Workload): Fix {
  const kind = workload.kind.toLowerCase();
  const summary = `replace the Pods of ${workload.kind} ${workload.name} by Pods of its template`;
  const paused = heldBack(workload)?.includes('paused') === true;
  if (heldBack(workload) !== null && !paused)
    return steps(
      summary,
      `delete the Pods of ${workload.kind} ${workload.name} one after the other: new ones follow the template`,
    );
  const verb = paused ? 'resume' : 'restart';
  return {
    summary,
    safety: 'review',
    commands: [`kubectl -n ${workload.namespace} rollout ${verb} ${kind}/${workload.name}`],
    steps: [],
    patch: null,
  };
}

function lackingText(lacking: readonly PairDifference[]): string {
  return lacking.map(differenceText).join(', ');
}

function strayFinding(service: Service, workload: Workload, stray: readonly Pod[], all: number): Finding[] {
  const [first] = stray;
  if (first === undefined) return [];
  const none = stray.length === all;
  const why = heldBack(workload);
  const lacking = differences(service.spec?.selector, first.metadata?.labels);
  const sure = none || why !== null;
  return [
    finding({
      severity: none ? 'critical' : sure ? 'high' : 'low',
      confidence: none ? 'certain' : sure ? 'likely' : 'possible',
      message: none
        ? `${nameOf(service)} does not work: the Pods of ${workload.kind} ${workload.name} lack labels that its template has`
        : `${nameOf(service)} misses ${stray.length} of ${all} Pods of ${workload.kind} ${workload.name}: they lack labels that its template has`,
      evidence: [
        {
          label: 'Pods',
          text: `${stray.length} of ${all}, ${first.metadata?.name} for one: ${lackingText(lacking)}`,
          object: `Pod ${first.metadata?.namespace}/${first.metadata?.name}`,
          path: 'metadata.labels',
          found: lacking.map(({ key, has }) => `${key}=${has ?? ''}`).join(', '),
          expected: lacking.map(({ key, wanted }) => `${key}=${wanted}`).join(', '),
        },
        {
          label: 'template',
          text: `carries them${why === null ? '' : `; ${why}`}`,
          object: `${workload.kind} ${workload.namespace}/${workload.name}`,
          path: 'spec.template.metadata.labels',
          found: lacking.map(({ key, wanted }) => `${key}=${wanted}`).join(', '),
          expected: null,
        },
      ],
      effects: none ? emptyEffects(service) : ['these Pods get no calls'],
      fix: rolloutFix(workload),
      converging: why === null && isRollingOut(workload),
    }),
  ];
}

/** Labels that controllers and admission put onto each Pod, so that templates never have them. */
const ADDED =
  /^(?:pod-template-hash|rollouts-pod-template-hash|controller-revision-hash|pod-template-generation|statefulset\.kubernetes\.io\/|apps\.kubernetes\.io\/|batch\.kubernetes\.io\/|job-name|controller-uid|.*istio\.io\/|linkerd\.io\/)/;

/** All Pods of a workload are selected by a label that its template does not have: it will be missing from the next ones. */
function borrowedFinding(
  service: Service,
  workload: Workload,
  matched: readonly Pod[],
  own: readonly Pod[],
): Finding[] {
  const lacking = differences(service.spec?.selector, workload.template.metadata?.labels);
  const selected = own.filter((pod) => matched.includes(pod));
  const isLeader = selected.length < own.length || own.length < 2;
  if (selected.length === 0 || isLeader || lacking.some(({ key }) => ADDED.test(key))) return [];
  return [
    finding({
      severity: 'low',
      confidence: 'possible',
      message: `${nameOf(service)} selects the Pods of ${workload.kind} ${workload.name} by a label that its template does not have: new Pods may lack it`,
      evidence: [
        {
          label: 'template',
          text: lackingText(lacking),
          object: `${workload.kind} ${workload.namespace}/${workload.name}`,
          path: 'spec.template.metadata.labels',
          found: null,
          expected: lacking.map(({ key, wanted }) => `${key}=${wanted}`).join(', '),
        },
      ],
      effects: ['after the next rollout the Service may have no endpoints'],
      fix: steps(
        'let the template carry the label',
        `add ${lacking.map(({ key, wanted }) => `${key}=${wanted}`).join(', ')} to the Pod template, unless a controller or admission adds it`,
      ),
    }),
  ];
}

export const sel006 = defineRule({
  id: 'SEL-006',
  name: 'live-pods-differ-from-template',
  stage: 'selector',
  severity: 'critical',
  title: 'the Pods carry other labels than their template',
  healthy: 'the Pods carry the labels of their template that the selector asks for',
  roles: ['target', 'dependency'],
  gate: 'lacking',
  needs: ['service', 'pods', 'workloads'],
  uses: [],
  explains: ['POD-003', 'DNS-002'],
  docs: {
    why: 'A selector is compared with the labels of Pods, not of templates. Labels changed by hand, and templates whose Pods were not replaced since (a paused Deployment, update strategy OnDelete), make the two differ.',
    confirm: ['kubectl get pods --show-labels', 'kubectl rollout status deployment/NAME'],
    fix: 'Replace the Pods by Pods of the template, or label them.',
    references: ['k8s.io/endpointslice: reconciler', 'kubernetes.io: Deployments, pausing and resuming a rollout'],
  },
  check({ service, pods, workloads, subject }) {
    if (!selectsPods(service)) return notApplicable('the Service has no selector that counts');
    const matched = matchedPods(service, pods);
    const planned = plannedBy(service.spec?.selector, workloads);
    const live = matched.filter(isLive);
    const expected = planned.reduce((sum, { replicas }) => sum + replicas, 0);
    if (planned.length > 0 && live.length >= expected) return failIfAny([]);
    const stray = planned.flatMap((workload) => {
      const own = podsOf(workload, pods).filter(isLive);
      const others = own.filter((pod) => !matches(service.spec?.selector, pod.metadata?.labels));
      return strayFinding(service, workload, others, own.length);
    });
    if (planned.length > 0 || subject.role !== 'target') return failIfAny(stray);
    const owners = new Set(live.map((pod) => ownerText(ownerOf(pod))));
    const owning = workloads.filter((workload) => owners.has(ownerText(workload)));
    return failIfAny(
      owning.flatMap((workload) => {
        const own = podsOf(workload, pods).filter(isLive);
        return borrowedFinding(service, workload, live, own);
      }),
    );
  },
});
