/** Runs one rule on one subject: needed facts first, then its check through a view of just what it declared. */
import type { Fact, Unknown } from '../facts/fact.ts';
import type { Snapshot } from '../facts/snapshot.ts';
import { breadthOf, FACT_NAMES, type FactName, readFact } from '../rules/facts.ts';
import type { Finding } from '../rules/finding.ts';
import { type Check, notApplicable, type Rule } from '../rules/rule.ts';
import type { Subject } from '../rules/subject.ts';

export interface Outcome {
  rule: Rule;
  subject: Subject;
  check: Check | { verdict: 'crashed'; why: string };
}

type Read = { [K in FactName]?: Fact<unknown> | undefined };

const UNREAD: Read = Object.fromEntries(FACT_NAMES.map((name) => [name, undefined]));

/** Reads facts for rules, each fact once however many subjects share it. */
export class FactReader {
  readonly #snapshot: Snapshot;
  readonly #ofCluster: Read = {};
  readonly #ofNamespaces = new Map<string, Read>();
  readonly now: number;

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
    this.now = Date.parse(snapshot.collectedAt);
  }

  /** What is known already of the fact's breadth, to be looked up and added to; null for a fact of one subject. */
  #shared(name: FactName, namespace: string): Read | null {
    const breadth = breadthOf(name);
    if (breadth !== 'namespace') return breadth === null ? null : this.#ofCluster;
    let read = this.#ofNamespaces.get(namespace);
    if (read === undefined) {
      read = {};
      this.#ofNamespaces.set(namespace, read);
    }
    return read;
  }

  read(name: FactName, subject: Subject): Fact<unknown> {
    const shared = this.#shared(name, subject.namespace);
    let fact = shared?.[name];
    if (fact === undefined) {
      fact = readFact(name, this.#snapshot, subject);
      if (shared !== null) shared[name] = fact;
    }
    return fact;
  }

  /** All facts about one subject. */
  of(subject: Subject): SubjectFacts {
    return new SubjectFacts(this, subject);
  }
}

/** The facts about one subject, each read once. */
export class SubjectFacts {
  readonly subject: Subject;
  readonly #reader: FactReader;
  /** Made with a place for each fact: a run over a whole cluster makes thousands of them. */
  readonly #known: Read = { ...UNREAD };
  /** The same as `read`, as a function on its own. */
  readonly reader: (name: FactName) => Fact<unknown>;

  constructor(reader: FactReader, subject: Subject) {
    this.#reader = reader;
    this.subject = subject;
    this.reader = (name) => this.read(name);
  }

  get now(): number {
    return this.#reader.now;
  }

  read(name: FactName): Fact<unknown> {
    let fact = this.#known[name];
    if (fact === undefined) {
      fact = this.#reader.read(name, this.subject);
      this.#known[name] = fact;
    }
    return fact;
  }
}

function incomplete(name: FactName, subject: Subject): Unknown {
  return {
    known: false,
    why: 'timed-out',
    asked: `all ${name} of ${subject.namespace}`,
    permission: null,
    detail: 'the list is not complete',
  };
}

const NO_SERVICE = notApplicable('the Service does not exist');

/** Why the rule cannot be asked: the Service it needs is known to be absent, or facts it needs are unknown or incomplete. */
function hindrance(rule: Rule, facts: SubjectFacts): Check | null {
  let missing: Unknown[] | null = null;
  for (const name of rule.needs) {
    const fact = facts.read(name);
    if (fact.known && fact.complete) {
      if (name === 'service' && fact.value === null) return NO_SERVICE;
      continue;
    }
    missing ??= [];
    missing.push(fact.known ? incomplete(name, facts.subject) : fact);
  }
  return missing === null ? null : beyondFiles({ verdict: 'unknown', missing });
}

/** What no file can say is no open question of a file: such a rule does not apply before a deploy. */
function beyondFiles(check: Check): Check {
  if (check.verdict !== 'unknown' || !check.missing.every(({ why }) => why === 'not-in-manifests')) return check;
  return notApplicable(`only a cluster can tell: ${check.missing.map(({ asked }) => asked).join(', ')}`);
}

/**
 * The verdict of one rule. Facts it needs and that are unknown, or lists that are incomplete, make it unknown without a call.
 * A rule that needs the Service is not applicable where the Service is known to be absent. A rule that throws is reported as crashed.
 * `touch` hears each declared fact that the check really reads.
 */
export function evaluate(rule: Rule, facts: SubjectFacts, touch: ((name: FactName) => void) | null = null): Outcome {
  const { subject } = facts;
  const hindered = hindrance(rule, facts);
  if (hindered !== null) return { rule, subject, check: hindered };
  try {
    return { rule, subject, check: beyondFiles(rule.check(viewOf(rule, facts, touch))) };
  } catch (error) {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { rule, subject, check: { verdict: 'crashed', why } };
  }
}

type View = Parameters<Rule['check']>[0];
type ViewClass = new (facts: SubjectFacts, touch: ((name: FactName) => void) | null) => View;

const VIEWS = new WeakMap<Rule, ViewClass>();

function viewOf(rule: Rule, facts: SubjectFacts, touch: ((name: FactName) => void) | null): View {
  let made = VIEWS.get(rule);
  if (made === undefined) {
    made = viewClass(rule);
    VIEWS.set(rule, made);
  }
  return new made(facts, touch);
}

/** A class whose properties are what the rule declared, and nothing else; made once a rule, because a run makes very many views. */
function viewClass(rule: Rule): ViewClass {
  class RuleView {
    // declared only: a field that is defined first and set after costs more than most checks do
    declare readonly subject: Subject;
    declare readonly now: number;
    declare readonly source: SubjectFacts;
    declare readonly touch: ((name: FactName) => void) | null;

    constructor(facts: SubjectFacts, touch: ((name: FactName) => void) | null) {
      this.subject = facts.subject;
      this.now = facts.now;
      this.source = facts;
      this.touch = touch;
    }
  }
  for (const name of [...rule.uses, ...rule.needs]) {
    const needed = rule.needs.includes(name);
    Object.defineProperty(RuleView.prototype, name, {
      configurable: true,
      get(this: RuleView) {
        this.touch?.(name);
        const fact = this.source.read(name);
        return needed && fact.known ? fact.value : fact;
      },
    });
  }
  return RuleView as unknown as ViewClass;
}

export interface Located {
  rule: Rule;
  finding: Finding;
  outcome: Outcome;
}

/** The findings of the outcomes, each with the scope that its subject implies. */
export function findingsOf(outcomes: readonly Outcome[]): readonly Located[] {
  const found: Located[] = [];
  for (const outcome of outcomes) {
    const { rule, check, subject } = outcome;
    if (check.verdict !== 'fail') continue;
    for (const finding of check.findings)
      found.push({ rule, outcome, finding: { ...finding, scope: scopeOf(finding, subject) } });
  }
  return found;
}

function scopeOf(finding: Finding, subject: Subject): Finding['scope'] {
  const isService = subject.role === 'target' || subject.role === 'dependency' || subject.role === 'dns';
  return {
    ...finding.scope,
    service: finding.scope.service ?? (isService ? `${subject.namespace}/${subject.name}` : null),
    caller: finding.scope.caller ?? subject.caller,
  };
}
