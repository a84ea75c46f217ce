/** What applies together: a kustomization, what was piped or named file by file, a folder; folders are joined where a Service of one is for the Pods of another. */
import { posix } from 'node:path';
import type { Service } from '../../facts/wire.ts';
import { matches } from '../../model/selector.ts';
import type { NamedFile } from './files.ts';
import { filesOf, isChanged, type Kustomization } from './kustomization.ts';
import type { Manifest } from './manifest.ts';
import { templatesOf } from './templates.ts';

/** The manifests of one file. */
export interface FileManifests {
  named: NamedFile;
  manifests: readonly Manifest[];
}

export interface ManifestSet {
  /** The folder, or what else the manifests came as. */
  name: string;
  manifests: readonly Manifest[];
  /** The namespace that a kustomization gives to all. */
  namespace: string | null;
  isKustomization: boolean;
}

/** Folders that hold one kind each belong to the folder above them. */
const BY_KIND =
  /^(?:deploy(?:ment)?s?|services?|svc|ingress(?:es)?|statefulsets?|daemonsets?|workloads?|configmaps?|config|secrets?|rbac|networkpolic(?:y|ies)|jobs?|pods?|pvc?s?|storage|namespaces?|ns|hpa|autoscaling|serviceaccounts?)$/i;

/** Kinds of which two in one set would be two versions of the same thing. */
const ONE_OF_A_NAME = new Set([
  'Service',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Pod',
  'Ingress',
  'ReplicationController',
]);

interface Group {
  folder: string;
  files: readonly FileManifests[];
}

const KEYS = new WeakMap<FileManifests, ReadonlyMap<string, string>>();

function keysOf(file: FileManifests): ReadonlyMap<string, string> {
  const known = KEYS.get(file);
  if (known !== undefined) return known;
  const keys = new Map(
    file.manifests
      .filter(({ kind }) => ONE_OF_A_NAME.has(kind))
      .map(({ kind, namespace, name, object }) => [`${kind} ${namespace ?? ''}/${name}`, JSON.stringify(object)]),
  );
  KEYS.set(file, keys);
  return keys;
}

/** True when the files say of one object different things. */
function disagree(left: readonly FileManifests[], right: readonly FileManifests[]): boolean {
  const known = new Map(left.flatMap((file) => [...keysOf(file)]));
  return right.some((file) => [...keysOf(file)].some(([key, text]) => known.has(key) && known.get(key) !== text));
}

function folderOf({ file, root }: NamedFile): string {
  if (root === null) return '';
  let folder = posix.dirname(file);
  const top = posix.normalize(root);
  while (folder !== top && BY_KIND.test(posix.basename(folder))) folder = posix.dirname(folder);
  return folder;
}

/** Files of one folder; those that say different things of one object stand each for itself. */
function groupsOf(files: readonly FileManifests[]): readonly Group[] {
  const folders = new Map<string, FileManifests[]>();
  for (const file of files) {
    const folder = folderOf(file.named);
    folders.set(folder, [...(folders.get(folder) ?? []), file]);
  }
  return [...folders].flatMap(([folder, own]) => {
    const apart = own.filter((file) => own.some((other) => other !== file && disagree([file], [other])));
    const rest = own.filter((file) => !apart.includes(file));
    const single = apart.map((file) => ({ folder: file.named.file, files: [file] }));
    return [...(rest.length === 0 ? [] : [{ folder, files: rest }]), ...single];
  });
}

function all(group: Group): readonly Manifest[] {
  return group.files.flatMap(({ manifests }) => manifests);
}

function backs(service: Manifest, manifests: readonly Manifest[]): boolean {
  const { spec } = service.object as Service;
  return manifests.some((manifest) => {
    if (service.namespace !== null && manifest.namespace !== null && service.namespace !== manifest.namespace)
      return false;
    if (manifest.kind === 'Pod') return matches(spec?.selector, manifest.object.metadata?.labels);
    return templatesOf(manifest).some(({ template }) => matches(spec?.selector, template.metadata?.labels));
  });
}

