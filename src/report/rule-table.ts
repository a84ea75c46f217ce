/** The list of rules in every format. */
import type { LimitPage } from '../engine/limits.ts';
import type { Rule } from '../rules/rule.ts';
import { grid } from './grid.ts';
import { inkFor } from './ink.ts';
import type { ReportOptions } from './options.ts';

export interface RuleEntry {
  id: string;
  name: string;
  severity: string;
  title: string;
  why: string;
  fix: string;
  /** Where Kubernetes says so. */
  docs: readonly string[];
  /** The rule of which this is a special case, reported as its `reason`, or another id; null for a rule of its own. */
  of: string | null;
}

/** What is published of each rule, each of its special cases and each limit of the doctor, in the order of the list. */
export function ruleEntries(rules: readonly Rule[], limits: readonly LimitPage[]): RuleEntry[] {
  const judged = rules.flatMap(({ id, name, severity, title, docs, reasons, aliases }): RuleEntry[] => {
    const own = { id, name, severity, title, why: docs.why, fix: docs.fix, docs: docs.references, of: null };
    const special = Object.entries(reasons ?? {}).map(([reason, words]) => ({ ...own, ...words, id: reason, of: id }));
    return [own, ...special, ...(aliases ?? []).map((alias) => ({ ...own, id: alias, of: id }))];
  });
  return [...judged, ...limits.map((limit) => ({ ...limit, severity: 'info', docs: [], of: null }))];
}

/** ID NAME SEVERITY TITLE, as kubectl sets a table. */
export function ruleTable(entries: readonly RuleEntry[], options: ReportOptions): string {
  const ink = inkFor(options);
  const rows = entries.map(({ id, name, severity, title, of }) => [
    id,
    name,
    of === null ? severity : `as ${of}`,
    ink.prose(title),
  ]);
  return grid(options.headers ? ['ID', 'NAME', 'SEVERITY', 'TITLE'] : null, rows);
}
