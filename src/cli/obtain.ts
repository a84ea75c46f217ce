/** Where the facts of a run come from: a file, or a cluster. */
import { readFile, stat } from 'node:fs/promises';
import type { Snapshot } from '../facts/snapshot.ts';
import { loadSnapshot } from '../sources/snapshot/file.ts';
import { UsageError } from './failure.ts';
import { askOf, type Wish } from './wish.ts';

async function fromFile(wish: Wish, file: string): Promise<Snapshot> {
  const snapshot = await loadFrom(file);
  const given = typeof wish.flags.namespace === 'string' ? wish.flags.namespace : null;
  const isChosen = given !== null || wish.everywhere === true || (wish.selector ?? null) !== null;
  if (wish.services.length === 0 && wish.from === null && !isChosen) return snapshot;
  const ask = askOf(wish, given ?? snapshot.ask.namespace);
  return {
    ...snapshot,
    ask: {
      ...ask,
      services: wish.services.length === 0 && !isChosen ? snapshot.ask.services : ask.services,
      caller: ask.caller ?? snapshot.ask.caller,
    },
  };
}

const ARCHIVE = /\.(?:tar|tar\.gz|tgz)$/i;

/** The snapshot in a file, standard input, an archive or a folder. */
async function loadFrom(file: string): Promise<Snapshot> {
  let text: string;
  try {
    const isFolder = file !== '-' && (await stat(file)).isDirectory();
    if (isFolder || ARCHIVE.test(file)) {
      const { loadArchive, loadFolder } = await import('../sources/folder/folder.ts');
      return isFolder ? loadFolder(file) : loadArchive(file);
    }
    text = await readFile(file === '-' ? '/dev/stdin' : file, 'utf8');
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UsageError(
      missing ? `there is no file ${file}` : `${file} cannot be read: ${(error as Error).message}`,
      'make one with: kubectl svc-doctor snapshot SERVICE -o FILE',
    );
  }
  return loadSnapshot(text, file);
}

/** All that is known for this run. Rejects with an error for people: a wrong argument, no cluster, a bad file. */
export async function obtainSnapshot(wish: Wish): Promise<Snapshot> {
  if (wish.file !== null) return fromFile(wish, wish.file);
  const { fromCluster } = await import('./from-cluster.ts');
  return fromCluster(wish);
}
