/** From the files that were named to one judgement: each set of manifests is a world of its own, judged by the same rules. */
import type { Judgement } from '../engine/diagnosis.ts';
import type { JudgeOptions } from '../engine/engine.ts';
import { judge } from '../engine/engine.ts';
import { withPlaces } from '../engine/locate.ts';
import { together } from '../engine/together.ts';
import type { Problem } from '../facts/place.ts';
import type { Rule } from '../rules/rule.ts';
import { kustomized } from '../sources/manifests/kustomize.ts';
import { gathered, type ReadManifests, readManifests } from '../sources/manifests/read.ts';
import { type World, type WorldOptions, worldOf } from '../sources/manifests/world.ts';
import { UsageError } from './failure.ts';

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
}

function joined(parts: readonly ReadManifests[]): ReadManifests {
  const sum = (pick: (counts: ReadManifests['counts']) => number): number =>
    parts.reduce((total, { counts }) => total + pick(counts), 0);
  return {
    sets: parts.flatMap(({ sets }) => sets),
    problems: parts.flatMap(({ problems }) => problems),
    counts: {
      files: sum(({ files }) => files),
      templated: sum(({ templated }) => templated),
      otherKinds: sum(({ otherKinds }) => otherKinds),
      others: sum(({ others }) => others),
      left: sum(({ left }) => left),
    },
  };
}

/** Reads what was named. Rejects with a UsageError where nothing was; what cannot be read becomes a problem. */
export async function readForPreflight({ files, kustomizations }: NamedManifests): Promise<ReadManifests> {
  if (files.length + kustomizations.length === 0) {
    throw new UsageError(
      'nothing to judge was named',
      'name manifests: kubectl svc-doctor preflight -f FILE|DIR, or -k DIR',
    );
  }
  const built = await Promise.all(kustomizations.map((folder) => kustomized(folder)));
  return joined([
    ...(files.length === 0 ? [] : [readManifests(files)]),
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

/** One judgement of all worlds, with the places of what was found. */
export function judgeWorlds(
  worlds: readonly NamedWorld[],
  problems: readonly Problem[],
  rules: readonly Rule[],
  options: JudgeOptions,
): Judgement {
  const parts = worlds.map(({ name, snapshot, locate }) => ({
    name,
    judgement: withPlaces(judge(snapshot, rules, options), locate),
  }));
  return together(parts, problems);
}
