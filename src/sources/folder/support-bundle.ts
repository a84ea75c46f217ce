/** A support bundle of troubleshoot.sh: `cluster-resources/RESOURCE/NAMESPACE.json`, logs below `cluster-resources/pods/logs`. */
import { RESOURCES } from '../../facts/resources.ts';
import type { CollectedLog } from './collected.ts';
import type { Files } from './files.ts';

const RESOURCE_FILE = /(?:^|\/)cluster-resources\/([a-z-]+)(?:\/([^/]+))?\.json$/;
const LOG = /(?:^|\/)cluster-resources\/pods\/logs\/([^/]+)\/([^/]+)\/([^/]+?)(-previous)?\.log$/;

/** Folders that are named otherwise than the resource. */
const NAMED: Readonly<Record<string, string>> = { 'network-policy': 'NetworkPolicy', ingress: 'Ingress' };
const KINDS: ReadonlyMap<string, string> = new Map(Object.entries(RESOURCES).map(([name, { kind }]) => [name, kind]));

/** True for a bundle. Beside the resources it holds whatever somebody asked for, which is left alone. */
export function isBundle(paths: readonly string[]): boolean {
  return paths.some((path) => kindOfBundled(path) !== null);
}

/** The kind that the file of a bundle lists; null where it is none that rules read. `pods-errors.json` says what could not be read. */
export function kindOfBundled(path: string): string | null {
  const [, folder] = RESOURCE_FILE.exec(path) ?? [];
  return folder === undefined ? null : (NAMED[folder] ?? KINDS.get(folder) ?? null);
}

/** The namespace of which the file lists everything; `*` for what is in none. */
export function namespaceOfBundled(path: string): string | null {
  const [whole, , namespace] = RESOURCE_FILE.exec(path) ?? [];
  return whole === undefined ? null : (namespace ?? '*');
}

/** Every log in the bundle. */
export function bundledLogs(files: Files): readonly CollectedLog[] {
  return files.paths.flatMap((path): CollectedLog[] => {
    const [, namespace, pod, container, previous] = LOG.exec(path) ?? [];
    if (namespace === undefined || pod === undefined || container === undefined) return [];
    return [{ namespace, pod, container, previous: previous !== undefined, text: files.read(path) }];
  });
}
