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

/** What is asked about: in all namespaces, what is read in a Service's own is read cluster-wide. */
function wishedFor(extent: Extent): readonly Wished[] {
  if (extent === 'namespaced')
    return READS.filter(({ place }) => place !== 'cluster').map((read) => ({ read, of: read }));
  if (extent === 'namespace') return READS.map((read) => ({ read, of: read }));
  const wide = new Map<string, Wished>();
  for (const of of READS) {
    const read: Read = of.place === 'home' ? { ...of, place: 'cluster' } : of;
    const key = [read.verb, read.resource, read.place, ...read.names].join(' ');
    if (!wide.has(key)) wide.set(key, { read, of });
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
