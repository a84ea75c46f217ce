/** What was found in a folder, and the snapshot that it makes. */
import { keyOf, listOf, logOf, RESOURCES, type ResourceName } from '../../facts/resources.ts';
import type { Answer, Ask, Snapshot } from '../../facts/snapshot.ts';
import type { KubeObject } from '../../facts/wire.ts';
import { projectLog, projectObject } from '../project.ts';

export interface CollectedLog {
  namespace: string;
  pod: string;
  container: string;
  previous: boolean;
  text: string;
}

export interface Collected {
  objects: readonly KubeObject[];
  /** By kind the namespaces whose objects of that kind are all here; `*` = all namespaces (and all that have none). */
  complete: ReadonlyMap<string, ReadonlySet<string>>;
  /** The kinds of which only a part is here. */
  truncated: ReadonlySet<string>;
  logs: readonly CollectedLog[];
  /** ISO time: the "now" of every rule. */
  collectedAt: string;
  server: string | null;
  namespace: string;
}

const RESOURCE_OF: ReadonlyMap<string, ResourceName> = new Map(
  (Object.keys(RESOURCES) as ResourceName[]).map((name) => [RESOURCES[name].kind, name]),
);

/** The snapshot of a folder: lists where all of a kind was collected, and unknown where it was not. Asks about all of its namespace. */
export function snapshotOfFolder(collected: Collected): Snapshot {
  const ask: Ask = { services: [], namespace: collected.namespace, caller: null };
  return {
    source: 'snapshot',
    context: null,
    server: collected.server,
    collectedAt: collected.collectedAt,
    ask,
    answers: { ...lists(collected), ...logs(collected.logs) },
  };
}

function lists({ objects, complete, truncated }: Collected): Record<string, Answer> {
  const answers: Record<string, Answer> = {};
  for (const [kind, namespaces] of complete) {
    const resource = RESOURCE_OF.get(kind);
    if (resource === undefined) continue;
    const items = objects.filter((object) => object.kind === kind).map(projectObject);
    const isComplete = !truncated.has(kind);
    for (const namespace of RESOURCES[resource].namespaced ? namespaces : ['*']) {
      const here = namespace === '*' ? items : items.filter((item) => item.metadata?.namespace === namespace);
      answers[keyOf(listOf(resource, namespace === '*' ? null : namespace))] = {
        known: true,
        items: here,
        complete: isComplete,
      };
    }
  }
  return answers;
}

function logs(all: readonly CollectedLog[]): Record<string, Answer> {
  return Object.fromEntries(
    all.map(({ namespace, pod, container, previous, text }): [string, Answer] => {
      const lines = text.split('\n');
      if (lines.at(-1) === '') lines.pop();
      return [keyOf(logOf(namespace, pod, container, previous)), { known: true, lines: projectLog(lines) }];
    }),
  );
}
