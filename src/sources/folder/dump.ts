/**
 * `kubectl get -o json|yaml` output, or a `kubectl cluster-info dump --output-directory`, with logs in `NAMESPACE/POD/logs.txt`; or a support
 * bundle.
 */
import { parseAllDocuments } from 'yaml';
import type { KubeObject, Pod } from '../../facts/wire.ts';
import { SnapshotError } from '../snapshot/snapshot-error.ts';
import type { Collected, CollectedLog } from './collected.ts';
import type { Files } from './files.ts';
import { bundledLogs, isBundle, kindOfBundled, namespaceOfBundled } from './support-bundle.ts';

interface Part {
  /** The kind of a list whose items may be none: `PodList` says it, `List` does not. */
  listOf: string | null;
  objects: readonly KubeObject[];
  isList: boolean;
  path: string;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Older support bundles hold bare arrays; their folder says of which kind. */
function listed(value: unknown, path: string): unknown {
  const kind = kindOfBundled(path);
  if (kind === null || !Array.isArray(value)) return value;
  return { apiVersion: 'v1', kind: `${kind}List`, items: value };
}

function partOf(found: unknown, path: string): readonly Part[] {
  const value = listed(found, path);
  if (!isObject(value) || typeof value.kind !== 'string' || typeof value.apiVersion !== 'string') return [];
  const { kind, apiVersion } = value;
  if (!kind.endsWith('List')) return [{ listOf: null, objects: [value as KubeObject], isList: false, path }];
  const own = kind.slice(0, -'List'.length);
  const items = Array.isArray(value.items) ? value.items.filter(isObject) : [];
  // the items of a PodList carry no kind of their own
  const objects = items.map((item): KubeObject => (own === '' ? item : { apiVersion, kind: own, ...item }));
  return [{ listOf: own === '' ? null : own, objects, isList: true, path }];
}

function parse(text: string, path: string): readonly unknown[] {
  try {
    if (path.endsWith('.json')) return [JSON.parse(text)];
    return parseAllDocuments(text, { logLevel: 'silent' }).map((document) => {
      const [error] = document.errors;
      if (error !== undefined) throw error;
      return document.toJS({ maxAliasCount: 100 }) as unknown;
    });
  } catch (error) {
    const [why] = (error as Error).message.split('\n');
    throw new SnapshotError(`${path} is neither JSON nor YAML: ${why}`, 'Leave it out, or collect it again.');
  }
}

/** The namespaces that a list speaks for: of all where its items come from several, else that of its items or of its folder. */
function namespacesOf({ objects, path }: Part): readonly string[] {
  const named = new Set(objects.flatMap(({ metadata }) => metadata?.namespace ?? []));
  if (named.size > 1) return ['*', ...named];
  if (named.size === 1) return [...named];
  const folder = namespaceOfBundled(path) ?? path.split('/').slice(0, -1).at(-1);
  return folder === undefined ? [] : [folder];
}

const HOUR = 3_600_000;

/** When the objects were collected: when the files were written, or where they were copied long after that, the newest time that an object tells. */
function timeOf(files: Files, objects: readonly KubeObject[]): string {
  const times = JSON.stringify(objects).match(/(?<=")\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z(?=")/g) ?? [];
  const newest = times.reduce((latest, time) => Math.max(latest, Date.parse(time)), 0);
  const { writtenAt } = files;
  return new Date(writtenAt >= newest && writtenAt - newest < HOUR ? writtenAt : newest).toISOString();
}

const START = /^==== START logs for container (\S+) of pod (\S+)\/(\S+) ====$/;

function logsAt(files: Files, path: string, pods: ReadonlyMap<string, Pod>): readonly CollectedLog[] {
  const [namespace = '', pod = ''] = path.split('/').slice(-3);
  const sections: { container: string | null; lines: string[] }[] = [{ container: null, lines: [] }];
  for (const line of files.read(path).split('\n')) {
    const start = START.exec(line);
    if (start !== null) sections.push({ container: start[1] ?? null, lines: [] });
    else if (!line.startsWith('==== END logs for container ')) sections.at(-1)?.lines.push(line);
  }
  const first = pods.get(`${namespace}/${pod}`)?.spec?.containers[0]?.name;
  return sections.flatMap(({ container, lines }) => {
    const name = container ?? first;
    const text = lines.join('\n');
    return name === undefined || text.trim() === '' ? [] : [{ namespace, pod, container: name, previous: false, text }];
  });
}

/** The namespace that most Services are of; `default` and the system's only where there is no other. */
function mainNamespace(objects: readonly KubeObject[]): string {
  const counts = new Map<string, number>();
  for (const { kind, metadata } of objects) {
    const namespace = metadata?.namespace ?? '';
    if (kind !== 'Service' || namespace === '') continue;
    counts.set(namespace, (counts.get(namespace) ?? 0) + (/^(?:default|kube-.*)$/.test(namespace) ? 0.001 : 1));
  }
  const [most] = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return most?.[0] ?? 'default';
}

/** Reads every file that holds objects of the API; what is not such a file is left alone. */
export function readDump(files: Files): Collected {
  const bundle = isBundle(files.paths);
  const parts = files.paths
    .filter((path) => /\.(?:json|ya?ml)$/.test(path) && (!bundle || kindOfBundled(path) !== null))
    .flatMap((path) => parse(files.read(path), path).flatMap((value) => partOf(value, path)));
  const objects = parts.flatMap((part) => part.objects);
  if (!objects.some(({ kind }) => kind === 'Service')) {
    throw new SnapshotError(
      `${files.root} holds no Services`,
      'Collect them: kubectl get services,pods,endpointslices,deployments -o json > objects.json',
    );
  }
  const complete = new Map<string, Set<string>>();
  for (const part of parts.filter(({ isList }) => isList)) {
    for (const kind of new Set([
      ...(part.listOf === null ? [] : [part.listOf]),
      ...part.objects.map((one) => one.kind ?? ''),
    ])) {
      const same = { ...part, objects: part.objects.filter((one) => one.kind === kind) };
      complete.set(kind, new Set([...(complete.get(kind) ?? []), ...namespacesOf(same)]));
    }
  }
  const pods = new Map(
    objects.flatMap((one): [string, Pod][] =>
      one.kind === 'Pod' ? [[`${one.metadata?.namespace}/${one.metadata?.name}`, one as Pod]] : [],
    ),
  );
  return {
    objects,
    complete,
    truncated: new Set(),
    logs: bundle
      ? bundledLogs(files)
      : files.paths.filter((path) => path.endsWith('/logs.txt')).flatMap((path) => logsAt(files, path, pods)),
    collectedAt: timeOf(files, objects),
    server: null,
    namespace: mainNamespace(objects),
  };
}
