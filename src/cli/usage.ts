/** The parser's own errors, said in our words with the nearest right flag. */
import { nearNames } from '../model/near-names.ts';
import { UsageError } from './failure.ts';

interface KnownFlags {
  /** Every flag of the command, without dashes, hidden ones left out. */
  names: readonly string[];
  /** `kubectl svc-doctor snapshot`. */
  command: string;
}

function unknownFlag(given: string, known: KnownFlags): UsageError {
  const name = given.split('=')[0] ?? given;
  const near = name.startsWith('--')
    ? nearNames(name.slice(2), known.names)[0]
    : known.names.find((candidate) => candidate === name.slice(1));
  const suggestion = near === undefined ? '' : `; did you mean --${near}?`;
  return new UsageError(`unknown flag ${name}${suggestion}`, `all flags: ${known.command} --help`);
}

const EXPECTED = /^Expected --(\S+?)=(.*) to be one of: (.*)$/;

/** A parser's error as a UsageError; any other error comes back as it is. */
export function asUsageError(error: unknown, known: KnownFlags): unknown {
  if (!(error instanceof Error)) return error;
  if ('flags' in error && Array.isArray(error.flags) && typeof error.flags[0] === 'string') {
    return unknownFlag(error.flags[0], known);
  }
  if (!('oclif' in error)) return error;
  const message = error.message
    .replace(/\nSee more help with --help$/, '')
    .replace(/^The following errors? occurred:\s*/, '');
  const [, flag, given, accepted] = EXPECTED.exec(message) ?? [];
  if (flag !== undefined) return new UsageError(`--${flag} ${given} is not one of ${accepted}`);
  if (/^Unexpected argument/.test(message)) {
    return new UsageError(message.replace(/^U/, 'u'), `what it takes: ${known.command} --help`);
  }
  if (/^Missing \d+ required arg/.test(message)) {
    return new UsageError('an argument is missing', `what it takes: ${known.command} --help`);
  }
  return new UsageError(message.replace(/^Flag /, '').replaceAll(/\s*\n\s*/g, ' '));
}
