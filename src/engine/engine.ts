/** From a snapshot to a diagnosis: judge, link causes, judge the repaired world, rank, conclude. Pure. */
import type { Snapshot } from '../facts/snapshot.ts';
import type { Severity } from '../rules/finding.ts';
import type { Rule, Subject } from '../rules/rule.ts';
import { type Cause, isHint, linkCauses, rootsAbove } from './causes.ts';
import { countChecks, exitCodeOf, headlineOf, unansweredOf, verdictOf, verdictsOf } from './conclude.ts';
import type { DiagnosedFinding, DiagnosedService, FindingRole, Judgement } from './diagnosis.ts';
import { FactReader, findingsOf, type Located, type Outcome } from './evaluate.ts';
import { type Placed, publish } from './number.ts';
import { byRank, isAtLeast } from './rank.ts';
import { serviceState } from './state.ts';
import { callersOf, sharedSubjects, targetsOf } from './subjects.ts';
import type { Symptom } from './symptom.ts';
import { Walk } from './walk.ts';
import { type WhatIf, whatIf } from './what-if.ts';

export interface JudgeOptions {
  /** Roots at or above this severity make the exit code 1. */
  failOn: Severity | 'never';
  /** Open questions do not make the exit code 3. */
  allowUnknown: boolean;
  symptom: Symptom | null;
  /** Ids of the only rules to run; empty = all. */
  only: readonly string[];
  skip: readonly string[];
  /** Findings below this severity are left out; null = all are shown. */
  severity: Severity | null;
}

interface Case {
  target: Subject;
  outcomes: readonly Outcome[];
}

/** Judges every Service asked about. Never throws for what a snapshot holds: a rule that does is reported as crashed. */
export function judge(snapshot: Snapshot, allRules: readonly Rule[], options: JudgeOptions): Judgement {
  const rules = allRules.filter(
    ({ id, offByDefault }) =>
      (options.only.length === 0 ? offByDefault !== true : options.only.includes(id)) && !options.skip.includes(id),
  );
  const walk = new Walk(rules, new FactReader(snapshot));
  const shared = sharedSubjects(snapshot);
  const cases = targetsOf(snapshot).map((target): Case => {
    const others = shared.filter((subject) => subject.namespace !== target.namespace || subject.name !== target.name);
    return { target, outcomes: walk.follow([target, ...callersOf(snapshot, target), ...others]) };
  });
  const outcomes = [...new Set(cases.flatMap((entry) => entry.outcomes))];
  const causes = linkCauses(
    findingsOf(outcomes).filter(
      ({ finding }) => options.severity === null || isAtLeast(finding.severity, options.severity),
    ),
  );
  const report = new Report(snapshot, rules, options, causes);
  const services = cases.map((entry) => report.conclude(entry));
  const unanswered = unansweredOf(outcomes);
  const findings = report.findings();
  const count = (verdict: string): number => services.filter((service) => service.verdict === verdict).length;
  return {
    diagnosis: {
      apiVersion: 'svc-doctor.dev/v1',
      kind: 'Diagnosis',
      source: {
        kind: snapshot.source,
        context: snapshot.context,
        server: snapshot.server,
        collectedAt: snapshot.collectedAt,
      },
      summary: {
        services: services.length,
        healthy: count('healthy'),
        ill: count('ill'),
        converging: count('converging'),
        undetermined: count('undetermined'),
        roots: findings.filter((finding) => finding.role === 'root').length,
      },
      services,
      findings,
      unanswered,
      suppressed: [],
      exitCode: exitCodeOf({ findings, unanswered, services }, options.failOn, options.allowUnknown),
    },
    verdicts: verdictsOf(outcomes),
  };
}

/** The findings of a run, ranked and numbered, and the conclusions drawn from them for each Service. */
class Report {
  readonly #snapshot: Snapshot;
  readonly #rules: readonly Rule[];
  readonly #causes: readonly Cause[];
  readonly #order: ReturnType<typeof byRank>;
  readonly #whatIfs = new Map<Cause, WhatIf | null>();
  readonly #present: readonly Located[];
  readonly #published: DiagnosedFinding[];
  readonly #idOf: ReadonlyMap<Cause, DiagnosedFinding>;

