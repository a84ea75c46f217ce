/** From the files that were named to one judgement: each set of manifests is a world of its own, judged by the same rules. */
import { brokenBy } from '../engine/broken-by.ts';
import type { Judgement } from '../engine/diagnosis.ts';
import { judge } from '../engine/engine.ts';
import type { JudgeOptions } from '../engine/judge-options.ts';
import { withPlaces } from '../engine/locate.ts';
import { together } from '../engine/together.ts';
import type { Problem } from '../facts/place.ts';
import type { Snapshot } from '../facts/snapshot.ts';
import type { Rule } from '../rules/rule.ts';
import { kustomized } from '../sources/manifests/kustomize.ts';
import { gathered, type Instead, type ReadManifests, readManifests } from '../sources/manifests/read.ts';
import { type World, type WorldOptions, worldOf } from '../sources/manifests/world.ts';
import { UsageError } from './failure.ts';
import { type Texts, withEdits } from './fix-plan.ts';

export interface NamedManifests {
  /** Arguments of `-f`. */
  files: readonly string[];
  /** Arguments of `-k`. */
  kustomizations: readonly string[];
}

/** A set as a world. */
export interface NamedWorld extends World {
  /** The set's name; null where there is only one. */
  name: string | null;
  /** The cluster as it is, where the set is laid over one. */
  before?: Snapshot;
}

function joined(parts: readonly ReadManifests[]): ReadManifests {
  const sum = (pick: (counts: ReadManifests['counts']) => number): number =>
    parts.reduce((total, { counts }) => total + pick(counts), 0);
  return {
    sets: parts.flatMap(({ sets }) => sets),
    problems: parts.flatMap(({ problems }) => problems),
    unbuilt: parts.flatMap((part) => part.unbuilt),
    counts: {
      files: sum(({ files }) => files),
      templated: sum(({ templated }) => templated),
      otherKinds: sum(({ otherKinds }) => otherKinds),
      others: sum(({ others }) => others),
      left: sum(({ left }) => left),
    },
  };
}

/** Reads what was named, or `instead` of some files other texts. Rejects with a UsageError where nothing was; what cannot be read becomes a problem. */
export async function readForPreflight(
  { files, kustomizations }: NamedManifests,
  instead: Instead,
): Promise<ReadManifests> {
  if (files.length + kustomizations.length === 0) {
    throw new UsageError(
      'nothing to judge was named',
      'name manifests: kubectl svc-doctor preflight -f FILE|DIR, or -k DIR',
    );
  }
  const built = await Promise.all(kustomizations.map((folder) => kustomized(folder)));
  return joined([
    ...(files.length === 0 ? [] : [readManifests(files, instead)]),
    ...built.map((one) => gathered(one.files, one.problems, 0)),
  ]);
}

/** Each set as a world. */
export function worldsOf({ sets }: ReadManifests, options: WorldOptions): readonly NamedWorld[] {
  return sets.map(({ name, manifests, namespace }) => ({
    ...worldOf(manifests, { ...options, namespace: namespace ?? options.namespace }),
    name: sets.length === 1 ? null : name,
  }));
}

/** A set that was judged. */
export interface JudgedWorld extends NamedWorld {
  judgement: Judgement;
}

function judged({ snapshot, before }: NamedWorld, rules: readonly Rule[], options: JudgeOptions): Judgement {
  const after = judge(snapshot, rules, options);
  return before === undefined ? after : brokenBy(after, judge(before, rules, options));
}

/** Each world judged, with the places of what was found. */
export function judgeWorlds(
  worlds: readonly NamedWorld[],
  rules: readonly Rule[],
  options: JudgeOptions,
): readonly JudgedWorld[] {
  return worlds.map((world) => ({
    ...world,
    judgement: withPlaces(judged(world, rules, options), world.locate),
  }));
}

/** One judgement of all; `texts` = the files where the patches are wanted as edits of them, else null. */
export function conclude(worlds: readonly JudgedWorld[], problems: readonly Problem[], texts: Texts | null): Judgement {
  const parts = texts === null ? worlds : worlds.map((world) => ({ ...world, judgement: withEdits(world, texts) }));
  return together(parts, problems);
}

/** The text of every file as it was read. */
export function textsOf({ sets }: ReadManifests): Texts {
  const sources = sets.flatMap(({ manifests }) => manifests.map(({ document }) => document.source));
  return new Map(sources.map(({ file, text }) => [file, text]));
}
