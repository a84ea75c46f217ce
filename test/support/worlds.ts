/** Every scenario's world, for laws that must hold over all of them, and what is diagnosed in each. */
import { readdirSync } from 'node:fs';
import type { Diagnosis, RuleVerdict } from '../../src/engine/diagnosis.ts';
import { judge } from '../../src/engine/engine.ts';
import type { JudgeOptions } from '../../src/engine/judge-options.ts';
import type { Snapshot } from '../../src/facts/snapshot.ts';
import { RULES } from '../../src/rules/index.ts';
import { deepFreeze } from './freeze.ts';
import { loadScenarios, type Scenario, snapshotOf } from './scenario.ts';

/** Faults by rule, and whole clusters of a shape that every rule must take for healthy. */
const FOLDERS = ['rules', 'shapes'].map((name) => new URL(`../../fixtures/${name}/`, import.meta.url));

export interface World {
  file: string;
  name: string;
  scenario: Scenario;
  snapshot: Snapshot;
}

let all: readonly World[] | undefined;

/** All scenarios of all rules and shapes, in the order of files and of their text. Made once, and frozen. */
export function worlds(): readonly World[] {
  all ??= FOLDERS.flatMap((folder) =>
    readdirSync(folder)
      .sort()
      .flatMap((file) =>
        loadScenarios(new URL(file, folder).pathname).map((scenario) => ({
          file,
          name: `${file}: ${scenario.title}`,
          scenario,
          snapshot: deepFreeze(snapshotOf(scenario)),
        })),
      ),
  );
  return all;
}

/** How a scenario asks for its diagnosis. */
export function optionsOf({ symptom, only }: Scenario): JudgeOptions {
  return { failOn: 'high', allowUnknown: false, symptom: symptom ?? null, only: only ?? [], skip: [], severity: null };
}

interface Outcome {
  diagnosis: Diagnosis;
  /** The rules that crashed. */
  crashed: readonly RuleVerdict[];
}

const OUTCOMES = new WeakMap<World, Outcome>();

/** What all rules say of the world as it is: judged once, however many laws compare with it. */
export function outcomeOf(world: World): Outcome {
  let outcome = OUTCOMES.get(world);
  if (outcome === undefined) {
    // a judgement holds all that was looked at; of a thousand worlds that is more than anybody needs
    const { diagnosis, verdicts } = judge(world.snapshot, RULES, optionsOf(world.scenario));
    outcome = { diagnosis, crashed: verdicts.filter(({ verdict }) => verdict === 'crashed') };
    OUTCOMES.set(world, outcome);
  }
  return outcome;
}
