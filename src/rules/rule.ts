/** The shape of a rule: one object, everything about one fault in one place. */
import type { Fact, Unknown } from '../facts/fact.ts';
import type { FactName, FactValues } from './facts.ts';
import type { Finding, Severity } from './finding.ts';
import type { Gate } from './gates.ts';
import type { Role, Subject } from './subject.ts';

/** Where in the walk the rule stands; earlier stages print first among equals. */
export const STAGES = [
  'existence',
  'selector',
  'ports',
  'pods',
  'endpoints',
  'dns',
  'references',
  'dataplane',
  'policy',
  'entrance',
] as const;
export type Stage = (typeof STAGES)[number];

export type Check =
  | { verdict: 'pass' }
  | { verdict: 'fail'; findings: readonly Finding[] }
  | { verdict: 'unknown'; missing: readonly Unknown[] }
  | { verdict: 'not-applicable'; why: string };

export const pass: Check = { verdict: 'pass' };
export function fail(...findings: readonly Finding[]): Check {
  return { verdict: 'fail', findings };
}
/** Fails with the findings, or passes when there are none. */
export function failIfAny(findings: readonly Finding[]): Check {
  return findings.length === 0 ? pass : { verdict: 'fail', findings };
}
export function unanswered(...missing: readonly Unknown[]): Check {
  return { verdict: 'unknown', missing };
}
export function notApplicable(why: string): Check {
  return { verdict: 'not-applicable', why };
}
/** The verdict where a conditional fact is missing: never asked for, or not served here, it does not concern this Service; refused, it is an open question. */
export function unread(fact: Unknown): Check {
  const silent = fact.why === 'not-collected' || fact.why === 'not-in-manifests' || fact.why === 'not-served';
  return silent ? notApplicable(`${fact.asked} was not read`) : unanswered(fact);
}

/** What `check` sees: needed facts as plain values, used facts as known-or-unknown, and nothing else. */
export type View<N extends FactName, U extends FactName> = { readonly [K in N]: FactValues[K] } & {
  readonly [K in Exclude<U, N>]: Fact<FactValues[K]>;
} & {
  readonly subject: Subject;
  /** The moment of collection, ms since the epoch: the only clock a rule has. */
  readonly now: number;
};

export interface RuleDocs {
  /** What it is and why it breaks calls, in Kubernetes' own terms. */
  why: string;
  /** Commands that show it by hand. */
  confirm: readonly string[];
  fix: string;
  references: readonly string[];
}

export interface RuleOf<N extends FactName, U extends FactName> {
  /** `GROUP-nnn` of the catalogue; never reused. */
  id: string;
  /** A failing-state noun in Kubernetes' words, kebab-case. */
  name: string;
  stage: Stage;
  /** The highest it reports; a finding may be lower. */
  severity: Severity;
  /** The fault, lowercase, no full stop. */
  title: string;
  /** The same when fine. */
  healthy: string;
  roles: readonly Role[];
  /**
   * What of it manifests tell before they are applied. true: it is decided from what is written; 'only': the API server would refuse it, so no
   * cluster has it. Where it is left out, only a cluster can tell.
   */
  offline?: true | 'only';
  /** True for an opinion on which people differ: it runs only where `--only` names it. */
  offByDefault?: true;
  /** What the Service must have for the rule to find a fault in; where one of the gates is closed, `check` would find nothing and is not called. */
  gate?: Gate | readonly Gate[];
  /** Any of these unknown or incomplete: the verdict is unknown and `check` is not called. */
  needs: readonly N[];
  /** May enrich evidence, raise confidence or give a reason; whether it fails never depends on them alone. */
  uses: readonly U[];
  /** Ids of the rules whose findings this one produces. */
  explains: readonly string[];
  /** Specialisations reported as `reason`: id → name and title. */
  reasons?: Readonly<Record<string, { name: string; title: string }>>;
  /** Further ids of the same fault: where good practice asks for what this rule finds. */
  aliases?: readonly string[];
  /** The causes that its findings tell apart, each in words: the closed list of what `cause` may be. */
  causes?: Readonly<Record<string, string>>;
  docs: RuleDocs;
  check(facts: View<N, U>): Check;
}

/** A rule as the engine holds it. Its `check` reads through a view made for its declared facts only. */
export type Rule = RuleOf<FactName, FactName>;

/** Declares a rule: `check` can read only what `needs` and `uses` name, or it does not compile. */
export function defineRule<const N extends FactName, const U extends FactName = never>(rule: RuleOf<N, U>): Rule {
  return rule as unknown as Rule;
}
