/** Every patch that is printed as safe heals: applied to the objects themselves, with slices derived anew, its finding is gone. */
import { expect, test } from 'vitest';
import { judge } from '../../src/engine/engine.ts';
import type { KubeObject } from '../../src/facts/wire.ts';
import { applyPatch } from '../../src/model/apply-patch.ts';
import type { Patch } from '../../src/model/patch.ts';
import { RULES } from '../../src/rules/index.ts';
import { objectsOf, snapshotOf } from '../support/scenario.ts';
import { ALL_RULES } from '../support/shop.ts';
import { outcomeOf, type World, worlds } from '../support/worlds.ts';

/** The Service patches of the roots that are printed as safe, each with its rule. */
function safePatches(world: World): readonly { rule: string; patch: Patch }[] {
  return outcomeOf(world).diagnosis.findings.flatMap(({ role, rule, fix }) =>
    role === 'root' && fix?.safety === 'safe' && fix.patch?.kind === 'service' ? [{ rule, patch: fix.patch }] : [],
  );
}

function patched(world: World, patch: Patch): World['snapshot'] {
  const change = (object: KubeObject): KubeObject =>
    object.kind === 'Service' && object.metadata?.namespace === patch.namespace && object.metadata.name === patch.name
      ? applyPatch(object, patch)
      : object;
  const objects = objectsOf({ ...world.scenario, frozenSlices: true }).filter(
    (object) => object.kind !== 'EndpointSlice',
  );
  return snapshotOf({ ...world.scenario, change: {}, remove: [], add: objects.map(change), bare: true });
}

test('a patch printed as safe heals', { timeout: 300_000 }, () => {
  const inCluster = worlds().filter(({ scenario }) => scenario.manifests === undefined);
  const tried = inCluster.flatMap((world) =>
    safePatches(world).map(({ rule, patch }) => {
      const after = judge(patched(world, patch), RULES, ALL_RULES).diagnosis;
      const left = after.findings.filter(
        (finding) => finding.rule === rule && finding.scope.service === `${patch.namespace}/${patch.name}`,
      );
      return { world: world.name, left: left.map(({ message }) => message) };
    }),
  );
  expect(tried.length).toBeGreaterThan(3);
  expect(tried.filter(({ left }) => left.length > 0)).toEqual([]);
});