function commonDepth(left: string, right: string): number {
  const [a, b] = [left.split('/'), right.split('/')];
  let depth = 0;
  while (depth < a.length && depth < b.length && a[depth] === b[depth]) depth += 1;
  return depth;
}

/** The group nearest in the tree that holds the Pods of a Service which has none in its own; null where there is none, or several. */
function partnerOf(group: Group, groups: readonly Group[]): Group | null {
  const own = all(group);
  const lonely = own.filter((one) => one.kind === 'Service' && 'selector' in ((one.object as Service).spec ?? {}));
  for (const service of lonely.filter((one) => !backs(one, own))) {
    const able = groups.filter((other) => other !== group && backs(service, all(other)));
    const nearest = Math.max(0, ...able.map((other) => commonDepth(group.folder, other.folder)));
    const [only, ...more] = able.filter((other) => commonDepth(group.folder, other.folder) === nearest);
    if (only !== undefined && more.length === 0 && !disagree(group.files, only.files)) return only;
  }
  return null;
}

function shared(left: string, right: string): string {
  return left.split('/').slice(0, commonDepth(left, right)).join('/');
}

function joined(groups: readonly Group[]): readonly Group[] {
  let current = groups;
  for (let at = 0; at < current.length; ) {
    const group = current[at] as Group;
    const partner = group.folder === '' ? null : partnerOf(group, current);
    if (partner === null) at += 1;
    else {
      const folder = shared(group.folder, partner.folder);
      const one = { folder, files: [...partner.files, ...group.files] };
      current = current.flatMap((other) => (other === partner ? [one] : other === group ? [] : [other]));
      at = 0;
    }
  }
  return current;
}

/** Every object in the namespace that the kustomization gives. */
function moved(manifests: readonly Manifest[], namespace: string | null): readonly Manifest[] {
  return namespace === null
    ? manifests
    : manifests.map((manifest) => ({ ...manifest, namespace: manifest.namespace === null ? null : namespace }));
}

/** The sets, in the order of their names. A set without a Service is left out: nothing in it is judged. */
export function setsOf(
  files: readonly FileManifests[],
  kustomizations: readonly Kustomization[],
): readonly ManifestSet[] {
  const byFolder = new Map(kustomizations.map((one) => [one.folder, one]));
  const byFile = new Map(files.map((one) => [posix.normalize(one.named.file), one]));
  const taken = new Set<FileManifests>();
  const kustomized = kustomizations.flatMap((one): ManifestSet[] => {
    const own = one.resources.flatMap((resource) => byFile.get(resource) ?? []);
    for (const file of files) if (posix.dirname(file.named.file) === one.folder) taken.add(file);
    for (const file of [...own, ...one.patches.flatMap((patch) => byFile.get(patch) ?? [])]) taken.add(file);
    if (own.length === 0 || isChanged(one, byFolder)) return [];
    const parts = filesOf(one, byFolder).flatMap((file) => byFile.get(file) ?? []);
    const manifests = moved(
      [...new Set(parts)].flatMap((file) => file.manifests),
      one.namespace,
    );
    return [{ name: one.folder, manifests, namespace: one.namespace, isKustomization: true }];
  });
  const groups = joined(groupsOf(files.filter((file) => !taken.has(file))));
  const plain = groups.map((group) => ({
    name: group.folder,
    manifests: all(group),
    namespace: null,
    isKustomization: false,
  }));
  return [...plain, ...kustomized]
    .filter(({ manifests }) => manifests.some(({ kind, apiVersion }) => kind === 'Service' && apiVersion === 'v1'))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The folders of kustomizations that hold manifests and change them: only what kustomize makes of those can be judged. */
export function unbuilt(files: readonly FileManifests[], kustomizations: readonly Kustomization[]): readonly string[] {
  const byFolder = new Map(kustomizations.map((one) => [one.folder, one]));
  const named = new Set(files.map(({ named: { file } }) => posix.normalize(file)));
  const held = kustomizations.filter((one) => filesOf(one, byFolder).some((file) => named.has(file)));
  return held
    .filter((one) => isChanged(one, byFolder))
    .map(({ folder }) => folder)
    .sort();
}
