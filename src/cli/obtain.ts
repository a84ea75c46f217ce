/** Where the facts of a run come from: a file, or a cluster. */
import { readFile, stat } from 'node:fs/promises';
import type { Ask, Snapshot } from '../facts/snapshot.ts';
import type { RequestTrace } from '../sources/live/collect.ts';
import { loadSnapshot } from '../sources/snapshot/file.ts';
import { parseCaller } from './caller-argument.ts';
import { UsageError } from './failure.ts';
import type { ParsedConnectionFlags } from './flags.ts';
import { parseService } from './service-argument.ts';

export interface Wish {
  services: readonly string[];
  from: string | null;
  /** A snapshot file; null = the cluster. */
  file: string | null;
  flags: ParsedConnectionFlags;
  /** True where the output says which version the server runs. */
  version: boolean;
  /** Called when the first questions are on their way to the cluster. */
  onReading?: () => void;
  onRequest: ((trace: RequestTrace) => void) | null;
  /** False while something found is so young that it may pass: then Pods and slices are read once more. */
  settled(snapshot: Snapshot): boolean | Promise<boolean>;
}

/** Who is asked about, in a run whose namespace is `namespace`. */
export function askOf({ services, from }: Wish, namespace: string): Ask {
  const named = services.map(parseService).map(({ namespace: own, name, port }) => ({
    namespace: own ?? namespace,
    name,
    ...(port === null ? {} : { port }),
  }));
  const home = named[0]?.namespace ?? namespace;
  return { services: named, namespace, caller: from === null ? null : parseCaller(from, home) };
}

async function fromFile(wish: Wish, file: string): Promise<Snapshot> {
  const snapshot = await loadFrom(file);
  const given = typeof wish.flags.namespace === 'string' ? wish.flags.namespace : null;
  if (wish.services.length === 0 && wish.from === null && given === null) return snapshot;
  const ask = askOf(wish, given ?? snapshot.ask.namespace);
  return {
    ...snapshot,
    ask: {
      services: wish.services.length === 0 && given === null ? snapshot.ask.services : ask.services,
      namespace: ask.namespace,
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
