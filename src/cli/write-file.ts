/** Writing a file whole or not at all. */
import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { access, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Where the bytes end up: the file behind a link, so that the link stays one. */
async function targetOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return path;
  }
}

/** What is there now; null = nothing. */
async function statOf(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch {
    return null;
  }
}

/** A rename asks only the folder: a file that nobody may write is left alone here, also by root. */
function refuseReadOnly(path: string, { mode }: Stats): void {
  if ((mode & 0o222) === 0) throw Object.assign(new Error('the file is read-only'), { code: 'READONLY', path });
}

/**
 * Writes a temporary file beside it, flushes it to the disk and renames it: whoever reads the path sees the old text or the new. The mode is kept.
 * What is no regular file, such as a pipe, is written to as it is. Rejects with the system's error; then the old text stands.
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  const target = await targetOf(path);
  const before = await statOf(target);
  if (before !== null && !before.isFile()) return writeInto(target, text, 'w', null);
  if (before !== null) {
    refuseReadOnly(target, before);
    await access(target, constants.W_OK);
  }
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(4).toString('hex')}.tmp`);
  try {
    await writeInto(temporary, text, 'wx', before);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** `like` = the file that this one takes the place of: mode and owner stay. */
async function writeInto(path: string, text: string, flags: string, like: Stats | null): Promise<void> {
  const file = await open(path, flags);
  try {
    await file.writeFile(text);
    if (like !== null) {
      const { uid, gid } = await file.stat();
      if (uid !== like.uid || gid !== like.gid) await file.chown(like.uid, like.gid);
      await file.chmod(like.mode & 0o7777);
    }
    if (flags === 'wx') await file.sync();
  } finally {
    await file.close();
  }
}
