/** What a run is asked for, before it is known where its facts come from. */
import type { Ask, Snapshot } from '../facts/snapshot.ts';
import { parseLabelQuery } from '../model/label-query.ts';
import type { RequestTrace } from '../sources/live/collect.ts';
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
