/** The verdict on each Service from the findings, the unanswered questions and the world after the fix. */
import type { SourceKind } from '../facts/snapshot.ts';
import type { Severity } from '../rules/finding.ts';
import { GATES } from '../rules/gates.ts';
import type { Subject } from '../rules/subject.ts';
import type {
  DiagnosedFinding,
  DiagnosedService,
  Diagnosis,
  RuleVerdict,
  ServiceVerdict,
  Unanswered,
} from './diagnosis.ts';
import type { Outcome } from './evaluate.ts';
import { limitOf } from './limits.ts';
import { isAtLeast } from './rank.ts';
import { subjectText } from './subjects.ts';
import type { Judged } from './walk.ts';

const COUNTED = {
  pass: 'passed',
  fail: 'failed',
  unknown: 'unknown',
  crashed: 'unknown',
  'not-applicable': 'notApplicable',
} as const;

/** The questions that could not be answered: each rule once a subject, with every fact it lacks. */
export function unansweredOf(outcomes: readonly Outcome[]): readonly Unanswered[] {
  return outcomes.flatMap((outcome) => {
    const { check } = outcome;
    if (check.verdict === 'crashed') {
      return [
        question(outcome, {
          fact: 'an error in the rule itself',
          why: 'malformed',
          permission: null,
          detail: check.why.split('\n')[0] ?? null,
        }),
      ];
    }
    if (check.verdict !== 'unknown') return [];
    return check.missing.map(({ asked, why, permission, detail }) =>
      question(outcome, { fact: asked, why, permission, detail }),
    );
  });
}

const QUESTIONS = new WeakMap<Judged, readonly Unanswered[]>();

/** The same for a subject, made once. */
export function questionsOf(judged: Judged): readonly Unanswered[] {
  let questions = QUESTIONS.get(judged);
  if (questions === undefined) {
    questions = unansweredOf(judged.outcomes);
    QUESTIONS.set(judged, questions);
  }
  return questions;
}

function question(
  { rule, subject }: Outcome,
  missing: Pick<Unanswered, 'fact' | 'why' | 'permission' | 'detail'>,
): Unanswered {
  const service = subject.role === 'cluster' ? null : `${subject.namespace}/${subject.name}`;
  return { rule: rule.id, limit: limitOf(missing.why), question: rule.title, service, ...missing };
}

/** One line a rule and subject: for `-v`. */
export function verdictsOf({ outcomes, selection, subject }: Judged): readonly RuleVerdict[] {
  const behindGates = selection.spared.map(({ rule, gate }): RuleVerdict => {
    const { spares, why } = GATES[gate];
    return { rule: rule.id, subject: subjectText(subject), verdict: spares, why: spares === 'pass' ? null : why };
  });
  const asked = outcomes.map(
    ({ rule, check }): RuleVerdict => ({
      rule: rule.id,
      subject: subjectText(subject),
      verdict: check.verdict,
      why:
        check.verdict === 'not-applicable' || check.verdict === 'crashed'
          ? check.why
          : check.verdict === 'unknown'
            ? check.missing.map((missing) => `${missing.asked}: ${missing.why}`).join(', ')
            : null,
    }),
  );
  return [...asked, ...behindGates];
}

const COUNTS = new WeakMap<Judged, DiagnosedService['checks']>();

/** Those of one subject: of the cluster and its DNS every Service asks. */
function countsOf(judged: Judged): DiagnosedService['checks'] {
  let counts = COUNTS.get(judged);
  if (counts === undefined) {
    const { spared, passed } = judged.selection;
    counts = { passed, failed: 0, unknown: 0, notApplicable: spared.length - passed };
    for (const { check } of judged.outcomes) counts[COUNTED[check.verdict]]++;
    COUNTS.set(judged, counts);
  }
  return counts;
}

/** How many rules passed, failed, stayed unknown or did not apply. */
export function countChecks(judged: readonly Judged[]): DiagnosedService['checks'] {
  const counts = { passed: 0, failed: 0, unknown: 0, notApplicable: 0 };
  for (const one of judged) {
    const own = countsOf(one);
    counts.passed += own.passed;
    counts.failed += own.failed;
    counts.unknown += own.unknown;
    counts.notApplicable += own.notApplicable;
  }
  return counts;
}

/** Ill with any root; else converging, undetermined or healthy. */
export function verdictOf(
  roots: readonly DiagnosedFinding[],
  hints: readonly DiagnosedFinding[],
  questions: readonly Unanswered[],
): ServiceVerdict {
  if (roots.length > 0) return 'ill';
  if (hints.some((hint) => hint.converging)) return 'converging';
  return questions.length > 0 ? 'undetermined' : 'healthy';
}

/** What the first line says. */
interface Head {
  target: Subject;
  verdict: ServiceVerdict;
  root: DiagnosedFinding | undefined;
  state: string | null;
  /** How many faults were found and are suppressed. */
  hidden: number;
  source: SourceKind;
}

/** The first line of the report for one Service. */
export function headlineOf({ target, verdict, root, state, hidden, source }: Head): string {
  const name = `${target.namespace}/${target.name}`;
  if (root !== undefined) {
    const { service, caller } = root.scope;
    if (service === name || service === null || caller !== null || service.startsWith('kube-system/'))
      return root.message;
    return `${name} does not work because of a Service it depends on: ${root.message}`;
  }
  if (verdict === 'converging') return `${name} is changing right now: ask again in half a minute`;
  if (verdict === 'undetermined')
    return `nothing wrong was found with ${name}, but not every question could be answered`;
  if (hidden > 0) return `nothing was found with ${name} but what is suppressed`;
  if (source === 'manifests') {
    return state === null ? `no fault found in ${name}` : `no fault found in ${name} as it is written: ${state}`;
  }
  return state === null ? `no fault found in ${name}` : `${name} works as far as the cluster's objects tell: ${state}`;
}

/** 1 with a root at or above the threshold; else 3 with open questions, unless they are allowed; else 0. */
export function exitCodeOf(
  diagnosis: Pick<Diagnosis, 'findings' | 'unanswered' | 'services'>,
  failOn: Severity | 'never',
  allowUnknown: boolean,
): Diagnosis['exitCode'] {
  const bad = diagnosis.findings.some(
    (finding) => finding.role === 'root' && failOn !== 'never' && isAtLeast(finding.severity, failOn),
  );
  if (bad) return 1;
  return diagnosis.unanswered.length > 0 &&
    !allowUnknown &&
    !diagnosis.services.some((service) => service.verdict === 'ill')
    ? 3
    : 0;
}
