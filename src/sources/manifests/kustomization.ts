/** What a kustomization takes together. Its patches and prefixes are not applied here: that is what `-k` is for. */
import { posix } from 'node:path';
import type { NamedFile } from './files.ts';

export interface Kustomization {
  /** The folder it stands in, as paths of files name it. */
  folder: string;
  namespace: string | null;
  /** Files and folders that it names, normalized. */
  resources: readonly string[];
}

const NAMES = /^(?:kustomization\.ya?ml|Kustomization)$/;

/** True for the file in which a folder says what kustomize makes of it. */
export function isKustomization({ path }: NamedFile): boolean {
  return NAMES.test(posix.basename(path));
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** The kustomization that a file's first document says, or null. */
export function kustomizationOf({ file }: NamedFile, value: unknown): Kustomization | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const of = value as Record<string, unknown>;
  const folder = posix.dirname(file);
  const named = [...texts(of.resources), ...texts(of.bases), ...texts(of.components)];
  return {
    folder,
    namespace: typeof of.namespace === 'string' && of.namespace !== '' ? of.namespace : null,
    resources: named.filter((one) => !/^[\w.]+:\/\/|^git@/.test(one)).map((one) => posix.join(folder, one)),
  };
}

/** Every file that a kustomization takes, those of the kustomizations it builds on too. */
export function filesOf(
  kustomization: Kustomization,
  all: ReadonlyMap<string, Kustomization>,
  seen: Set<string> = new Set(),
): readonly string[] {
  if (seen.has(kustomization.folder)) return [];
  seen.add(kustomization.folder);
  return kustomization.resources.flatMap((resource) => {
    const base = all.get(resource.replace(/\/$/, ''));
    return base === undefined ? [resource] : filesOf(base, all, seen);
  });
}
