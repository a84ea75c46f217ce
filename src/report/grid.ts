/** Columns as kubectl sets them: no borders, three spaces between, headings in capitals. */
import Table from 'cli-table3';

const BLANK = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '   ',
};

/** The rows under their headings (null = no heading row), each line without trailing spaces; ends with a newline unless empty. */
export function grid(headings: readonly string[] | null, rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const table = new Table({ chars: BLANK, style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 } });
  if (headings !== null) table.push([...headings]);
  for (const row of rows) table.push([...row]);
  return `${table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}
