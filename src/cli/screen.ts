/** Text that is drawn over what was drawn before, where somebody looks at a terminal; elsewhere nothing is drawn. */
import { wantsWords } from './terminal.ts';

const UP_TO_START = (lines: number): string => (lines === 0 ? '\r' : `\u001b[${lines}F`);
const TO_END = '\u001b[J';

/** Lines that the text takes on a terminal of that width; escape sequences take none. */
function heightOf(line: string, columns: number): number {
  const shown = line.replace(/\u001b\[[\d;]*m/g, '').length;
  return Math.max(1, Math.ceil(shown / columns));
}

export class Screen {
  readonly #stream: NodeJS.WriteStream;
  #height = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** True where somebody looks; who listens is not served by text that changes. */
  get isSeen(): boolean {
    return this.#stream.isTTY === true && process.env.TERM !== 'dumb' && !wantsWords(process.env);
  }

  /** Draws the text in place of the last one; what does not fit below each other is left out at the end, and said. */
  show(text: string): void {
    if (!this.isSeen) return;
    const { columns = 80, rows = 24 } = this.#stream;
    const lines = text.split('\n');
    const kept: string[] = [];
    let height = 0;
    for (const line of lines) {
      height += heightOf(line, columns);
      if (height > rows - 1) break;
      kept.push(line);
    }
    const hidden = lines.length - kept.length;
    const shown = hidden === 0 ? kept : [...kept.slice(0, -1), `${hidden + 1} more lines: make the window higher`];
    this.clear();
    this.#stream.write(shown.join('\n'));
    this.#height = shown.reduce((sum, line) => sum + heightOf(line, columns), 0);
  }

  /** Takes away what was drawn. */
  clear(): void {
    if (!this.isSeen || this.#height === 0) return;
    this.#stream.write(`${UP_TO_START(this.#height - 1)}${TO_END}`);
    this.#height = 0;
  }
}