  constructor(snapshot: Snapshot, rules: readonly Rule[], options: JudgeOptions, causes: readonly Cause[]) {
    this.#snapshot = snapshot;
    this.#rules = rules;
    this.#order = byRank(options.symptom);
    this.#causes = causes;
    this.#present = causes.map((cause) => cause.located);
    const placed: Placed[] = [...causes].sort(this.#order).map((cause) => ({ cause, role: roleOf(cause) }));
    const byRole = (role: FindingRole): Placed[] => placed.filter((entry) => entry.role === role);
    const ordered = [...byRole('root'), ...byRole('consequence'), ...byRole('hint')];
    this.#published = [...publish(ordered, 1, causes)];
    this.#idOf = new Map(
      ordered.flatMap(({ cause }, index) =>
        this.#published[index] === undefined ? [] : [[cause, this.#published[index]]],
      ),
    );
  }

  findings(): readonly DiagnosedFinding[] {
    return this.#published;
  }

  conclude({ target, outcomes }: Case): DiagnosedService {
    const mine = new Set(outcomes);
    const indices = this.#causes.flatMap(({ located }, index) => (mine.has(located.outcome) ? [index] : []));
    const above = [...new Set(indices.flatMap((index) => rootsAbove(this.#causes, index)))].flatMap(
      (index) => this.#causes[index] ?? [],
    );
    const roots = above.filter((cause) => !isHint(cause.located)).sort(this.#order);
    const hints = indices
      .flatMap((index) => this.#causes[index] ?? [])
      .filter((cause) => roleOf(cause) === 'hint')
      .sort(this.#order);
    const published = (list: readonly Cause[]): DiagnosedFinding[] =>
      list.flatMap((cause) => this.#idOf.get(cause) ?? []);
    const result = this.#foresee(roots, target);
    const questions = unansweredOf(outcomes);
    const [rootFindings, hintFindings] = [published(roots), published(hints)];
    const verdict = verdictOf(rootFindings, hintFindings, questions);
    const state = serviceState(this.#snapshot, target.namespace, target.name);
    return {
      namespace: target.namespace,
      name: target.name,
      verdict,
      headline: headlineOf(target, verdict, rootFindings[0], state),
      roots: rootFindings.map(({ id }) => id),
      next: result.next,
      hints: hintFindings.map(({ id }) => id),
      state,
      afterFix: result.afterFix,
      checks: countChecks(outcomes),
    };
  }

  /** Judges the world after the fixes of the roots: adds what appears there as `next`, and lowers the safety of a fix that does not heal. */
  #foresee(roots: readonly Cause[], target: Subject): { next: readonly string[]; afterFix: string | null } {
    let first: WhatIf | null = null;
    for (const root of roots) {
      let result = this.#whatIfs.get(root);
      if (result === undefined) {
        result = whatIf(root.located, this.#present, target, this.#snapshot, this.#rules);
        this.#whatIfs.set(root, result);
      }
      if (result === null) continue;
      const published = this.#idOf.get(root);
      if (published?.fix) published.fix = { ...published.fix, safety: result.fix.safety };
      first ??= result;
    }
    if (first === null) return { next: [], afterFix: null };
    const placed = [...first.next].sort(this.#order).map((cause): Placed => ({ cause, role: 'next' }));
    const known = new Map(
      this.#published
        .filter((finding) => finding.role === 'next')
        .map((finding) => [`${finding.rule} ${finding.message}`, finding]),
    );
    const fresh = placed.filter(({ cause }) => !known.has(`${cause.located.rule.id} ${cause.located.finding.message}`));
    const added = publish(fresh, this.#published.length + 1, []);
    this.#published.push(...added);
    const all = new Map([
      ...known,
      ...added.map((finding) => [`${finding.rule} ${finding.message}`, finding] as const),
    ]);
    return {
      next: placed.flatMap(
        ({ cause }) => all.get(`${cause.located.rule.id} ${cause.located.finding.message}`)?.id ?? [],
      ),
      afterFix: first.afterFix,
    };
  }
}

function roleOf(cause: Cause): FindingRole {
  if (cause.explainedBy.length > 0) return 'consequence';
  return isHint(cause.located) ? 'hint' : 'root';
}
