/** From a snapshot to a diagnosis: judge, link causes, judge the repaired world, rank, conclude. Pure. */
import type { Snapshot } from '../facts/snapshot.ts';
import type { Rule } from '../rules/rule.ts';
import type { Subject } from '../rules/subject.ts';
import { exitCodeOf, questionsOf, verdictsOf } from './conclude.ts';
import type { Judgement } from './diagnosis.ts';
import { FactReader } from './evaluate.ts';
import type { JudgeOptions } from './judge-options.ts';
import { limitsOf } from './limits.ts';
import { Report } from './report.ts';
import { callersOf, sharedSubjects, targetsOf } from './subjects.ts';
import { type Judged, Walk } from './walk.ts';

/** One Service asked about with everyone who was judged for it: itself, its caller, what it depends on, the cluster. */
interface Case {
  target: Subject;
  judged: readonly Judged[];
}

/** Files show what is written; a cluster shows all but what the API server refuses; files laid over a cluster show both. */
function isTold({ offline }: Rule, { source }: Snapshot): boolean {
  if (source === 'manifests') return offline !== undefined;
  return source === 'overlay' || offline !== 'only';
}

/** Judges every Service asked about. Never throws for what a snapshot holds: a rule that does is reported as crashed. */
export function judge(snapshot: Snapshot, allRules: readonly Rule[], options: JudgeOptions): Judgement {
  const rules = allRules.filter(
    (rule) =>
      isTold(rule, snapshot) &&
      (options.only.length === 0 ? rule.offByDefault !== true : options.only.includes(rule.id)) &&
      !options.skip.includes(rule.id),
  );
  const walk = new Walk(rules, new FactReader(snapshot));
  const shared = sharedSubjects(snapshot);
  const cases = targetsOf(snapshot).map((target): Case => {
    const others = shared.filter((subject) => subject.namespace !== target.namespace || subject.name !== target.name);
    return { target, judged: walk.follow([target, ...callersOf(snapshot, target), ...others]) };
  });
  const all = walk.all();
  const report = new Report(snapshot, rules, options, all);
  const services = cases.map((entry) => report.conclude(entry));
  const unanswered = all.flatMap(questionsOf);
  const findings = report.findings();
  const count = (verdict: string): number => services.filter((service) => service.verdict === verdict).length;
  const { source, context, server, collectedAt } = snapshot;
  return {
    diagnosis: {
      apiVersion: 'svc-doctor.dev/v1',
      kind: 'Diagnosis',
      source: { kind: source, context, server, collectedAt },
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
      limits: limitsOf(
        snapshot,
        unanswered,
        services,
        all.map(({ subject }) => subject),
      ),
      suppressed: report.suppressed(),
      exitCode: exitCodeOf({ findings, unanswered, services }, options.failOn, options.allowUnknown),
    },
    get verdicts() {
      return all.flatMap(verdictsOf);
    },
  };
}
