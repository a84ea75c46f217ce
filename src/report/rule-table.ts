/** The list of rules in every format. */
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
}

/** What is published of each rule, in the order of the list. */
export function ruleEntries(rules: readonly Rule[]): RuleEntry[] {
  return rules.map(({ id, name, severity, title, docs }) => ({
    id,
    name,
    severity,
    title,
    why: docs.why,
    fix: docs.fix,
    docs: docs.references,
  }));
}

/** ID NAME SEVERITY TITLE, as kubectl sets a table. */
export function ruleTable(rules: readonly Rule[], options: ReportOptions): string {
  const ink = inkFor(options);
  const rows = rules.map(({ id, name, severity, title }) => [id, name, severity, ink.prose(title)]);
  return grid(options.headers ? ['ID', 'NAME', 'SEVERITY', 'TITLE'] : null, rows);
}
