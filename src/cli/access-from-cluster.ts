/** What the user may read, asked of the cluster, with what each missing right costs. */
import { READS } from '../facts/reads.ts';
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

/** Connects and asks; `namespaced` leaves out what only a ClusterRole can grant. */
export async function accessFromCluster(
  flags: ParsedConnectionFlags,
  namespaced: boolean,
  onRequest: ((trace: RequestTrace) => void) | null,
): Promise<Access> {
  const connection = await connect(connectionFlagsOf(flags), process.env);
  const { namespace, server } = connection;
  const wished = READS.filter(({ place }) => !namespaced || place !== 'cluster');
  try {
    const { user, by, rights } = await withProgress(`asking ${server}`, process.stderr, () =>
      rightsOf(connection, namespace, wished, {
        wanted: wantedFacts,
        project: projectObject,
        now: () => new Date(),
        version: false,
        ...(onRequest === null ? {} : { onRequest }),
      }),
    );
    const reads = rights.map(({ read, allowed }) => ({ read, allowed, ...costOf(read) }));
    const roles = rolesFor(
      rights.map(({ read }) => read),
      namespace,
    );
    return { namespace, user, by, reads, roles };
  } finally {
    connection.close();
  }
}
