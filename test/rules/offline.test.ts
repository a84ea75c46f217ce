/** The scenarios of rules that run on specs, written as files and read back: what files show is found there, and nothing else. */
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Diagnosis } from '../../src/engine/diagnosis.ts';
import { judge } from '../../src/engine/engine.ts';
import type { KubeObject, Pod } from '../../src/facts/wire.ts';
import { RULES } from '../../src/rules/index.ts';
import { readText } from '../../src/sources/manifests/read.ts';
import { worldOf } from '../../src/sources/manifests/world.ts';
import { expectGolden } from '../report/golden.ts';
import { objectsOf, type Scenario, snapshotOf } from '../support/scenario.ts';
import { outcomeOf, worlds } from '../support/worlds.ts';

const OPTIONS = { failOn: 'high', allowUnknown: false, symptom: null, skip: [], severity: null } as const;
const OFFLINE = new Map(RULES.flatMap(({ id, offline }) => (offline === undefined ? [] : [[id, offline] as const])));

/** Pods that a workload of the world makes are not written, nor is what controllers and the API server add. */
function isWritten(object: KubeObject): boolean {
  if (object.metadata?.namespace === 'kube-system') return false;
  if (object.kind === 'Pod') return ((object as Pod).metadata?.ownerReferences ?? []).length === 0;
  if (object.kind !== 'EndpointSlice') return object.kind !== 'Node' && object.kind !== 'Event';
  return object.metadata?.labels?.['endpointslice.kubernetes.io/managed-by'] !== 'endpointslice-controller.k8s.io';
}

function asFile(object: KubeObject): string {
  const { status: _, ...rest } = object as KubeObject & { status?: unknown };
  const { uid: __, creationTimestamp: ___, ...metadata } = rest.metadata ?? {};
  return stringify({ ...rest, metadata });
}

const OFFLINE_DIAGNOSES = new WeakMap<Scenario, Diagnosis>();

function offline(scenario: Scenario): Diagnosis {
  const diagnosis = OFFLINE_DIAGNOSES.get(scenario) ?? judgedOffline(scenario);
  OFFLINE_DIAGNOSES.set(scenario, diagnosis);
  return diagnosis;
}

function judgedOffline(scenario: Scenario): Diagnosis {
  const text = objectsOf(scenario).filter(isWritten).map(asFile).join('---\n');
  const { manifests } = readText({ file: 'all.yaml', root: null, path: 'all.yaml' }, text);
  const { snapshot } = worldOf(manifests, { namespace: null, now: scenario.now ?? '2026-01-31T09:00:00Z' });
  const { ask } = snapshotOf(scenario);
  return judge({ ...snapshot, ask: { ...ask, caller: null } }, RULES, { ...OPTIONS, only: scenario.only ?? [] })
    .diagnosis;
}

function rulesOf({ findings }: Diagnosis, roles: readonly string[]): readonly string[] {
  return [...new Set(findings.filter(({ role }) => roles.includes(role)).map(({ rule }) => rule))].sort();
}

/** True where Pods are not as their templates make them: no file tells that. */
function hasOwnPods({ change = {}, add = [], remove = [] }: Scenario): boolean {
  const named = [...Object.keys(change), ...remove].some((reference) => reference.startsWith('Pod/'));
  return named || add.some((object) => object.kind === 'Pod' && !isWritten(object));
}

const PLAIN = worlds().filter(
  ({ scenario }) =>
    scenario.manifests === undefined &&
    scenario.kind !== 'denied' &&
    scenario.from === undefined &&
    scenario.wide === undefined &&
    scenario.logs === undefined &&
    !hasOwnPods(scenario),
);

test('files accuse nobody whom the cluster does not', () => {
  const accused = PLAIN.flatMap((world) => {
    const { name, scenario } = world;
    const known = rulesOf(outcomeOf(world).diagnosis, ['root', 'consequence', 'next', 'hint']);
    const only = rulesOf(offline(scenario), ['root']).filter((rule) => !known.includes(rule));
    return only.length === 0 ? [] : [`${name}: ${only.join(', ')}`];
  });
  expect(accused).toEqual([
    // no API server takes it as an externalName, so no cluster holds it
    'EXN-001.yaml: an IPv6 address: MAN-008',
    // files are about everything that they hold
    'REF-018.yaml: one Service is asked about, and its calls do not depend on what scrapes it: REF-018',
    // the same fault: files can say who wrote which namespace
    'SEL-001.yaml: the Pods run in one other namespace: MAN-011',
    // a bare Pod is written as one that is to run
    'SEL-007.yaml: finished and evicted Pods beside Pods that run: SEL-005',
  ]);
});

test('what is written amiss is found in files too', () => {
  const missed = PLAIN.flatMap(({ name, scenario }) => {
    const rule = name.slice(0, 7);
    if (scenario.kind !== 'firing' || OFFLINE.get(rule) !== true) return [];
    return rulesOf(offline(scenario), ['root', 'consequence', 'next', 'hint']).includes(rule) ? [] : [name];
  });
  expect(missed).toEqual([
    // what answers, and what the API server says of it, only a cluster can tell
    'REF-019.yaml: an API whose server does not answer as one',
    "REF-019.yaml: the webhook's Service selects no Pod",
  ]);
});

test('the rules that files can answer, and those that only a cluster can', () => {
  const of = (value: true | 'only' | undefined): string =>
    RULES.filter(({ offline }) => offline === value)
      .map(({ id }) => id)
      .sort()
      .join(' ');
  const table = `from specs:    ${of(true)}\nonly in files: ${of('only')}\nonly live:     ${of(undefined)}\n`;
  expectGolden('offline-rules.txt', table);
});
