/** Where the facts of a run come from: a file, or a cluster. */
import { readFile, stat } from 'node:fs/promises';
import type { Ask, Snapshot } from '../facts/snapshot.ts';
import { parseLabelQuery } from '../model/label-query.ts';
import type { RequestTrace } from '../sources/live/collect.ts';
import { loadSnapshot } from '../sources/snapshot/file.ts';
import { parseCaller } from './caller-argument.ts';
import { UsageError } from './failure.ts';
import type { ParsedConnectionFlags } from './flags.ts';
import { parseService } from './service-argument.ts';

export interface Wish {
  services: readonly string[];
  /** All namespaces, and labels that Services must carry: for a run that names none. */
  everywhere?: boolean;
  selector?: string | null;
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

const CHOOSE = 'name Services, or leave the names out and choose with -n, -A and -l';

/** Names stand alone, and a selector must be one. */
function checkChoice({ services, everywhere = false, selector = null }: Wish): void {
  if (services.length > 0 && everywhere) throw new UsageError('-A takes no SERVICE: it is about all of them', CHOOSE);
  if (selector === null) return;
  if (services.length > 0) throw new UsageError('-l takes no SERVICE: it chooses by labels', CHOOSE);
  const query = parseLabelQuery(selector);
  if ('wrong' in query) {
    const what = query.wrong === '' ? 'an empty part' : `"${query.wrong}"`;
    throw new UsageError(
      `-l ${selector} is no label selector: ${what}`,
      "write -l app=web,tier!=cache or -l 'tier in (a,b)'",
    );
  }
}

/** Who is asked about, in a run whose namespace is `namespace`. */
export function askOf(wish: Wish, namespace: string): Ask {
  checkChoice(wish);
  const { services, from, everywhere = false, selector = null } = wish;
  const named = services.map(parseService).map(({ namespace: own, name, port }) => ({
    namespace: own ?? namespace,
    name,
    ...(port === null ? {} : { port }),
  }));
  const home = named[0]?.namespace ?? namespace;
  return {
    services: named,
    namespace,
    ...(everywhere ? { everywhere } : {}),
    ...(selector === null ? {} : { selector }),
    caller: from === null ? null : parseCaller(from, home),
  };
}

async function fromFile(wish: Wish, file: string): Promise<Snapshot> {
  const snapshot = await loadFrom(file);
  const given = typeof wish.flags.namespace === 'string' ? wish.flags.namespace : null;
  const isChosen = given !== null || wish.everywhere === true || (wish.selector ?? null) !== null;
  checkChoice(wish);
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
