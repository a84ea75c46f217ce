/** Annotations in a log of GitHub Actions: workflow commands, one a line. */
import type { Judgement } from '../engine/diagnosis.ts';
import { isFile } from '../facts/place.ts';
import { alertsOf, type Level, totalLine } from './alerts.ts';
import { gapsOf, gapWords, limitLines } from './gaps.ts';

const COMMANDS: Readonly<Record<Level, string>> = { error: 'error', warning: 'warning', note: 'notice' };

/** The runner ends a command at the line's end and reads `%` as the begin of an escape. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** In a property `:` and `,` end the value. */
function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

interface Where {
  file: string;
  line: number | null;
  column: number | null;
  length?: number;
}

function places(where: Where | null): [string, string][] {
  if (where === null || !isFile(where.file)) return [];
  const { file, line, column, length } = where;
  const path = file.replaceAll('\\', '/').replace(/^(\.\/)+/, '');
  return [
    ['file', path],
    ...(line === null ? [] : [['line', String(line)] as [string, string]]),
    ...(column === null ? [] : [['col', String(column)] as [string, string]]),
    ...(column === null || length === undefined ? [] : [['endColumn', String(column + length)] as [string, string]]),
  ];
}

function command(level: Level, title: string, text: string, where: Where | null = null): string {
  const properties = [...places(where), ['title', title] as const].map(([key, value]) => `${key}=${property(value)}`);
  return `::${COMMANDS[level]} ${properties.join(',')}::${data(text)}\n`;
}

/** `::error file=web.yaml,line=12,col=9,title=SEL-001 …::…` for each cause and hint, each file that could not be read, each gap; then one line on the whole. */
export function github({ diagnosis }: Judgement): string {
  const problems = (diagnosis.problems ?? []).map((problem) =>
    command('error', 'the file could not be read', `${problem.message}\n${problem.hint}`, problem),
  );
  const alerts = alertsOf(diagnosis).map(({ finding, level, title, lines }) =>
    command(level, title, lines.join('\n'), finding.place),
  );
  const gaps = gapsOf(diagnosis.unanswered).map((gap) => {
    const rules = gap.questions.map(({ rule, question }) => `open: ${question} (${rule})`);
    return command('warning', 'not every question could be answered', [gapWords(gap), ...rules].join('\n'));
  });
  const last = [totalLine(diagnosis), ...limitLines(diagnosis)].map((line) => `${line}\n`);
  return [...problems, ...alerts, ...gaps, ...last].join('');
}
