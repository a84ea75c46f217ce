/** `--report FORMAT=FILE`: the same diagnosis once more, in a file. */
import type { Judgement } from '../engine/diagnosis.ts';
import { nearNames } from '../model/near-names.ts';
import { UsageError } from './failure.ts';
import { FORMATS, type Format, render } from './render.ts';
import { writeWhole } from './write-file.ts';

export interface ReportFile {
  format: Format;
  file: string;
}

/** Paper is wider than a terminal. */
const PAPER = { colour: false, width: 100, ascii: false, verbose: false, headers: true };

/** What was asked for; a UsageError where a format or a file is missing, unknown or named twice. */
export function parseReports(words: readonly string[]): readonly ReportFile[] {
  const reports = words.map((word): ReportFile => {
    const [, name = '', file = ''] = /^([^=]*)=(.*)$/s.exec(word) ?? [];
    const hint = 'such as: --report sarif=svc-doctor.sarif';
    if (name === '' || file === '') throw new UsageError(`--report ${word} is not FORMAT=FILE`, hint);
    const format = FORMATS.find((known) => known === name);
    if (format === undefined) {
      const [near] = nearNames(name, [...FORMATS]);
      const suggestion = near === undefined ? '' : `; did you mean ${near}?`;
      throw new UsageError(
        `--report ${word}: there is no format ${name}${suggestion}`,
        `formats: ${FORMATS.join(', ')}`,
      );
    }
    if (file === '-') throw new UsageError(`--report ${word}: standard output is for -o`, `type: -o ${format}`);
    return { format, file };
  });
  const twice = reports.find(({ file }, index) => reports.some((other, at) => at < index && other.file === file));
  if (twice !== undefined)
    throw new UsageError(`--report names ${twice.file} twice`, 'give each format a file of its own');
  return reports;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'what should be its folder is a file',
  EISDIR: 'it is a folder',
  READONLY: 'it is read-only',
  EACCES: 'not allowed',
  EPERM: 'not allowed',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
};

/** A UsageError that says why a file cannot be written; other errors come back as they are. */
export function writeFailure(file: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  const reason = REASONS[String(error.code)] ?? error.message;
  return new UsageError(`${file} cannot be written: ${reason}`, 'it must lie in a folder that exists, and be writable');
}

/** Writes every report, each whole or not at all. */
export async function writeReports(
  reports: readonly ReportFile[],
  judgement: Judgement,
  version: string,
): Promise<void> {
  for (const { format, file } of reports) {
    const text = await render(format, judgement, { ...PAPER, version });
    try {
      await writeWhole(file, text);
    } catch (error) {
      throw writeFailure(file, error);
    }
  }
}
