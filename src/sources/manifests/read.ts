/** Files become worlds to judge: one for each set of manifests that applies together. */
import type { Problem } from '../../facts/place.ts';
import { readDocuments } from './documents.ts';
import { type NamedFile, namedFiles, textOf } from './files.ts';
import { isJudged } from './kinds.ts';
import { isKustomization, type Kustomization, kustomizationOf } from './kustomization.ts';
import { manifestsOf } from './manifest.ts';
import { type FileManifests, type ManifestSet, setsOf, unbuilt } from './sets.ts';
import { SourceText } from './source-text.ts';

/** What was read beside the objects that are judged. */
export interface Counts {
  files: number;
  /** Documents that a template engine still has to fill. */
  templated: number;
  /** Objects of kinds that nothing here is decided from. */
  otherKinds: number;
  /** What is no object of Kubernetes. */
  others: number;
  /** Links and hidden folders. */
  left: number;
}

export interface ReadManifests {
  sets: readonly ManifestSet[];
  problems: readonly Problem[];
  counts: Counts;
  /** Kustomizations that change what is written, and so are judged by `-k` alone. */
  unbuilt: readonly string[];
}

interface ReadFile extends FileManifests {
  kustomization: Kustomization | null;
  problems: readonly Problem[];
  templated: number;
  others: number;
}

/** Below a chart's `templates` nothing is a manifest yet. */
function isTemplate({ path }: NamedFile, charts: ReadonlySet<string>): boolean {
  return [...charts].some((chart) => path.startsWith(`${chart}templates/`));
}

function chartsOf(files: readonly NamedFile[]): ReadonlySet<string> {
  return new Set(
    files
      .filter(({ path }) => /(?:^|\/)Chart\.yaml$/.test(path))
      .map(({ path }) => path.slice(0, -'Chart.yaml'.length)),
  );
}

/** The manifests in a text that is already there. */
export function readText(named: NamedFile, text: string): ReadFile {
  const { documents, problems, templated } = readDocuments(new SourceText(named.file, text), isKustomization(named));
  const found = documents.map(manifestsOf);
  // a folder holds other YAML and JSON too: what is broken in it is no business of ours
  const isOurs = named.root === null || /\bapiVersion\b/.test(text);
  return {
    named,
    manifests: found.flatMap(({ manifests }) => manifests),
    kustomization: isKustomization(named) ? kustomizationOf(named, documents[0]?.value) : null,
    problems: isOurs ? problems : [],
    templated,
    others: found.reduce((sum, { others }) => sum + others, 0),
  };
}

function readFile(named: NamedFile, charts: ReadonlySet<string>, instead: Instead): ReadFile {
  const nothing = { named, manifests: [], kustomization: null, problems: [], templated: 0, others: 0 };
  if (isTemplate(named, charts)) return { ...nothing, templated: 1 };
  const text = instead.get(named.file) ?? textOf(named);
  return typeof text === 'string' ? readText(named, text) : { ...nothing, problems: [text] };
}

/** The sets in what was read. */
export function gathered(files: readonly ReadFile[], problems: readonly Problem[], left: number): ReadManifests {
  const kustomizations = files.flatMap(({ kustomization }) => kustomization ?? []);
  const all = files.flatMap(({ manifests }) => manifests);
  const sum = (pick: (file: ReadFile) => number): number => files.reduce((total, file) => total + pick(file), 0);
  const holding = files.filter((file) => file.manifests.length > 0 && file.kustomization === null);
  return {
    sets: setsOf(holding, kustomizations),
    unbuilt: unbuilt(holding, kustomizations),
    problems: [...problems, ...files.flatMap((file) => file.problems)],
    counts: {
      files: files.length,
      templated: sum(({ templated }) => templated),
      otherKinds: all.filter(({ apiVersion, kind }) => !isJudged(apiVersion, kind)).length,
      others: sum(({ others }) => others),
      left,
    },
  };
}

/** Texts by the names of their files, to judge as if they stood there. */
export type Instead = ReadonlyMap<string, string>;

/**
 * Everything that the arguments of `-f` name, with `instead` of what some files hold.
 * Never throws: what cannot be read becomes a problem with its place.
 */
export function readManifests(named: readonly string[], instead: Instead = new Map()): ReadManifests {
  const { files, problems, left } = namedFiles(named);
  const charts = chartsOf(files);
  return gathered(
    files.map((file) => readFile(file, charts, instead)),
    problems,
    left,
  );
}
