/** What the user may read, asked of the cluster, with what each missing right costs. */
import { READS, type Read } from '../facts/reads.ts';
import { rolesFor } from '../facts/roles.ts';
import type { Access } from '../report/access.ts';
import { costOf } from '../rules/fact-reads.ts';
import type { RequestTrace } from '../sources/live/collect.ts';
import { connect } from '../sources/live/connection.ts';
import { rightsOf } from '../sources/live/rights.ts';
import { wantedFacts } from '../sources/plan.ts';
import { projectObject } from '../sources/project.ts';
import { connectionFlagsOf, type ParsedConnectionFlags } from './flags.ts';
import { withProgress } from './progress.ts';

/** For Services of one namespace; `namespaced` without what only a ClusterRole can grant; or `everywhere`, for `-A`. */
export type Extent = 'namespace' | 'namespaced' | 'everywhere';

/** A read, and the one of the table that it stands for. */
interface Wished {
  read: Read;
  of: Read;
}

/** What a run about the whole cluster reads in place of this: lists of all namespaces, and no single objects of Services; null = nothing. */
function widened(of: Read): Read | null {
  if (of.when === 'caller') return null;
  if (of.resource === 'namespaces' || of.resource === 'gateways') return { ...of, verb: 'list', place: 'cluster' };
  if (of.verb === 'list') return { ...of, place: 'cluster' };
  if (of.place !== 'home') return of;
  return of.resource === 'endpoints' ? { ...of, place: 'cluster' } : null;
}

/** What is asked about, each read once. */
export function wishedFor(extent: Extent): readonly Wished[] {
  const table = READS.filter(({ place }) => extent !== 'namespaced' || place !== 'cluster');
  if (extent !== 'everywhere') return table.map((read) => ({ read, of: read }));
  const wide = new Map<string, Wished>();
  for (const of of table) {
    const read = widened(of);
    const key = read === null ? '' : [read.verb, read.resource, read.place, ...read.names].join(' ');
    if (read !== null && !wide.has(key)) wide.set(key, { read, of });
  }
  return [...wide.values()];
}

/** Connects and asks. */
export async function accessFromCluster(
  flags: ParsedConnectionFlags,
  extent: Extent,
  onRequest: ((trace: RequestTrace) => void) | null,
): Promise<Access> {
  const connection = await connect(connectionFlagsOf(flags), process.env);
  const { namespace, server } = connection;
  const wished = wishedFor(extent);
  try {
    const options = {
      wanted: wantedFacts,
      project: projectObject,
      now: () => new Date(),
      version: false,
      ...(onRequest === null ? {} : { onRequest }),
    };
    const asked = wished.map(({ read }) => read);
    const { user, by, rights } = await withProgress(`asking ${server}`, process.stderr, () =>
      rightsOf(connection, namespace, asked, options),
    );
    const origin = new Map(wished.map(({ read, of }) => [read, of]));
    const reads = rights.map(({ read, allowed }) => ({ read, allowed, ...costOf(origin.get(read) ?? read) }));
    const roles = rolesFor(
      rights.map(({ read }) => read),
      namespace,
    );
    return { namespace: extent === 'everywhere' ? null : namespace, user, by, reads, roles };
  } finally {
    connection.close();
  }
}
