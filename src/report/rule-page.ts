/** A rule's page for the terminal. */
import type { LimitPage } from '../engine/limits.ts';
import type { Rule } from '../rules/rule.ts';
import { inkFor } from './ink.ts';
import type { ReportOptions } from './options.ts';
import { addressOf } from './reference-links.ts';
import { type Page, setRow } from './row.ts';

/** What the rule finds, why it matters, how to see it by hand, how to repair it. `reason` = the specialisation asked about. */
export function rulePage(rule: Rule, reason: string | null, options: ReportOptions): string {
  const ink = inkFor(options);
  const page: Page = { ink, width: Math.min(options.width, 100), verbose: options.verbose };
  const special = reason === null ? undefined : rule.reasons?.[reason];
  const text = (prose: string): string[] => setRow(page, { prefix: '  ', text: prose });
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', ink.bold(title), ...lines];
  const reasons = Object.entries(rule.reasons ?? {}).flatMap(([id, entry]) =>
    text(`${id} ${entry.name}: ${entry.title}`),
  );
  const causes = Object.entries(rule.causes ?? {}).flatMap(([cause, words]) => text(`${cause}: ${words}`));
  const lines = [
    ink.bold(special === undefined ? `${rule.id} ${rule.name}` : `${reason} ${special.name}`),
    ...text(special?.title ?? rule.title),
    ...(special === undefined ? [] : text(`a special case of ${rule.id} ${rule.name}: ${rule.title}`)),
    ...text(`severity ${rule.severity}; when fine: ${rule.healthy}`),
    ...section('WHY', text(rule.docs.why)),
    ...section(
      'SEE IT',
      rule.docs.confirm.map((command) => `  ${ink.command(command)}`),
    ),
    ...section('FIX', text(rule.docs.fix)),
    ...section('CAUSES IT TELLS APART', special === undefined ? causes : []),
    ...section('SPECIAL CASES', special === undefined ? reasons : []),
    ...section('ALSO', special === undefined ? (rule.aliases ?? []).map((id) => `  ${id}`) : []),
    ...section(
      'READ',
      rule.docs.references.map((reference) => {
        const address = addressOf(reference);
        return `  ${address === null ? reference : ink.link(reference, address)}`;
      }),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** The page of one of the doctor's own limits. */
export function limitPage({ id, name, title, why, fix }: LimitPage, options: ReportOptions): string {
  const ink = inkFor(options);
  const page: Page = { ink, width: Math.min(options.width, 100), verbose: options.verbose };
  const text = (prose: string): string[] => setRow(page, { prefix: '  ', text: prose });
  const lines = [
    ...[ink.bold(`${id} ${name}`), ...text(title), ...text('a limit of the doctor, not a fault'), ''],
    ...[ink.bold('WHY'), ...text(why), '', ink.bold('WHAT TO DO'), ...text(fix)],
  ];
  return `${lines.join('\n')}\n`;
}
