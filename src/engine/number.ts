/** Gives findings their ids and turns them into the published form. */
import type { Evidence, Finding } from '../rules/finding.ts';
import type { Rule } from '../rules/rule.ts';
import type { Cause } from './causes.ts';
import type { DiagnosedFinding, FindingRole } from './diagnosis.ts';
import { fingerprintOf } from './fingerprint.ts';

/** A cause with the role it plays in the report. */
export interface Placed {
  cause: Cause;
  role: FindingRole;
}

/** Findings `f1`, `f2`, … in the order given. `idOf` tells the ids of the causes that the edges of a cause point at. */
export function publish(
  placed: readonly Placed[],
  firstNumber: number,
  all: readonly Cause[],
): readonly DiagnosedFinding[] {
  const ids = new Map(placed.map(({ cause }, index) => [cause, `f${firstNumber + index}`]));
  const idsOf = (indices: readonly number[]): string[] =>
    indices.flatMap((index) => {
      const cause = all[index];
      const id = cause === undefined ? undefined : ids.get(cause);
      return id === undefined ? [] : [id];
    });
  return placed.map(({ cause, role }) => {
    const explained = cause.explains.flatMap((index) => all[index]?.located.finding ?? []);
    return toFinding(cause, role, ids.get(cause) ?? '', idsOf, proofs(cause.located.finding, explained));
  });
}

function nameOf(rule: Rule, reason: string | null): string {
  return (reason === null ? undefined : rule.reasons?.[reason]?.name) ?? rule.name;
}

/** Its own evidence, and what the first of those who depend on its Service says of it. */
function proofs(finding: Finding, explained: readonly Finding[]): readonly Evidence[] {
  const told = explained.find(({ dependency }) => dependency !== null && dependency === finding.scope.service);
  return [...finding.evidence, ...(told?.evidence ?? [])];
}

function toFinding(
  cause: Cause,
  role: FindingRole,
  id: string,
  idsOf: (indices: readonly number[]) => string[],
  evidence: readonly Evidence[],
): DiagnosedFinding {
  const { rule, finding } = cause.located;
  const { fix } = finding;
  return {
    id,
    rule: rule.id,
    name: nameOf(rule, finding.reason),
    reason: finding.reason,
    cause: finding.cause,
    severity: finding.severity,
    confidence: finding.confidence,
    role,
    message: finding.message,
    why: rule.docs.why,
    scope: finding.scope,
    evidence: evidence.map((row) => ({ ...row, file: null, line: null, column: null })),
    place: null,
    effects: finding.effects,
    fix: fix === null ? null : { ...fix, edits: [] },
    notes: finding.notes,
    explains: idsOf(cause.explains),
    explainedBy: idsOf(cause.explainedBy),
    dependency: finding.dependency,
    converging: finding.converging,
    fingerprint: fingerprintOf(rule.id, finding),
  };
}
