/** Two faults at once: neither swallows the other. Each single fault is still a root, or stands behind the other's fix, or is its consequence. */
import { expect, test } from 'vitest';
import type { Diagnosis } from '../../src/engine/diagnosis.ts';
import { judge } from '../../src/engine/engine.ts';
import { RULES } from '../../src/rules/index.ts';
import { type Scenario, snapshotOf } from '../support/scenario.ts';
import { worlds } from '../support/worlds.ts';

function diagnose(scenario: Scenario): Diagnosis {
  return judge(snapshotOf(scenario), RULES, {
    failOn: 'high',
    allowUnknown: false,
    symptom: scenario.symptom ?? null,
    only: [],
    skip: [],
    severity: null,
  }).diagnosis;
}

/** Pairs that do not make two faults, and why. */
const ANOTHER_WORLD: Readonly<Record<string, string>> = {
  'DNS-015 + POD-016': 'on a node that is not ready nothing runs, the DNS cache too',
  'DNS-017 + POD-016': 'on a node that is not ready nothing is Ready, DNS Pods too',
  'DUL-001 + SVC-007': 'the cluster IPs are those of the other family',
  'DUL-001 + TRP-001': 'no endpoint of the family, so none on any node',
  'EXP-006 + PRT-013': 'the appProtocol is judged by what a load balancer of another type makes of it',
  'GWY-002 + HDL-002': 'a headless Service takes the port that the route names',
  'GWY-006 + HDL-002': 'a headless Service takes the port that the route names',
  'GWY-006 + PRT-013': 'both set what the port speaks',
  'HDL-002 + ING-002': 'a headless Service takes the port that the Ingress names',
  'HDL-002 + SVC-006': 'a headless Service needs no proxy',
  'HDL-002 + SVC-007': 'a headless Service has no cluster IP that could be wrong',
  'ING-009 + POD-023': 'the other container is the one whose probe fails',
  'MSH-001 + PRT-007': "behind a mesh's proxy the declared ports do not tell what listens",
  'MSH-002 + PRT-007': "behind a mesh's proxy the declared ports do not tell what listens",
  'NPO-001 + NPO-009': 'the one lets in whom the other keeps out',
  'NPO-014 + PRT-015': 'the rule that counts for nothing names another port',
  'POD-009 + POD-020': 'every Pod is out for the same reason',
  'POD-009 + PRT-002': 'the Pods of the one do not exist in the other',
  'POD-023 + PRT-007': 'the container beside it is the one that serves the port',
  'PRT-003 + PRT-014': 'both set which container has which port',
  'PRT-003 + SEL-005': 'the wrong Pods are the only ones with a port of that protocol',
  'PRT-007 + PRT-011': 'the port of the one is not the port that listens in the other',
  'PRT-007 + SEL-005': 'the wrong Pods are the only ones with that port',
  'SEL-001 + SEL-005': 'a selector that matches nothing is not too broad',
  'SEL-005 + SEL-007': 'a selector that matches only what has ended is not too broad',
};

/** Its Pods are replaced by those of the new template: what ails the old ones ends with them. */
const REPLACES_PODS = 'SEL-006';

function makeTwo(a: Single, b: Single): boolean {
  if (a.file === REPLACES_PODS || b.file === REPLACES_PODS) return false;
  // on a node that is not ready nothing runs, kube-proxy too
  if (/^KPX-/.test(a.file) && b.file === 'POD-016') return false;
  return areApart(a.touches, b.touches) && ANOTHER_WORLD[`${a.file} + ${b.file}`] === undefined;
}

/** The paths that a merge patch sets, as far as objects go; a list is set whole. */
function paths(patch: unknown, at = ''): readonly string[] {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return [at];
  return Object.entries(patch).flatMap(([key, value]) => paths(value, `${at}/${key}`));
}

function touched(scenario: Scenario): readonly string[] {
  const added = (scenario.add ?? []).map(
    ({ kind, metadata }) => `${kind}/${metadata?.namespace ?? 'shop'}/${metadata?.name}`,
  );
  const changed = Object.entries(scenario.change ?? {}).flatMap(([reference, patch]) =>
    reference.startsWith('Pod/') ? [reference] : paths(patch, reference),
  );
  return [...added, ...changed];
}

/** Neither sets what the other sets, or a part of it. */
function areApart(a: readonly string[], b: readonly string[]): boolean {
  return !a.some((one) =>
    b.some((other) => one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`)),
  );
}

/** A world that differs from the healthy one in one way that can be laid beside another. */
function isSingle({ kind, expect: { roots }, ...scenario }: Scenario): boolean {
  const { deny, remove, bare, frozenSlices, from, now, service, port, symptom, only, manifests, wide } = scenario;
  // a Service that selects nothing has no use for Pods, so what is wrong with them is no fault of it
  const spec = (scenario.change?.['Service/web'] as { spec?: { type?: string; selector?: unknown } } | undefined)?.spec;
  if (spec?.type === 'ExternalName' || spec?.selector === null) return false;
  const plain = [deny, remove, bare, frozenSlices, from, now, service, port, symptom, only, manifests, wide].every(
    (part) => part === undefined,
  );
  return kind === 'firing' && plain && roots?.length === 1;
}

function merged(a: unknown, b: unknown): unknown {
  if (a === undefined) return b;
  if (b === undefined || a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries(
    [...keys].map((key) => [key, merged((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key])]),
  );
}

function both(a: Scenario, b: Scenario): Scenario {
  return {
    title: `${a.title}, and ${b.title}`,
    kind: 'firing',
    change: merged(a.change ?? {}, b.change ?? {}) as Record<string, unknown>,
    add: [...(a.add ?? []), ...(b.add ?? [])],
    logs: { ...a.logs, ...b.logs },
    expect: {},
  };
}

interface Single {
  file: string;
  scenario: Scenario;
  touches: readonly string[];
}

/** The first that fits of every rule. */
function singles(): readonly Single[] {
  const found = new Map<string, Single>();
  for (const { name, scenario } of worlds()) {
    const file = name.split('.yaml')[0] ?? '';
    if (!found.has(file) && isSingle(scenario)) found.set(file, { file, scenario, touches: touched(scenario) });
  }
  return [...found.values()];
}

function rootsIn(diagnosis: Diagnosis): readonly string[] {
  return diagnosis.findings.filter(({ role }) => role === 'root').map(({ rule }) => rule);
}

test('of two faults at once both are found, or one as what comes next', { timeout: 300_000 }, () => {
  const all = singles();
  const alone = new Map(all.map(({ scenario }) => [scenario, rootsIn(diagnose(scenario))]));
  const lost: string[] = [];
  let pairs = 0;
  all.forEach((a, index) => {
    for (const b of all.slice(index + 1)) {
      if (!makeTwo(a, b)) continue;
      pairs++;
      const together = diagnose(both(a.scenario, b.scenario));
      const shown = new Set(together.findings.map(({ rule }) => rule));
      for (const one of [a, b]) {
        const missing = (alone.get(one.scenario) ?? []).filter((rule) => !shown.has(rule));
        if (missing.length > 0) lost.push(`${a.file} + ${b.file}: no ${missing.join(', ')}; ${[...shown].join(' ')}`);
      }
    }
  });
  console.log(`pairs: ${pairs} of ${all.length} single faults`);
  expect(lost).toEqual([]);
  const names = new Set(all.map(({ file }) => file));
  const unknown = Object.keys(ANOTHER_WORLD).filter((pair) => !pair.split(' + ').every((name) => names.has(name)));
  expect(unknown, 'pairs of which a part is not tried any more').toEqual([]);
});
