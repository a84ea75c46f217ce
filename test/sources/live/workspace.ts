import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConnectionError } from '../../../src/sources/live/errors.ts';

/** A throw-away directory; `write` puts a file there and answers its path. */
export function workspace(): { dir: string; write(name: string, text: string, mode?: number): string; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'svc-doctor-live-'));
  return {
    dir,
    write(name, text, mode = 0o644) {
      const file = join(dir, name);
      writeFileSync(file, text, { mode });
      return file;
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** What a ConnectionError says; anything else is thrown again. */
export async function refusalOf(task: () => unknown): Promise<{ message: string; hint: string }> {
  try {
    await task();
  } catch (error) {
    if (error instanceof ConnectionError) return { message: error.message, hint: error.hint };
    throw error;
  }
  throw new Error('it was expected to be refused, and was not');
}
