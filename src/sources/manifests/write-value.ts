/** Values as text in the manner of the file they go into. */
import { isScalar, Scalar, stringify } from 'yaml';

/** What a file is written like. */
export interface Manner {
  /** Columns by which a map stands inside another. */
  indent: number;
  /** True where the items of a list stand further in than its key. */
  indentSeq: boolean;
  /** The line's end at this place. */
  eol: string;
}

const OPTIONS = { version: '1.1', lineWidth: 0 } as const;

/** A value in one line: as JSON where the surroundings are JSON, else in flow style. */
export function inline(value: unknown, isJson: boolean): string {
  if (isJson) return JSON.stringify(value);
  return stringify(value, { ...OPTIONS, collectionStyle: 'flow', flowCollectionPadding: false }).trimEnd();
}

/** A scalar in the quotes of the one it takes the place of; quotes that it needs it gets anyway. */
export function inPlaceOf(before: unknown, value: unknown, isJson: boolean): string {
  if (isJson || typeof value !== 'string' || !isScalar(before) || /[\n\r\t]/.test(value)) return inline(value, isJson);
  if (before.type === Scalar.QUOTE_SINGLE) return `'${value.replaceAll("'", "''")}'`;
  return before.type === Scalar.QUOTE_DOUBLE ? JSON.stringify(value) : inline(value, false);
}

/** Lines of block style, each indented by so many columns and with its end. */
export function blockLines(value: unknown, column: number, { indent, indentSeq, eol }: Manner): string {
  return stringify(value, { ...OPTIONS, indent, indentSeq })
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? eol : `${' '.repeat(column)}${line}${eol}`))
    .join('');
}
