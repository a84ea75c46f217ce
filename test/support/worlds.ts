/** Every scenario's world, for laws that must hold over all of them. */
import { readdirSync } from 'node:fs';
import type { Snapshot } from '../../src/facts/snapshot.ts';
import { loadScenarios, type Scenario, snapshotOf } from './scenario.ts';

const FOLDERS = ['rules', 'shapes'].map((name) => new URL(`../../fixtures/${name}/`, import.meta.url));

export interface World {
  name: string;
  scenario: Scenario;
  snapshot: Snapshot;
}

/** All scenarios of all rules and shapes, in the order of files and of their text. */
export function worlds(): readonly World[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(folder)
      .sort()
      .flatMap((file) =>
        loadScenarios(new URL(file, folder).pathname).map((scenario) => ({
          name: `${file}: ${scenario.title}`,
          scenario,
          snapshot: snapshotOf(scenario),
        })),
      ),
  );
}

/** Freezes a value and all it holds, so that whoever changes it throws. */
export function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
