/** Scenarios that break the cluster itself. Each plays alone and mends what it broke. */
import { test } from 'vitest';
import { describeOnCluster } from './environment.ts';
import { play } from './play.ts';
import { scenarios } from './scenario.ts';

describeOnCluster('faults of the cluster itself', () => {
  for (const [name, scenario] of scenarios()) {
    if (scenario.undo === undefined) continue;
    test.sequential(`${name}: ${scenario.title}`, () => play(scenario), 420_000);
  }
});
