/** Colours and marks of a report. Colour never carries meaning alone: every mark differs as a character too. */
import { Chalk } from 'chalk';
import type { ServiceVerdict } from '../engine/diagnosis.ts';
import type { ReportOptions } from './options.ts';

export type Paint = (text: string) => string;

export interface Ink {
  bold: Paint;
  dim: Paint;
  command: Paint;
  /** The painted mark of a verdict. */
  mark: Readonly<Record<ServiceVerdict, string>>;
  /** How many columns each mark takes. */
  markWidth: Readonly<Record<ServiceVerdict, number>>;
  branch: string;
  lastBranch: string;
  dot: string;
  /** Prose in characters that the terminal can show. Never applied to commands. */
  prose: Paint;
  /** Words that lead to an address where the terminal can follow it, and stand alone elsewhere. */
  link(text: string, address: string): string;
}

const UNICODE_MARKS = { ill: '✗', healthy: '✓', converging: '…', undetermined: '?' } as const;
const ASCII_MARKS = { ill: 'x', healthy: 'ok', converging: '~', undetermined: '?' } as const;

/** Said before what they are about, so that who listens knows at once. */
const WORD_MARKS = { ill: 'broken:', healthy: 'ok:', converging: 'settling:', undetermined: 'unknown:' } as const;

/** Signs that are read out badly or not at all. */
const SPOKEN: Readonly<Record<string, string>> = {
  '→': 'to',
  '←': 'from',
  '⇐': 'from',
  '≥': 'at least',
  '≤': 'at most',
  '≠': 'not',
  '×': 'times',
  ' ·': ',',
  '…': '...',
  '✗': 'broken',
  '✓': 'ok',
};

function spoken(text: string): string {
  return text.replaceAll(/ ·|[→←⇐≥≤≠×…✗✓]/g, (sign) => SPOKEN[sign] ?? sign);
}

const ASCII_PROSE: Readonly<Record<string, string>> = {
  '→': '->',
  '←': '<-',
  '⇐': '<=',
  '≥': '>=',
  '≤': '<=',
  '≠': '!=',
  '×': 'x',
  '·': '-',
  '–': '-',
  '—': '-',
  '…': '...',
  '“': '"',
  '”': '"',
  '‘': "'",
  '’': "'",
  '├─': '|-',
  '└─': '`-',
  '✗': 'x',
  '✓': 'ok',
};

function asciiProse(text: string): string {
  return text.replaceAll(/├─|└─|[^\x00-\x7f]/g, (character) => ASCII_PROSE[character] ?? character);
}

/** The ink for these options. */
export function inkFor(options: Pick<ReportOptions, 'colour' | 'ascii' | 'words' | 'links'>): Ink {
  const words = options.words === true;
  const chalk = new Chalk({ level: options.colour ? 1 : 0 });
  const marks = words ? WORD_MARKS : options.ascii ? ASCII_MARKS : UNICODE_MARKS;
  const printable: Paint = options.ascii ? asciiProse : (text) => text;
  return {
    bold: chalk.bold,
    dim: chalk.dim,
    command: chalk.cyan,
    mark: {
      ill: chalk.red(marks.ill),
      healthy: chalk.green(marks.healthy),
      converging: chalk.yellow(marks.converging),
      undetermined: chalk.yellow(marks.undetermined),
    },
    markWidth: {
      ill: marks.ill.length,
      healthy: marks.healthy.length,
      converging: marks.converging.length,
      undetermined: marks.undetermined.length,
    },
    branch: words ? '' : options.ascii ? '|-' : '├─',
    lastBranch: words ? '' : options.ascii ? '`-' : '└─',
    dot: words ? ',' : options.ascii ? '-' : '·',
    prose: words ? (text) => printable(spoken(text)) : printable,
    link: (text, address) => (options.links === true ? `\u001b]8;;${address}\u001b\\${text}\u001b]8;;\u001b\\` : text),
  };
}
