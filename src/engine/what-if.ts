/** Judges the world after a root's fix: what appears behind it is `next`, and a fix that does not help is not called safe. */
import type { Snapshot } from '../facts/snapshot.ts';
import type { Finding, Fix } from '../rules/finding.ts';
import type { Rule } from '../rules/rule.ts';
import type { Subject } from '../rules/subject.ts';
import { type Cause, isHint, linkCauses, rootsAbove } from './causes.ts';
import { FactReader, type Located } from './evaluate.ts';
import { repaired, withPodsRecovered } from './repair.ts';
import { repairedState } from './state.ts';
import { Walk } from './walk.ts';

export interface WhatIf {
  /** The safety of the fix as judged; null where it is no patch. */
  safety: Fix['safety'] | null;
  /** Faults of the target that show only in the repaired world, with the causes among them. */
  next: readonly Cause[];
  afterFix: string | null;
}

/** Findings with the same key speak of the same fault, in whatever words. */
export function faultKey({ rule, finding: { scope } }: Located): string {
  return `${rule.id} ${scope.service} ${scope.port}`;
}

interface Question {
  root: Located;
  target: Subject;
  /** The keys of all faults known today. */
  present: ReadonlySet<string>;
  rules: readonly Rule[];
}

/** What follows from the root's patch for the target or, where no patch is known, from the recovery of its Pods; null where neither can be told. */
export function whatIf(question: Question, snapshot: Snapshot): WhatIf | null {
  const { root, target } = question;
  const fix: Finding['fix'] = root.finding.fix;
  if (fix === null || fix.patch === null) {
    const world = withPodsRecovered(snapshot, target.namespace, target.name);
    return world === null ? null : { safety: null, next: newFaults(judged(question, world), question), afterFix: null };
  }
  const world = repaired(snapshot, fix.patch);
  if (world === null) return null;
  const after = judged(question, world);
  const heals = !after.some((found) => faultKey(found) === faultKey(root));
  return {
    safety: heals || fix.safety !== 'safe' ? fix.safety : 'review',
    next: heals ? newFaults(after, question) : [],
    afterFix: heals ? repairedState(world, target.namespace, target.name) : null,
  };
}

function judged({ rules, target }: Question, world: Snapshot): readonly Located[] {
  return new Walk(rules, new FactReader(world)).follow([target]).flatMap(({ findings }) => findings);
}

function newFaults(after: readonly Located[], { present }: Question): readonly Cause[] {
  const causes = linkCauses(after);
  return causes.filter(
    (cause, index) =>
      !isHint(cause.located) && rootsAbove(causes, index).includes(index) && !present.has(faultKey(cause.located)),
  );
}
