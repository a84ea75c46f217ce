/** Which rules a subject is asked, and which of them closed gates spare. */
import { closedAt, GATES, type Gate, isClosed } from '../rules/gates.ts';
import { Glance, type GlanceReader } from '../rules/glance.ts';
import type { Rule } from '../rules/rule.ts';
import type { Role } from '../rules/subject.ts';
import type { SubjectFacts } from './evaluate.ts';

/** A rule with the closed gate that spares it. */
export interface SparedRule {
  rule: Rule;
  gate: Gate;
}

export interface Selection {
  asked: readonly Rule[];
  spared: readonly SparedRule[];
  /** How many of the spared ones pass; the others do not apply. */
  passed: number;
}

/** Gates are about Services. */
const GATED: ReadonlySet<Role> = new Set<Role>(['target', 'dependency', 'dns']);

const SELECTIONS = new WeakMap<readonly Rule[], Map<number, Selection>>();

function closedGate({ gate }: Rule, closed: number): Gate | null {
  if (gate === undefined) return null;
  const all = typeof gate === 'string' ? [gate] : gate;
  return all.find((one) => isClosed(one, closed)) ?? null;
}

function select(rules: readonly Rule[], closed: number): Selection {
  const asked: Rule[] = [];
  const spared: SparedRule[] = [];
  for (const rule of rules) {
    const gate = closedGate(rule, closed);
    if (gate === null) asked.push(rule);
    else spared.push({ rule, gate });
  }
  return { asked, spared, passed: spared.filter(({ gate }) => GATES[gate].spares === 'pass').length };
}

/** The rules by the gates that are closed for the subject; made once for each combination. `gated` false spares none. */
export function selectionFor(rules: readonly Rule[], facts: SubjectFacts, gated: boolean): Selection {
  const glance = gated && GATED.has(facts.subject.role) ? Glance.at(facts.reader as GlanceReader, facts.now) : null;
  const closed = glance === null ? 0 : closedAt(glance);
  let selections = SELECTIONS.get(rules);
  if (selections === undefined) {
    selections = new Map();
    SELECTIONS.set(rules, selections);
  }
  let selection = selections.get(closed);
  if (selection === undefined) {
    selection = select(rules, closed);
    selections.set(closed, selection);
  }
  return selection;
}
