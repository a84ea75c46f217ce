/** The commands and flags as completion sees them: written into a file by the build, so that the TAB key need not load the parser. */

export interface FlagSpec {
  char?: string;
  description: string;
  /** Absent for a switch; else what the value is called, `FILE` where it is a path. */
  value?: string;
  /** All values there are. */
  options?: readonly string[];
  repeatable?: true;
}

export interface CommandSpec {
  summary: string;
  flags: Readonly<Record<string, FlagSpec>>;
}

export type CommandLine = Readonly<Record<string, CommandSpec>>;

/** What is read of an oclif command. */
interface ParsedCommand {
  summary?: string;
  flags: Record<string, unknown>;
}

interface ParsedFlag {
  type: 'boolean' | 'option';
  char?: string;
  description?: string;
  helpValue?: string | string[];
  options?: readonly string[];
  multiple?: boolean;
  hidden?: boolean;
}

function flagSpec(flag: ParsedFlag): FlagSpec {
  const value = Array.isArray(flag.helpValue) ? flag.helpValue.join(' ') : flag.helpValue;
  return {
    ...(flag.char === undefined ? {} : { char: flag.char }),
    description: flag.description ?? '',
    ...(flag.type === 'boolean' ? {} : { value: value ?? '' }),
    ...(flag.options === undefined ? {} : { options: flag.options }),
    ...(flag.multiple === true ? { repeatable: true } : {}),
  };
}

/** The description of these commands; hidden flags are left out, `--help` is everywhere. */
export function describeCommands(commands: Readonly<Record<string, ParsedCommand>>): CommandLine {
  const help: FlagSpec = { char: 'h', description: 'show help' };
  const entries = Object.entries(commands).map(([name, { summary = '', flags }]): [string, CommandSpec] => {
    const own = Object.entries(flags as Record<string, ParsedFlag>).filter(([, flag]) => flag.hidden !== true);
    return [
      name,
      { summary, flags: Object.fromEntries([...own.map(([key, flag]) => [key, flagSpec(flag)]), ['help', help]]) },
    ];
  });
  return Object.fromEntries(entries);
}
