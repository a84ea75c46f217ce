/** A policy that is printed as a fix lets through what was stopped: with it in the world, the finding is gone and no other has come. */
import { expect, test } from 'vitest';
import { judge } from '../../src/engine/engine.ts';
import type { Answer, Snapshot } from '../../src/facts/snapshot.ts';
import type { KubeObject } from '../../src/facts/wire.ts';
import { RULES } from '../../src/rules/index.ts';
import { ALL_RULES } from '../support/shop.ts';
import { worlds } from '../support/worlds.ts';

const COMMAND = /^echo '(.*)' \| kubectl create -f -$/;

function withPolicy(snapshot: Snapshot, policy: KubeObject): Snapshot {
  const lists = ['networkpolicies/*', `networkpolicies/${policy.metadata?.namespace}`];
  const answers: Record<string, Answer> = { ...snapshot.answers };
  for (const key of lists) {
    const answer = answers[key];
    if (answer?.known && 'items' in answer) answers[key] = { ...answer, items: [...answer.items, policy] };
  }
  return { ...snapshot, answers };
}

function faultsOf(snapshot: Snapshot) {
  const { findings } = judge(snapshot, RULES, ALL_RULES).diagnosis;
  return findings
    .filter(({ role }) => role === 'root' || role === 'consequence')
    .map(({ rule, scope, fix }) => ({ fault: `${rule} ${JSON.stringify(scope)}`, command: fix?.commands[0] ?? '' }));
}

const printed = worlds().flatMap(({ name, snapshot }) => {
  if (!name.startsWith('NPO')) return [];
  return faultsOf(snapshot).flatMap(({ fault, command }) => {
    const json = COMMAND.exec(command)?.[1];
    return json === undefined ? [] : [{ name, snapshot, fault, policy: JSON.parse(json) as KubeObject }];
  });
});

test('there are such fixes', () => {
  expect(printed.length).toBeGreaterThan(12);
});

for (const { name, snapshot, fault, policy } of printed) {
  test(`${name}: ${policy.metadata?.name}`, () => {
    const before = faultsOf(snapshot).map((one) => one.fault);
    const after = faultsOf(withPolicy(snapshot, policy)).map((one) => one.fault);
    expect(after).not.toContain(fault);
    expect(after.filter((one) => !before.includes(one))).toEqual([]);
    const taken = snapshot.answers['networkpolicies/*'];
    const names = taken?.known && 'items' in taken ? taken.items.map(({ metadata }) => metadata?.name) : [];
    expect(names).not.toContain(policy.metadata?.name);
  });
}
