/** What was typed before the TAB key, read as the parser would read it. */
import { withWait } from '../route.ts';
import type { CommandLine, FlagSpec } from './command-line.ts';

export interface Typed {
  /** The command that will run. */
  command: string;
  /** True while the first word may still become a command's name. */
  atStart: boolean;
  /** Arguments before the word at the cursor, without the command's name. */
  args: readonly string[];
  /** Values of flags by long name, in the order typed. */
  flags: ReadonlyMap<string, readonly string[]>;
  /** The flag whose value is being typed, by long name; null = an argument or a flag is. */
  flag: string | null;
  /** The word at the cursor; of `--flag=val` only what follows the sign. */
  partial: string;
  /** After `--` nothing is a flag any more. */
  onlyArguments: boolean;
}

function flagNamed(word: string, flags: Readonly<Record<string, FlagSpec>>): string | null {
  if (word.startsWith('--')) return word.slice(2) in flags ? word.slice(2) : null;
  return Object.entries(flags).find(([, { char }]) => char === word.slice(1))?.[0] ?? null;
}

/** The command among these words, and where it stands; -1 = none is named. */
function commandAt(words: readonly string[], line: CommandLine): number {
  const first = words[0] ?? '';
  return first in line || first === 'help' ? 0 : -1;
}

/** Reads the words after the plugin's name; the last is the one at the cursor. Never fails: unknown flags are passed over. */
export function readTyped(words: readonly string[], line: CommandLine): Typed {
  const before = withWait(words.slice(0, -1));
  const last = words.at(-1) ?? '';
  const at = commandAt(before, line);
  const command = at === -1 ? 'diagnose' : (before[at] ?? 'diagnose');
  const flags = line[command]?.flags ?? {};
  const values = new Map<string, string[]>();
  const args: string[] = [];
  let flag: string | null = null;
  let onlyArguments = false;
  const note = (name: string, value: string): void => {
    values.set(name, [...(values.get(name) ?? []), value]);
  };
  for (const word of before.slice(at + 1)) {
    if (flag !== null) {
      note(flag, word);
      flag = null;
    } else if (onlyArguments || !word.startsWith('-') || word === '-') args.push(word);
    else if (word === '--') onlyArguments = true;
    else {
      const [, head = word, value] = /^(-[^=]*)=(.*)$/s.exec(word) ?? [];
      const name = flagNamed(head, flags);
      if (name === null) continue;
      if (value !== undefined || flags[name]?.value === undefined) note(name, value ?? '');
      else flag = name;
    }
  }
  const [, head = '', rest] = /^(--?[^=]+)=(.*)$/s.exec(last) ?? [];
  const inWord = flag === null && !onlyArguments && rest !== undefined ? flagNamed(head, flags) : null;
  return {
    command,
    atStart: at === -1 && args.length === 0 && flag === null && values.size === 0,
    args,
    flags: values,
    flag: flag ?? inWord,
    partial: inWord === null ? last : (rest ?? ''),
    onlyArguments,
  };
}
