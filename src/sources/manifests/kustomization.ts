/** What a kustomization takes together. Its patches and prefixes are not applied here: that is what `-k` is for. */
import { posix } from 'node:path';
import type { NamedFile } from './files.ts';

export interface Kustomization {
  /** The folder it stands in, as paths of files name it. */
  folder: string;
  namespace: string | null;
  /** Files and folders that it names, normalized. */
  resources: readonly string[];
  /** Files that say what to change in others: no objects of their own. */
  patches: readonly string[];
  /** True where it changes more than names and images: as they are written, its objects are not what is applied. */
  isChanging: boolean;
  /** True where it adds labels and selectors: what it builds on lacks them as it is written. */
  isLabelling: boolean;
}

const CHANGING = [
  'patches',
  'patchesStrategicMerge',
  'patchesJson6902',
  'components',
  'commonLabels',
  'labels',
  'replacements',
  'vars',
  'transformers',
  'generators',
  'helmCharts',
];

const NAMES = /^(?:kustomization\.ya?ml|Kustomization)$/;

/** True for the file in which a folder says what kustomize makes of it. */
export function isKustomization({ path }: NamedFile): boolean {
  return NAMES.test(posix.basename(path));
}

function pathsOf(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one: unknown) => {
    if (typeof one === 'string') return one.includes('\n') ? [] : [one];
    const { path } = (one ?? {}) as { path?: unknown };
    return typeof path === 'string' ? [path] : [];
  });
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** The kustomization that a file's first document says, or null. */
export function kustomizationOf({ file }: NamedFile, value: unknown): Kustomization | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const of = value as Record<string, unknown>;
  const folder = posix.dirname(file);
  const changes = [of.patches, of.patchesStrategicMerge, of.patchesJson6902].flatMap(pathsOf);
  const named = [...texts(of.resources), ...texts(of.bases), ...texts(of.components)];
  return {
    folder,
    namespace: typeof of.namespace === 'string' && of.namespace !== '' ? of.namespace : null,
    resources: named.filter((one) => !/^[\w.]+:\/\/|^git@/.test(one)).map((one) => posix.join(folder, one)),
    patches: changes.map((one) => posix.join(folder, one)),
    isLabelling: of.commonLabels !== undefined || of.labels !== undefined,
    isChanging: CHANGING.some((key) => (Array.isArray(of[key]) ? of[key].length > 0 : of[key] !== undefined)),
  };
}

/** True where the kustomization, or one that it builds on, changes what is written; or where one that builds on it adds its labels. */
export function isChanged(kustomization: Kustomization, all: ReadonlyMap<string, Kustomization>): boolean {
  const isLabelled = [...all.values()].some((one) => one.isLabelling && foldersOf(one, all).has(kustomization.folder));
  return isLabelled || changes(kustomization, all, new Set());
}

/** The folders of all kustomizations that one builds on, its own among them. */
function foldersOf(
  { folder, resources }: Kustomization,
  all: ReadonlyMap<string, Kustomization>,
  seen: Set<string> = new Set(),
): ReadonlySet<string> {
  if (seen.has(folder)) return seen;
  seen.add(folder);
  for (const resource of resources) {
    const base = all.get(resource.replace(/\/$/, ''));
    if (base !== undefined) foldersOf(base, all, seen);
  }
  return seen;
}

function changes(kustomization: Kustomization, all: ReadonlyMap<string, Kustomization>, seen: Set<string>): boolean {
  if (seen.has(kustomization.folder)) return false;
  seen.add(kustomization.folder);
  if (kustomization.isChanging) return true;
  return kustomization.resources.some((resource) => {
    const base = all.get(resource.replace(/\/$/, ''));
    return base !== undefined && changes(base, all, seen);
  });
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
