/** The files of a collection: below a folder or in an archive, by their path in it. Links are not followed, so nothing outside is read. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SnapshotError } from '../snapshot/snapshot-error.ts';

const MAX_DEPTH = 8;
const MAX_FILES = 20_000;
/** More than any collection holds; what is larger is a mistake or an attack. */
export const MAX_BYTES = 512 * 1024 * 1024;

export interface Files {
  /** What errors call it. */
  readonly root: string;
  /** Paths with `/`, in order. */
  readonly paths: readonly string[];
  /** When the youngest of the files was written, ms since the epoch. */
  readonly writtenAt: number;
  /** The text of a file; a SnapshotError where it cannot be read. */
  read(path: string): string;
}

export class FolderFiles implements Files {
  readonly root: string;
  readonly paths: readonly string[];

  constructor(root: string) {
    this.root = root;
    this.paths = walk(root, '', 0).sort();
    if (this.paths.length > MAX_FILES) {
      throw new SnapshotError(`${root} holds more than ${MAX_FILES} files`, 'Name the folder of one collection.');
    }
  }

  get writtenAt(): number {
    return Math.max(0, ...this.paths.map((path) => statSync(join(this.root, path)).mtimeMs));
  }

  read(path: string): string {
    const file = join(this.root, path);
    try {
      if (statSync(file).size > MAX_BYTES) throw new Error('it is larger than 512 MB');
      return readFileSync(file, 'utf8');
    } catch (error) {
      throw new SnapshotError(
        `${file} cannot be read: ${(error as Error).message}`,
        'Leave it out, or collect it again.',
      );
    }
  }
}

function walk(root: string, folder: string, depth: number): string[] {
  if (depth > MAX_DEPTH) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return walk(root, path, depth + 1);
    return entry.isFile() ? [path] : [];
  });
}
