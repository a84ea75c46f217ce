/** Judges the world after a root's fix: what appears behind it is `next`, and a fix that does not help is not called safe. */
import type { Snapshot } from '../facts/snapshot.ts';
import type { Finding, Fix } from '../rules/finding.ts';
import type { Rule, Subject } from '../rules/rule.ts';
import { type Cause, isHint, linkCauses, rootsAbove } from './causes.ts';
import { FactReader, type Located } from './evaluate.ts';
import { repaired } from './repair.ts';
import { repairedState } from './state.ts';
import { Walk } from './walk.ts';

export interface WhatIf {
  /** The fix with its safety as judged. */
  fix: Fix;
  /** Faults of the target that show only in the repaired world, with the causes among them. */
  next: readonly Cause[];
  afterFix: string | null;
}

/** Findings with the same key speak of the same fault, in whatever words. */
export function faultKey({ rule, finding: { scope } }: Located): string {
  return `${rule.id} ${scope.service} ${scope.port}`;
}

/** What follows from the root's patch for the target; `present` = the keys of all faults known today. Null when the fix has no patch or its object is not in the snapshot. */
export function whatIf(
  root: Located,
  present: ReadonlySet<string>,
  target: Subject,
  snapshot: Snapshot,
  rules: readonly Rule[],
): WhatIf | null {
  const fix: Finding['fix'] = root.finding.fix;
  if (fix === null || fix.patch === null) return null;
  const world = repaired(snapshot, fix.patch);
  if (world === null) return null;
  const after = new Walk(rules, new FactReader(world)).follow([target]).flatMap(({ findings }) => findings);
  const heals = !after.some((found) => faultKey(found) === faultKey(root));
  const causes = linkCauses(after);
  const next = causes.filter(
    (cause, index) =>
      !isHint(cause.located) && rootsAbove(causes, index).includes(index) && !present.has(faultKey(cause.located)),
  );
  return {
    fix: heals || fix.safety !== 'safe' ? fix : { ...fix, safety: 'review' },
    next: heals ? next : [],
    afterFix: heals ? repairedState(world, target.namespace, target.name) : null,
  };
}
