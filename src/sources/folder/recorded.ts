/** A recorded incident: `objects.json` (one List), `manifest.json` (what was asked for, when, where) and `logs/NAMESPACE/POD/CONTAINER[.previous].log`. */
import { join } from 'node:path';
import type { KubeObject } from '../../facts/wire.ts';
import type { Collected, CollectedLog } from './collected.ts';
import type { Files } from './files.ts';

export interface RecordedManifest {
  collectedAt: string;
  namespace: string;
  /** The kinds that were asked for. */
  known: readonly string[];
  /** Kind → the namespaces asked. */
  namespaces?: Readonly<Record<string, readonly string[]>>;
  eventsTruncated?: boolean;
}

/** True for a manifest of a recorded incident. */
export function isRecordedManifest(value: unknown): value is RecordedManifest {
  const { collectedAt, namespace, known } = (value ?? {}) as Record<string, unknown>;
  return typeof collectedAt === 'string' && typeof namespace === 'string' && Array.isArray(known);
}

/** Reads the folder by its manifest; a kind that was not asked for stays unknown. */
export function readRecorded(files: Files, manifest: RecordedManifest, objects: readonly KubeObject[]): Collected {
  return {
    objects,
    complete: new Map(manifest.known.map((kind) => [kind, new Set(manifest.namespaces?.[kind] ?? ['*'])])),
    truncated: new Set(manifest.eventsTruncated ? ['Event'] : []),
    logs: files.paths.filter((path) => path.startsWith('logs/')).flatMap((path) => logAt(files, path)),
    collectedAt: manifest.collectedAt,
    server: null,
    namespace: manifest.namespace,
  };
}

function logAt(files: Files, path: string): readonly CollectedLog[] {
  const [, namespace, pod, file] = path.split('/');
  if (namespace === undefined || pod === undefined || file === undefined || !file.endsWith('.log')) return [];
  const name = file.slice(0, -'.log'.length);
  const previous = name.endsWith('.previous');
  const container = previous ? name.slice(0, -'.previous'.length) : name;
  return [{ namespace, pod, container, previous, text: files.read(join('logs', namespace, pod, file)) }];
}
