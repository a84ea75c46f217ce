/** Writes planned fixes into their files: all of them, or none where one of the files cannot take it. */
import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { UsageError } from './failure.ts';
import type { ChangedFile } from './fix-plan.ts';
import { writeFailure } from './report-files.ts';
import { writeWhole } from './write-file.ts';

const BOM = '\ufeff';

/** The byte order mark that the file begins with; a UsageError where it is not what was judged. */
async function markOf({ file, before }: ChangedFile): Promise<string> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
    await access(file, constants.W_OK);
    if (((await stat(file)).mode & 0o222) === 0) throw Object.assign(new Error('read-only'), { code: 'READONLY' });
  } catch (error) {
    throw writeFailure(file, error);
  }
  const mark = text.startsWith(BOM) ? BOM : '';
  if (text.slice(mark.length) !== before) {
    throw new UsageError(`${file} has changed since it was read: nothing was written`, 'type the same again');
  }
  return mark;
}

/** Rejects with a UsageError before anything is written, where a file has changed since, or may not be written. */
export async function writeFixes(files: readonly ChangedFile[]): Promise<void> {
  const marks = await Promise.all(files.map(markOf));
  for (const [index, { file, after }] of files.entries()) {
    try {
      await writeWhole(file, `${marks[index]}${after}`);
    } catch (error) {
      throw writeFailure(file, error);
    }
  }
}
