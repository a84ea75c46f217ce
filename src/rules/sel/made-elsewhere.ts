/** Files need not hold the Pods that a Service is for: which workload of theirs is meant nevertheless, and what to say where none is. */
import type { Fact } from '../../facts/fact.ts';
import type { Service } from '../../facts/wire.ts';
import { isMisspelt, stem } from '../../model/near-names.ts';
import type { Candidate } from '../../model/nearest-workload.ts';
import { matches, selectorText } from '../../model/selector.ts';
import { type Finding, finding } from '../finding.ts';
import type { Unseen } from '../unseen.ts';
import { nameOf } from './selector-text.ts';

function isServed({ labels }: Candidate, services: Fact<readonly Service[]>): boolean {
  return services.known && services.value.some(({ spec }) => matches(spec?.selector, labels));
}

const BUILT_IN = new Set([
  'Pod',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ReplicationController',
  'Job',
]);
/** True where a key that the template lacks may come at run time: from the controller of a custom resource, or from a webhook. */
function mayBeAdded({ owner, differences }: Candidate): boolean {
  return differences.some(
    ({ key, has, renamed }) =>
      has === null &&
      renamed === null &&
      (!BUILT_IN.has(owner.kind) || (key.includes('/') && !/^(?:app\.kubernetes\.io|helm\.sh)\//.test(key))),
  );
}

/** One value is misspelt, and all else fits. */
function isSlip({ differences }: Candidate): boolean {
  const [only, ...more] = differences;
  if (only === undefined || more.length > 0) return false;
  return only.has === null ? only.renamed !== null : isMisspelt(only.wanted, only.has);
}

/**
 * True where the workload is the one that the Service must mean, although others may exist: it is called like the Service; or no other Service
 * is for it, and it carries the selector but for one slip, or on itself and not on its template.
 */
export function isMeant(service: Service, candidate: Candidate, services: Fact<readonly Service[]>): boolean {
  if (mayBeAdded(candidate)) return false;
  const { owner, workload } = candidate;
  if (stem(owner.name) === stem(service.metadata?.name ?? '')) return true;
  if (isServed(candidate, services)) return false;
  return isSlip(candidate) || (workload !== null && matches(service.spec?.selector, workload.labels));
}

/** What can be said of a selector that nothing in the files carries. */
export function madeElsewhere(service: Service, unseen: Fact<Unseen>): Finding {
  const name = nameOf(service);
  const selector = selectorText(service.spec?.selector);
  const makers = unseen.known ? unseen.value.makers : [];
  const maker = makers.length === 0 ? '' : `; ${makers.slice(0, 3).join(', ')} may make such Pods`;
  return finding({
    reason: 'POD-002',
    severity: 'info',
    confidence: 'possible',
    message: `${name} selects ${selector}, which nothing in these files carries${maker}`,
    evidence: [
      {
        label: 'selector',
        text: selector,
        object: `Service ${name}`,
        path: 'spec.selector',
        found: selector,
        expected: null,
      },
    ],
    notes: [{ label: 'note', text: 'no fault where its Pods are made by something else: only files were read' }],
  });
}
