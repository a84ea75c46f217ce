/** The findings of a run, linked, ranked and numbered, and the conclusions drawn from them for each Service. */
import type { Snapshot } from '../facts/snapshot.ts';
import type { Rule } from '../rules/rule.ts';
import type { Subject } from '../rules/subject.ts';
import { type Cause, isHint, linkCauses, rootsAbove } from './causes.ts';
import { countChecks, headlineOf, questionsOf, verdictOf } from './conclude.ts';
import type { DiagnosedFinding, DiagnosedService, FindingRole, SuppressedFinding } from './diagnosis.ts';
import type { Located } from './evaluate.ts';
import type { JudgeOptions } from './judge-options.ts';
import { dataplaneIn } from './limits.ts';
import { type Placed, publish } from './number.ts';
import { callerText, pathOf } from './path.ts';
import { isAtLeast, ranked } from './rank.ts';
import { gather } from './shared.ts';
import { serviceState } from './state.ts';
import { type Suppressed, suppressing } from './suppress.ts';
import { canExplain } from './symptom.ts';
import type { Judged } from './walk.ts';
import { faultKey, type WhatIf, whatIf } from './what-if.ts';

function roleOf(cause: Cause, suppressed: ReadonlyMap<Cause, Suppressed>): FindingRole {
  if (suppressed.has(cause)) return 'suppressed';
  if (cause.explainedBy.length > 0) return 'consequence';
  return isHint(cause.located) ? 'hint' : 'root';
}

/** What one Service asked about is concluded from. */
export interface Concerned {
  target: Subject;
  judged: readonly Judged[];
}

export class Report {
  readonly #snapshot: Snapshot;
  readonly #rules: readonly Rule[];
  readonly #options: JudgeOptions;
  readonly #causes: readonly Cause[];
  /** Where in the list the causes stand that were found on each subject. */
  readonly #indices: ReadonlyMap<Judged, readonly number[]>;
  readonly #present: ReadonlySet<string>;
  readonly #suppressing: (located: Located) => Suppressed | null;
  readonly #suppressed: ReadonlyMap<Cause, Suppressed>;
  readonly #whatIfs = new Map<Cause, WhatIf | null>();
  readonly #published: DiagnosedFinding[];
  readonly #idOf: ReadonlyMap<Cause, DiagnosedFinding>;
  readonly #next = new Map<string, DiagnosedFinding>();
  readonly #isSought: (cause: Cause) => boolean;

