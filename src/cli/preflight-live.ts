/** `preflight --live`: each set of manifests laid over the cluster that it is meant for. */
import { type FactRequest, keyOf, listOf, RESOURCES } from '../facts/resources.ts';
import type { Ask, Snapshot } from '../facts/snapshot.ts';
import { collectLive, type RequestTrace } from '../sources/live/collect.ts';
import { connect } from '../sources/live/connection.ts';
import type { Manifest } from '../sources/manifests/manifest.ts';
import { namespacesOf, overlayOf } from '../sources/manifests/overlay.ts';
import type { ReadManifests } from '../sources/manifests/read.ts';
import { wantedFacts } from '../sources/plan.ts';
import { projectObject } from '../sources/project.ts';
import { connectionFlagsOf, type ParsedConnectionFlags } from './flags.ts';
import type { NamedWorld } from './preflight.ts';
import { withProgress } from './progress.ts';

const NEEDED = [
  'services',
  'pods',
  'endpointslices',
  'deployments',
  'statefulsets',
  'daemonsets',
  'ingresses',
  'networkpolicies',
  'servicemonitors',
] as const;

/** Kinds without a namespace: read where the files write one. */
const OF_CLUSTER = ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations', 'apiservices'] as const;

/** What an overlay needs of the namespaces and for what is written, beside what its Services ask for. */
function wantedOf(
  namespaces: readonly string[],
  manifests: readonly Manifest[],
): (snapshot: Snapshot) => readonly FactRequest[] {
  const lists = [
    ...namespaces.flatMap((namespace) => NEEDED.map((resource) => listOf(resource, namespace))),
    ...OF_CLUSTER.filter((resource) => manifests.some(({ kind }) => kind === RESOURCES[resource].kind)).map(
      (resource) => listOf(resource),
    ),
  ];
  return (snapshot) => {
    const wanted = wantedFacts(snapshot);
    const keys = new Set(wanted.map(keyOf));
    return [...wanted, ...lists.filter((one) => snapshot.answers[keyOf(one)] === undefined && !keys.has(keyOf(one)))];
  };
}

function servicesOf(manifests: readonly Manifest[], home: string): Ask['services'] {
  return manifests
    .filter(({ kind, apiVersion }) => kind === 'Service' && apiVersion === 'v1')
    .map(({ name, namespace }) => ({ namespace: namespace ?? home, name }));
}

/** The cluster as it is, asked about what the overlay asks about and is there already. */
function beforeOf(live: Snapshot, { ask }: Snapshot): Snapshot {
  const isThere = ({ namespace, name }: { namespace: string; name: string }): boolean => {
    const answer = live.answers[keyOf(listOf('services', namespace))];
    return answer?.known === true && 'items' in answer && answer.items.some(({ metadata }) => metadata?.name === name);
  };
  return { ...live, ask: { ...ask, services: ask.services.filter(isThere) } };
}

/** Connects and reads once for every set. Rejects with an error for people where there is no cluster. */
export async function overlaysOf(
  { sets }: ReadManifests,
  flags: ParsedConnectionFlags,
  onRequest: ((trace: RequestTrace) => void) | null,
): Promise<readonly NamedWorld[]> {
  const connection = await connect(connectionFlagsOf(flags), process.env);
  const options = {
    project: projectObject,
    now: () => new Date(),
    version: false,
    ...(onRequest === null ? {} : { onRequest }),
  };
  try {
    return await withProgress(`reading ${connection.server}`, process.stderr, async () => {
      const worlds: NamedWorld[] = [];
      for (const set of sets) {
        // where kubectl puts what names no namespace: -n, else that of the context
        const home = set.namespace ?? connection.namespace;
        const ask: Ask = { services: servicesOf(set.manifests, home), namespace: home, caller: null };
        const live = await collectLive(
          connection,
          ask,
          wantedOf(namespacesOf(set.manifests, home), set.manifests),
          options,
        );
        const world = overlayOf(live, set.manifests, home);
        const before = beforeOf(live, world.snapshot);
        worlds.push({ ...world, before, name: sets.length === 1 ? null : set.name });
      }
      return worlds;
    });
  } finally {
    connection.close();
  }
}
