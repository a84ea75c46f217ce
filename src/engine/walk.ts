/** Judges a set of subjects and follows dependencies to the Services they name. */
import type { Rule } from '../rules/rule.ts';
import type { Role, Subject } from '../rules/subject.ts';
import { evaluate, type FactReader, findingsOf, type Located, type Outcome, type SubjectFacts } from './evaluate.ts';
import { type Selection, selectionFor } from './sparing.ts';
import { dependencyOf } from './subjects.ts';

const MAX_DEPTH = 3;

/** One subject with the outcomes of the rules that are for it, and the findings among them. */
export interface Judged {
  subject: Subject;
  outcomes: readonly Outcome[];
  findings: readonly Located[];
  /** The rules that were put to it, and those that a closed gate spared. */
  selection: Selection;
}

function keyOf(subject: Subject, without: Role | null): string {
  return `${subject.role} ${subject.caller ?? ''} ${subject.namespace}/${subject.name} ${without ?? ''}`;
}

function nameOf({ namespace, name }: Subject): string {
  return `${namespace}/${name}`;
}

const BY_ROLE = new WeakMap<readonly Rule[], Map<string, readonly Rule[]>>();

/** The very same list for every world that is judged by these rules. */
function rulesFor(rules: readonly Rule[], role: Role, without: Role | null): readonly Rule[] {
  const byRole = BY_ROLE.get(rules) ?? new Map<string, readonly Rule[]>();
  BY_ROLE.set(rules, byRole);
  const key = `${role} ${without ?? ''}`;
  let chosen = byRole.get(key);
  if (chosen === undefined) {
    chosen = rules.filter(({ roles }) => roles.includes(role) && (without === null || !roles.includes(without)));
    byRole.set(key, chosen);
  }
  return chosen;
}

/** All subjects of a run, each judged once. */
export class Walk {
  readonly #rules: readonly Rule[];
  readonly #facts: FactReader;
  readonly #gated: boolean;
  readonly #judged = new Map<string, Judged>();

  /** `gated` false: every rule is put to every subject, for the law that gates change nothing. */
  constructor(rules: readonly Rule[], facts: FactReader, gated = true) {
    this.#rules = rules;
    this.#facts = facts;
    this.#gated = gated;
  }

  /** Everyone judged so far, in that order. */
  all(): readonly Judged[] {
    return [...this.#judged.values()];
  }

  /** By every rule that is for this kind of subject, and not for the role in which the Service was judged before. */
  judge(subject: Subject, without: Role | null = null): Judged {
    const key = keyOf(subject, without);
    let judged = this.#judged.get(key);
    if (judged === undefined) {
      judged = this.#ask(this.#facts.of(subject), rulesFor(this.#rules, subject.role, without));
      this.#judged.set(key, judged);
    }
    return judged;
  }

  #ask(facts: SubjectFacts, rules: readonly Rule[]): Judged {
    const selection = selectionFor(rules, facts, this.#gated);
    const outcomes: readonly Outcome[] = selection.asked.map((rule) => evaluate(rule, facts));
    return { subject: facts.subject, outcomes, findings: findingsOf(outcomes), selection };
  }

  /** The subjects and, up to three steps, the Services their findings depend on; none twice. */
  follow(subjects: readonly Subject[]): readonly Judged[] {
    const seen = new Set(subjects.filter(({ role }) => role === 'target').map(nameOf));
    const dns = new Set(subjects.filter(({ role }) => role === 'dns').map(nameOf));
    const all: Judged[] = [];
    let layer = subjects;
    for (let depth = 0; depth <= MAX_DEPTH && layer.length > 0; depth++) {
      const found = layer.map((subject) =>
        this.judge(subject, subject.role === 'dependency' && dns.has(nameOf(subject)) ? 'dns' : null),
      );
      all.push(...found);
      const named = found.flatMap(({ findings }) => findings.flatMap(({ finding }) => finding.dependency ?? []));
      const next = [...new Set(named)].filter((service) => !seen.has(service));
      for (const service of next) seen.add(service);
      layer = next.map(dependencyOf);
    }
    return all;
  }
}
