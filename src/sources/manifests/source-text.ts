/** The text of one file, with the way from an offset to line and column. */
import type { Place } from '../../facts/place.ts';
import { redactLine } from '../../model/redact.ts';

const MAX_EXCERPT = 200;

export class SourceText {
  /** As the user named it; `-` is standard input. */
  readonly file: string;
  readonly text: string;
  readonly #starts: number[] = [0];

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text.replace(/^\ufeff/, '');
    for (let at = this.text.indexOf('\n'); at !== -1; at = this.text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  /** The index of the line that holds the offset, from 0. */
  #lineAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #lineText(line: number): string {
    return this.text.slice(this.#starts[line], this.#starts[line + 1]).replace(/\r?\n$/, '');
  }

  /** The place from one offset to another, as far as it lies on the first one's line. */
  place(from: number, to: number, document: number, template: string | null): Place {
    const at = Math.min(from, this.text.length);
    const line = this.#lineAt(at);
    const text = this.#lineText(line);
    const column = at - (this.#starts[line] ?? 0);
    const length = Math.max(1, Math.min(to - at, text.trimEnd().length - column));
    const excerpt = redactLine(text.slice(0, MAX_EXCERPT));
    return { file: this.file, line: line + 1, column: column + 1, length, document, template, excerpt };
  }
}
