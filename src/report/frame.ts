/** The line of a file in which a fault is written, with a caret below what is wrong. */
import type { Place } from '../facts/place.ts';
import type { Page } from './row.ts';

const AROUND = 16;

/** `k8s/web.yaml:12:10`, with the chart's template where Helm told it. */
export function placeText({ file, line, column, template }: Place): string {
  const where = `${file === '-' ? 'stdin' : file}:${line}:${column}`;
  return template === null ? where : `${where} (made by ${template})`;
}

/** Tabs as one column, so that the caret stands where it should. */
function plain(text: string): string {
  return text.replaceAll('\t', ' ');
}

/** The part of the line around the caret that fits, and where in it the caret begins. */
function cut(text: string, start: number, room: number): { text: string; start: number } {
  if (text.length <= room) return { text, start };
  const from = start + AROUND < room ? 0 : Math.max(0, Math.min(start - AROUND, text.length - room));
  return { text: text.slice(from, from + room), start: start - from };
}

/** The rows: where it is, the line, the caret. */
export function frameRows(page: Page, place: Place): string[] {
  const { ink, width } = page;
  const number = String(place.line);
  const gutter = ' '.repeat(number.length);
  const line = cut(plain(place.excerpt), place.column - 1, Math.max(width - number.length - 7, 20));
  const length = Math.max(1, Math.min(place.length, line.text.length - line.start));
  const caret = line.start > line.text.length ? '' : `${' '.repeat(line.start)}${'^'.repeat(length)}`;
  return [
    `    ${ink.dim(`${gutter}${ink.dot === '-' ? '->' : '→'} ${placeText(place)}`)}`,
    `    ${ink.dim(`${number} |`)} ${line.text}`,
    ...(caret === '' ? [] : [`    ${ink.dim(`${gutter} |`)} ${caret}`]),
  ];
}