  constructor(snapshot: Snapshot, rules: readonly Rule[], options: JudgeOptions, judged: readonly Judged[]) {
    this.#snapshot = snapshot;
    this.#rules = rules;
    this.#options = options;
    const { symptom } = options;
    const drops = symptom === 'timeout' && dataplaneIn(snapshot)?.kind === 'other';
    const looksLikeIt = ({ located: { rule, finding }, explains }: Cause): boolean =>
      symptom === null ||
      canExplain(symptom, rule.id, finding.reason, drops) ||
      explains.some((index) => this.#causes[index] !== undefined && looksLikeIt(this.#causes[index]));
    this.#isSought = looksLikeIt;
    const indices = new Map<Judged, readonly number[]>();
    const located = judged.flatMap((one) => {
      const { severity } = options;
      return one.findings
        .filter(({ finding }) => severity === null || isAtLeast(finding.severity, severity))
        .map((entry) => ({ one, entry }));
    });
    located.forEach(({ one }, index) => {
      indices.set(one, [...(indices.get(one) ?? []), index]);
    });
    this.#indices = indices;
    const entries = located.map(({ entry }) => entry);
    this.#causes = linkCauses(entries, gather(entries));
    this.#present = new Set(this.#causes.map((cause) => faultKey(cause.located)));
    this.#suppressing = suppressing(snapshot, options.suppressors ?? []);
    this.#suppressed = new Map(
      this.#causes.flatMap((cause) => {
        const why = this.#suppressing(cause.located);
        return why === null ? [] : [[cause, why]];
      }),
    );
    const placed = ranked(this.#causes, this.#isSought).map(
      (cause): Placed => ({ cause, role: roleOf(cause, this.#suppressed) }),
    );
    const byRole = (role: FindingRole): Placed[] => placed.filter((entry) => entry.role === role);
    const ordered = [...byRole('root'), ...byRole('consequence'), ...byRole('hint'), ...byRole('suppressed')];
    this.#published = [...publish(ordered, 1, this.#causes)];
    this.#idOf = new Map(
      ordered.flatMap(({ cause }, index) =>
        this.#published[index] === undefined ? [] : [[cause, this.#published[index]]],
      ),
    );
  }

  /** All findings, those that show only in a repaired world after the others. */
  findings(): readonly DiagnosedFinding[] {
    return this.#published;
  }

  /** The findings that are left alone, in the order of their ids. */
  suppressed(): readonly SuppressedFinding[] {
    return [...this.#suppressed]
      .map(([cause, why]) => ({ finding: this.#idOf.get(cause)?.id ?? '', ...why }))
      .sort((a, b) => Number(a.finding.slice(1)) - Number(b.finding.slice(1)));
  }

  conclude({ target, judged }: Concerned): DiagnosedService {
    const indices = judged.flatMap((one) => this.#indices.get(one) ?? []);
    const above = new Set(indices.flatMap((index) => rootsAbove(this.#causes, index)));
    const faults = this.#ranked(above).filter((cause) => !isHint(cause.located));
    const roots = faults.filter((cause) => !this.#suppressed.has(cause));
    const hints = this.#ranked(indices).filter((cause) => roleOf(cause, this.#suppressed) === 'hint');
    const foreseen = this.#foresee(roots, target);
    const [rootFindings, hintFindings] = [this.#findingsOf(roots), this.#findingsOf(hints)];
    const questions = judged.flatMap(questionsOf);
    const verdict = verdictOf(rootFindings, hintFindings, questions);
    const { caller } = this.#snapshot.ask;
    const state = serviceState(this.#snapshot, target.namespace, target.name);
    return {
      namespace: target.namespace,
      name: target.name,
      set: null,
      verdict,
      headline: headlineOf({
        target,
        verdict,
        root: rootFindings[0],
        state,
        hidden: faults.length - roots.length,
        source: this.#snapshot.source,
      }),
      roots: rootFindings.map(({ id }) => id),
      next: foreseen.next,
      hints: hintFindings.map(({ id }) => id),
      state,
      afterFix: foreseen.afterFix,
      path: caller === null ? null : { caller: callerText(caller), steps: pathOf(rootFindings, questions) },
      symptom:
        this.#options.symptom === null
          ? null
          : { seen: this.#options.symptom, explained: [...roots, ...hints].some(this.#isSought) },
      checks: countChecks(judged),
    };
  }

  #ranked(indices: Iterable<number>): readonly Cause[] {
    const causes = [...indices].flatMap((index) => this.#causes[index] ?? []);
    return ranked(causes, this.#isSought);
  }

  #findingsOf(causes: readonly Cause[]): readonly DiagnosedFinding[] {
    return causes.flatMap((cause) => this.#idOf.get(cause) ?? []);
  }

  /** Judges the world after the fixes of the roots: adds what appears there as `next`, and lowers the safety of a fix that does not heal. */
  #foresee(roots: readonly Cause[], target: Subject): { next: readonly string[]; afterFix: string | null } {
    let first: WhatIf | null = null;
    for (const root of roots) {
      let result = this.#whatIfs.get(root);
      if (result === undefined) {
        const question = { root: root.located, target, present: this.#present, rules: this.#rules };
        result = whatIf(question, this.#snapshot);
        this.#whatIfs.set(root, result);
      }
      if (result === null) continue;
      const published = this.#idOf.get(root);
      if (published?.fix && result.safety !== null) published.fix = { ...published.fix, safety: result.safety };
      first ??= result;
    }
    if (first === null) return { next: [], afterFix: null };
    const shown = first.next.filter((cause) => this.#suppressing(cause.located) === null);
    const next = ranked(shown, this.#isSought).map((cause) => this.#nextFinding(cause).id);
    return { next, afterFix: first.afterFix };
  }

  /** The published finding of a fault behind a fix; the same fault is published once. */
  #nextFinding(cause: Cause): DiagnosedFinding {
    const key = `${cause.located.rule.id} ${cause.located.finding.message}`;
    let finding = this.#next.get(key);
    if (finding === undefined) {
      const [made] = publish([{ cause, role: 'next' }], this.#published.length + 1, []);
      finding = made as DiagnosedFinding;
      this.#published.push(finding);
      this.#next.set(key, finding);
    }
    return finding;
  }
}
