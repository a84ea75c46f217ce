/** Judges a set of subjects and follows dependencies to the Services they name. */
import type { Role, Rule, Subject } from '../rules/rule.ts';
import { evaluate, type FactReader, findingsOf, type Outcome } from './evaluate.ts';
import { dependencyOf } from './subjects.ts';

const MAX_DEPTH = 3;

/** All outcomes by subject, each subject judged once in a run. */
export class Walk {
  readonly #rules: readonly Rule[];
  readonly #facts: FactReader;
  readonly #outcomes = new Map<string, readonly Outcome[]>();

  constructor(rules: readonly Rule[], facts: FactReader) {
    this.#rules = rules;
    this.#facts = facts;
  }

  /** The outcomes of every rule that is for this kind of subject, and not for the role in which the Service was judged before. */
  judge(subject: Subject, without: Role | null = null): readonly Outcome[] {
    const key = `${subject.role} ${subject.caller ?? ''} ${subject.namespace}/${subject.name}`;
    let outcomes = this.#outcomes.get(key);
    if (outcomes === undefined) {
      outcomes = this.#rules
        .filter(({ roles }) => roles.includes(subject.role) && (without === null || !roles.includes(without)))
        .map((rule) => evaluate(rule, subject, this.#facts));
      this.#outcomes.set(key, outcomes);
    }
    return outcomes;
  }

  /** The outcomes of the subjects and, up to three steps, of the Services their findings depend on; none twice. */
  follow(subjects: readonly Subject[]): readonly Outcome[] {
    const seen = new Set(
      subjects.filter((subject) => subject.role === 'target').map((subject) => `${subject.namespace}/${subject.name}`),
    );
    const dns = new Set(
      subjects.filter((subject) => subject.role === 'dns').map(({ namespace, name }) => `${namespace}/${name}`),
    );
    const outcomes: Outcome[] = [];
    let layer = subjects;
    for (let depth = 0; depth <= MAX_DEPTH && layer.length > 0; depth++) {
      const found = layer.flatMap((subject) =>
        this.judge(
          subject,
          subject.role === 'dependency' && dns.has(`${subject.namespace}/${subject.name}`) ? 'dns' : null,
        ),
      );
      outcomes.push(...found);
      const next = [
        ...new Set(
          findingsOf(found).flatMap(({ finding }) => (finding.dependency === null ? [] : [finding.dependency])),
        ),
      ];
      layer = next.filter((service) => !seen.has(service)).map(dependencyOf);
      for (const service of next) seen.add(service);
    }
    return outcomes;
  }
}
