/** The one way a line of the human report is set: prefix, wrapped prose, remark at the right. */
import type { SourceKind } from '../facts/snapshot.ts';
import type { Ink, Paint } from './ink.ts';
import { addRemark, wrapText } from './wrap.ts';

/** Past this column a remark would stand too far from what it remarks on. */
const REMARK_COLUMN = 100;

export interface Page {
  ink: Ink;
  width: number;
  verbose: boolean;
  /** Where the facts come from: what stands in files is mended there. */
  source?: SourceKind;
}

export interface Row {
  prefix: string;
  /** Columns of the prefix as shown, where it is painted. */
  prefixWidth?: number;
  text: string;
  paint?: Paint;
  /** Such as `SEL-001 · certain`. */
  remark?: string;
}

/** The lines of one row; later lines hang below the first one's text, commands inside stay whole. */
export function setRow(page: Page, row: Row): string[] {
  const { ink } = page;
  const prefixWidth = row.prefixWidth ?? row.prefix.length;
  const paint = row.paint ?? ((line) => line);
  const wrapped = wrapText(ink.prose(row.text), Math.max(page.width - prefixWidth, 20));
  const indent = ' '.repeat(prefixWidth);
  const lines = wrapped.map((line, index) => (index === 0 ? row.prefix : indent) + paint(line));
  const lastWidth = prefixWidth + (wrapped.at(-1) ?? '').length;
  return addRemark(lines, lastWidth, ink.prose(row.remark ?? ''), Math.min(page.width, REMARK_COLUMN), ink.dim);
}
