/** Runs one rule on one subject: needed facts first, then its check through a view of just what it declared. */
import type { Fact, Unknown } from '../facts/fact.ts';
import type { Snapshot } from '../facts/snapshot.ts';
import { type FactName, readFact } from '../rules/facts.ts';
import type { Finding } from '../rules/finding.ts';
import type { Check, Rule, Subject } from '../rules/rule.ts';

export type Outcome = (Check | { verdict: 'crashed'; why: string }) & { rule: Rule; subject: Subject };

/** Reads facts for rules, each fact of a subject once. */
export class FactReader {
  readonly #snapshot: Snapshot;
  readonly #read = new Map<string, Fact<unknown>>();

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
  }

  get now(): number {
    return Date.parse(this.#snapshot.collectedAt);
  }

  read(name: FactName, subject: Subject): Fact<unknown> {
    const key = `${name} ${subject.role === 'caller' ? subject.caller : ''} ${subject.namespace}/${subject.name}`;
    let fact = this.#read.get(key);
    if (fact === undefined) {
      fact = readFact(name, this.#snapshot, subject);
      this.#read.set(key, fact);
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

/**
 * The verdict of one rule. Facts it needs and that are unknown, or lists that are incomplete, make it unknown without a call.
 * A rule that needs the Service is not applicable where the Service is known to be absent. A rule that throws is reported as crashed.
 * `touch` hears each declared fact that the check really reads.
 */
export function evaluate(rule: Rule, subject: Subject, facts: FactReader, touch?: (name: FactName) => void): Outcome {
  const needed = rule.needs.map((name) => ({ name, fact: facts.read(name, subject) }));
  const absent = needed.find(({ name, fact }) => name === 'service' && fact.known && fact.value === null);
  if (absent !== undefined) return { rule, subject, verdict: 'not-applicable', why: 'the Service does not exist' };
  const missing = needed.flatMap(({ name, fact }) =>
    !fact.known ? [fact] : fact.complete ? [] : [incomplete(name, subject)],
  );
  if (missing.length > 0) return { rule, subject, verdict: 'unknown', missing };
  try {
    return { ...rule.check(viewOf(rule, subject, facts, touch)), rule, subject };
  } catch (error) {
    return {
      rule,
      subject,
      verdict: 'crashed',
      why: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}

function viewOf(
  rule: Rule,
  subject: Subject,
  facts: FactReader,
  touch: ((name: FactName) => void) | undefined,
): Parameters<Rule['check']>[0] {
  const view = { subject, now: facts.now };
  for (const name of [...rule.needs, ...rule.uses]) {
    const needed = rule.needs.includes(name);
    Object.defineProperty(view, name, {
      enumerable: true,
      get() {
        touch?.(name);
        const fact = facts.read(name, subject);
        return needed && fact.known ? fact.value : fact;
      },
    });
  }
  return view as Parameters<Rule['check']>[0];
}

export interface Located {
  rule: Rule;
  finding: Finding;
  outcome: Outcome;
}

/** The findings of the outcomes, each with the scope that its subject implies. */
export function findingsOf(outcomes: readonly Outcome[]): readonly Located[] {
  return outcomes.flatMap((outcome) =>
    outcome.verdict !== 'fail'
      ? []
      : outcome.findings.map((finding) => ({
          rule: outcome.rule,
          outcome,
          finding: { ...finding, scope: scopeOf(finding, outcome.subject) },
        })),
  );
}

function scopeOf(finding: Finding, subject: Subject): Finding['scope'] {
  const isService = subject.role === 'target' || subject.role === 'dependency' || subject.role === 'dns';
  return {
    ...finding.scope,
    service: finding.scope.service ?? (isService ? `${subject.namespace}/${subject.name}` : null),
    caller: finding.scope.caller ?? subject.caller,
  };
}
