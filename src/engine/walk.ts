/** Judges a set of subjects and follows dependencies to the Services they name. */
import type { Role, Rule, Subject } from '../rules/rule.ts';
import { evaluate, type FactReader, findingsOf, type Located, type Outcome } from './evaluate.ts';
import { dependencyOf } from './subjects.ts';

const MAX_DEPTH = 3;

/** One subject with the outcomes of every rule that is for it, and the findings among them. */
export interface Judged {
  subject: Subject;
  outcomes: readonly Outcome[];
  findings: readonly Located[];
}

function keyOf(subject: Subject, without: Role | null): string {
  return `${subject.role} ${subject.caller ?? ''} ${subject.namespace}/${subject.name} ${without ?? ''}`;
}

function nameOf({ namespace, name }: Subject): string {
  return `${namespace}/${name}`;
}

/** All subjects of a run, each judged once. */
export class Walk {
  readonly #rules: readonly Rule[];
  readonly #facts: FactReader;
  readonly #judged = new Map<string, Judged>();
  readonly #byRole = new Map<string, readonly Rule[]>();

  constructor(rules: readonly Rule[], facts: FactReader) {
    this.#rules = rules;
    this.#facts = facts;
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
      const facts = this.#facts.of(subject);
      const outcomes = this.#rulesFor(subject.role, without).map((rule) => evaluate(rule, facts));
      judged = { subject, outcomes, findings: findingsOf(outcomes) };
      this.#judged.set(key, judged);
    }
    return judged;
  }

  #rulesFor(role: Role, without: Role | null): readonly Rule[] {
    const key = `${role} ${without ?? ''}`;
    let rules = this.#byRole.get(key);
    if (rules === undefined) {
      rules = this.#rules.filter(({ roles }) => roles.includes(role) && (without === null || !roles.includes(without)));
      this.#byRole.set(key, rules);
    }
    return rules;
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
