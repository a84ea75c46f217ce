/** Judges a set of subjects and follows dependencies to the Services they name. */
import type { FactName } from '../rules/facts.ts';
import { GATES, type Gate, type GateReader } from '../rules/gates.ts';
import type { Role, Rule, Subject } from '../rules/rule.ts';
import { evaluate, type FactReader, findingsOf, type Located, type Outcome, type SubjectFacts } from './evaluate.ts';
import { dependencyOf } from './subjects.ts';

const MAX_DEPTH = 3;

/** One subject with the outcomes of the rules that are for it, and the findings among them. */
export interface Judged {
  subject: Subject;
  outcomes: readonly Outcome[];
  findings: readonly Located[];
  /** The rules that a closed gate spared. */
  spared: readonly Rule[];
}

function keyOf(subject: Subject, without: Role | null): string {
  return `${subject.role} ${subject.caller ?? ''} ${subject.namespace}/${subject.name} ${without ?? ''}`;
}

function nameOf({ namespace, name }: Subject): string {
  return `${namespace}/${name}`;
}

const NEEDED = new WeakMap<readonly Rule[], readonly FactName[]>();

/** All that rules behind gates need, once a list of rules. */
function neededBehindGates(rules: readonly Rule[]): readonly FactName[] {
  let needed = NEEDED.get(rules);
  if (needed === undefined) {
    needed = [...new Set(rules.flatMap(({ gate, needs }) => (gate === undefined ? [] : needs)))];
    NEEDED.set(rules, needed);
  }
  return needed;
}

/** The gates that are closed. None where a fact is missing that a rule behind one needs: then the rule is an open question, and must say so. */
function closedGates(facts: SubjectFacts, rules: readonly Rule[]): readonly Gate[] {
  for (const name of neededBehindGates(rules)) {
    const fact = facts.read(name);
    if (!fact.known || !fact.complete || (name === 'service' && fact.value === null)) return [];
  }
  const read = ((name) => facts.read(name)) as GateReader;
  return (Object.keys(GATES) as Gate[]).filter((gate) => GATES[gate].isClosed(read, facts.now));
}

/** All subjects of a run, each judged once. */
export class Walk {
  readonly #rules: readonly Rule[];
  readonly #facts: FactReader;
  readonly #gated: boolean;
  readonly #judged = new Map<string, Judged>();
  readonly #byRole = new Map<string, readonly Rule[]>();

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
      judged = this.#ask(this.#facts.of(subject), this.#rulesFor(subject.role, without));
      this.#judged.set(key, judged);
    }
    return judged;
  }

  #ask(facts: SubjectFacts, rules: readonly Rule[]): Judged {
    const outcomes: Outcome[] = [];
    const spared: Rule[] = [];
    const closed = new Set(this.#gated ? closedGates(facts, rules) : []);
    for (const rule of rules) {
      if (rule.gate !== undefined && closed.has(rule.gate)) spared.push(rule);
      else outcomes.push(evaluate(rule, facts));
    }
    return { subject: facts.subject, outcomes, findings: findingsOf(outcomes), spared };
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
