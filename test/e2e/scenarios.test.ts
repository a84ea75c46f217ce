/** Every scenario of `fixtures/cluster` that stays inside namespaces of its own; several play at once. */
import { test } from 'vitest';
import { describeOnCluster } from './environment.ts';
import { play } from './play.ts';
import { scenarios } from './scenario.ts';

describeOnCluster('faults and healthy look-alikes on a real cluster', () => {
  for (const [name, scenario] of scenarios()) {
    if (scenario.undo !== undefined) continue;
    test.concurrent(`${name}: ${scenario.title}`, () => play(scenario), 420_000);
  }
});
