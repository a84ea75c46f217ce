/** The total order of findings: severity, confidence, number explained, stage, id, scope. Equal input gives equal output. */
import type { Confidence, Severity } from '../rules/finding.ts';
import { STAGES } from '../rules/rule.ts';
import type { Cause } from './causes.ts';

const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];
const CONFIDENCES: readonly Confidence[] = ['certain', 'likely', 'possible'];

/** True when the severity is at least the threshold. */
export function isAtLeast(severity: Severity, threshold: Severity): boolean {
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(threshold);
}

function keysOf(cause: Cause, isSought: (cause: Cause) => boolean): readonly (number | string)[] {
  const { rule, finding } = cause.located;
  const { service, port, pod, node, policy, caller } = finding.scope;
  return [
    isSought(cause) ? 0 : 1,
    SEVERITIES.indexOf(finding.severity),
    CONFIDENCES.indexOf(finding.confidence),
    -cause.explains.length,
    STAGES.indexOf(rule.stage),
    rule.id,
    [service, port, pod, node, policy, caller].map((part) => part ?? '').join(' '),
    finding.message,
  ];
}

/** The causes in the order of printing, first those that `isSought` names: what can look like the symptom that callers see. */
export function ranked(causes: readonly Cause[], isSought: (cause: Cause) => boolean): readonly Cause[] {
  const keyed = causes.map((cause) => ({ cause, keys: keysOf(cause, isSought) }));
  keyed.sort((a, b) => compare(a.keys, b.keys));
  return keyed.map(({ cause }) => cause);
}

function compare(left: readonly (number | string)[], right: readonly (number | string)[]): number {
  for (let i = 0; i < left.length; i++) {
    const [x, y] = [left[i] as number | string, right[i] as number | string];
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}
