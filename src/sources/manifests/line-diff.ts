/** Two texts line by line: what differs, as a unified diff and as places with the text that goes there. */
import type { FileEdit } from '../../facts/place.ts';

/** Lines `from` to `to` (from 0, without the last) of the old text give way to these. */
interface Change {
  from: number;
  to: number;
  lines: readonly string[];
}

const CONTEXT = 3;
/** Beyond so many pairs of lines the middle is taken for one change. */
const MAX_PAIRS = 4_000_000;

/** The lines with their ends, so that a missing last end counts. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function commonLength<T>(a: readonly T[], b: readonly T[]): number {
  const longest = Math.min(a.length, b.length);
  let length = 0;
  while (length < longest && a[length] === b[length]) length++;
  return length;
}

/** Lengths of the longest common subsequences of all ends of both lists. */
function lengthsOf(a: readonly string[], b: readonly string[]): readonly Uint32Array[] {
  const table = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    const [row, below] = [table[i] as Uint32Array, table[i + 1] as Uint32Array];
    for (let j = b.length - 1; j >= 0; j--) {
      row[j] = a[i] === b[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return table;
}

function changesOf(before: readonly string[], after: readonly string[]): readonly Change[] {
  const head = commonLength(before, after);
  const tail = commonLength(before.slice(head).reverse(), after.slice(head).reverse());
  const [a, b] = [before.slice(head, before.length - tail), after.slice(head, after.length - tail)];
  if (a.length === 0 && b.length === 0) return [];
  if (a.length * b.length > MAX_PAIRS) return [{ from: head, to: head + a.length, lines: b }];
  const table = lengthsOf(a, b);
  const changes: { from: number; to: number; lines: string[] }[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      i++;
      j++;
      continue;
    }
    let change = changes.at(-1);
    if (change === undefined || change.to !== head + i) {
      change = { from: head + i, to: head + i, lines: [] };
      changes.push(change);
    }
    const takesNew = j < b.length && (i === a.length || (table[i]?.[j + 1] ?? 0) > (table[i + 1]?.[j] ?? 0));
    if (takesNew) change.lines.push(b[j++] as string);
    else change.to = head + ++i;
  }
  return changes;
}

/** `@@ -3,7 +3,7 @@` counts from 1; an empty side names the line before it. */
function range(from: number, count: number): string {
  return `${count === 0 ? from : from + 1}${count === 1 ? '' : `,${count}`}`;
}

function marked(mark: string, line: string): string {
  return line.endsWith('\n') ? mark + line : `${mark}${line}\n\\ No newline at end of file\n`;
}

/** The difference as `diff -u` prints it, which `patch -p1` and `git apply` take; empty where there is none. */
export function unifiedDiff(file: string, before: string, after: string): string {
  const [old, fresh] = [linesOf(before), linesOf(after)];
  const groups: Change[][] = [];
  for (const change of changesOf(old, fresh)) {
    const last = groups.at(-1)?.at(-1);
    if (last !== undefined && change.from - last.to <= 2 * CONTEXT) groups.at(-1)?.push(change);
    else groups.push([change]);
  }
  if (groups.length === 0) return '';
  let shift = 0;
  const hunks = groups.map((group) => {
    const [first, last] = [group[0] as Change, group.at(-1) as Change];
    const [from, to] = [Math.max(0, first.from - CONTEXT), Math.min(old.length, last.to + CONTEXT)];
    const added = group.reduce((sum, change) => sum + change.lines.length - (change.to - change.from), 0);
    const head = `@@ -${range(from, to - from)} +${range(from + shift, to - from + added)} @@\n`;
    shift += added;
    return head + hunkLines(old, group, from, to);
  });
  const path = file.replace(/^(\.?\/)+/, '');
  return `--- a/${path}\n+++ b/${path}\n${hunks.join('')}`;
}

function hunkLines(old: readonly string[], group: readonly Change[], from: number, to: number): string {
  let at = from;
  let text = '';
  const keep = (until: number): void => {
    for (; at < until; at++) text += marked(' ', old[at] as string);
  };
  for (const change of group) {
    keep(change.from);
    for (; at < change.to; at++) text += marked('-', old[at] as string);
    for (const line of change.lines) text += marked('+', line);
  }
  keep(to);
  return text;
}

/** The difference as replacements in the old text: of a part of a line where one line gives way to one, else of whole lines. */
export function fileEdits(file: string, before: string, after: string): readonly FileEdit[] {
  const old = linesOf(before);
  return changesOf(old, linesOf(after)).map(({ from, to, lines }) => {
    const [was, is] = [old[from] ?? '', lines[0] ?? ''];
    if (to - from !== 1 || lines.length !== 1) {
      return { file, line: from + 1, column: 1, endLine: to + 1, endColumn: 1, text: lines.join('') };
    }
    const head = wholeWord(was, commonLength(splitUnits(was), splitUnits(is)));
    const tail = wholeWord(
      reversed(was),
      commonLength(splitUnits(reversed(was.slice(head))), splitUnits(reversed(is.slice(head)))),
    );
    const [column, endColumn] = [head + 1, was.length - tail + 1];
    return { file, line: from + 1, column, endLine: from + 1, endColumn, text: is.slice(head, is.length - tail) };
  });
}

function reversed(text: string): string {
  return splitUnits(text).reverse().join('');
}

/** So much of the beginning that no word is cut in two. */
function wholeWord(text: string, length: number): number {
  return text.slice(0, length).replace(/[\w./-]+$/, '').length;
}

/** UTF-16 units, in which columns count. */
function splitUnits(text: string): string[] {
  return text.split('');
}
