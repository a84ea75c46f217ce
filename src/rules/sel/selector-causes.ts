/** Why a selector matches nothing, and what would: the reasons of SEL-001, each with its evidence and fix. */
import type { Fact } from '../../facts/fact.ts';
import type { Pod, Service } from '../../facts/wire.ts';
import { type Candidate, isClear, REVISION_KEYS, selectorPatch } from '../../model/nearest-workload.ts';
import { isTerminal } from '../../model/readiness.ts';
import { matches, selectorText } from '../../model/selector.ts';
import { ownerText, type Workload } from '../../model/workloads.ts';
import type { Evidence, Finding, Fix, Note } from '../finding.ts';
import { closestEvidence, selectorFix, steps } from './selector-text.ts';

export interface Cause {
  reason: string | null;
  confidence: Finding['confidence'];
  evidence: readonly Evidence[];
  fix: Fix | null;
  notes: readonly Note[];
}

const AVOID: Note = {
  label: 'avoid',
  text: 'relabelling the Pod template: selectors of workloads are immutable and must keep matching the template',
};

/** SEL-002: without the keys that change with each revision, exactly one workload's template would match. */
export function pinsRevision(service: Service, candidates: readonly Candidate[]): Cause | null {
  const pinned = Object.keys(service.spec?.selector ?? {})
    .filter((key) => REVISION_KEYS.has(key))
    .sort();
  const rest = candidates.filter(({ labels }) => {
    const kept = Object.entries(service.spec?.selector ?? {}).filter(([key]) => !pinned.includes(key));
    return matches(Object.fromEntries(kept), labels);
  });
  const [only] = rest;
  if (pinned.length === 0 || only === undefined || rest.length > 1) return null;
  const evidence = [closestEvidence(service, only)];
  if (pinned.includes('rollouts-pod-template-hash')) {
    const fix = steps(
      'let Argo Rollouts retarget the Service',
      'look at the Rollout that names this Service: its controller writes rollouts-pod-template-hash into the selector',
    );
    return { reason: 'SEL-002', confidence: 'likely', evidence, fix, notes: [] };
  }
  const body = Object.fromEntries(pinned.map((key) => [key, null]));
  const keys = pinned.map((key) => `"${key}"`).join(', ');
  return {
    reason: 'SEL-002',
    confidence: 'certain',
    evidence,
    fix: selectorFix(service, body, `drop ${keys}, which changes with each revision, from the selector`, 'safe'),
    notes: [],
  };
}

/** The best candidate and how to select it; SEL-004 where the workload itself, but not its template, carries the selector. */
export function nearWorkload(
  service: Service,
  candidates: readonly Candidate[],
  workloads: readonly Workload[],
): Cause | null {
  const [best] = candidates;
  if (best === undefined) return null;
  const outside = candidates.find(
    ({ workload }) => workload !== null && matches(service.spec?.selector, workload.labels),
  );
  const chosen = outside ?? best;
  const reason = outside === undefined ? null : 'SEL-004';
  const shown =
    outside === undefined && !isClear(candidates)
      ? candidates.filter(({ points }) => points === best.points)
      : [chosen];
  const evidence = shown.map((candidate) => closestEvidence(service, candidate));
  const body = shown.length === 1 ? selectorPatch(service, chosen, workloads) : null;
  if (body === null) {
    const names = shown.map(({ owner }) => ownerText(owner)).join(' or ');
    const fix = steps(
      `select ${names}`,
      `choose labels that only the wanted Pods carry, and set them as the Service's spec.selector (near: ${names})`,
    );
    return { reason, confidence: 'certain', evidence, fix, notes: [AVOID] };
  }
  const fix = selectorFix(
    service,
    body,
    `select the Pods of ${ownerText(chosen.owner)}`,
    chosen.points >= 3 ? 'safe' : 'review',
  );
  return { reason, confidence: 'certain', evidence, fix, notes: [AVOID] };
}

/** SEL-003: exactly one other namespace runs Pods with these labels. Over an incomplete list that cannot be said. */
export function elsewhere(service: Service, pods: Fact<readonly Pod[]>): Cause | null {
  if (!pods.known || !pods.complete) return null;
  const found = pods.value.filter(
    (pod) =>
      !isTerminal(pod) &&
      pod.metadata?.namespace !== service.metadata?.namespace &&
      matches(service.spec?.selector, pod.metadata?.labels),
  );
  const [namespace, ...others] = [...new Set(found.map((pod) => pod.metadata?.namespace ?? ''))].sort();
  if (namespace === undefined || others.length > 0) return null;
  const evidence: Evidence = {
    label: 'Pods',
    text: `${found.length} in namespace ${namespace} carry ${selectorText(service.spec?.selector)}; selectors do not cross namespaces`,
    object: `Namespace ${namespace}`,
    path: 'metadata.namespace',
    found: namespace,
    expected: service.metadata?.namespace ?? null,
  };
  const fix = steps(
    `move the Service to ${namespace}`,
    `create the Service in ${namespace}, beside its Pods`,
    `call it from ${service.metadata?.namespace} as ${service.metadata?.name}.${namespace}`,
  );
  return { reason: 'SEL-003', confidence: 'likely', evidence: [evidence], fix, notes: [] };
}

/** POD-002: nothing here carries the labels or comes near them. */
export function noBackend(service: Service): Cause {
  const namespace = service.metadata?.namespace ?? '';
  const evidence: Evidence = {
    label: 'nothing',
    text: `in ${namespace} carries ${selectorText(service.spec?.selector)} or comes near it (no workload, no Pod)`,
    object: `Namespace ${namespace}`,
    path: 'metadata.name',
    found: null,
    expected: selectorText(service.spec?.selector),
  };
  const fix = steps(
    'deploy what the Service stands for',
    `deploy the workload whose Pods carry ${selectorText(service.spec?.selector)}`,
  );
  return { reason: 'POD-002', confidence: 'likely', evidence: [evidence], fix, notes: [] };
}
