/** A symptom that the user names: what is said where nothing found can look like it, and what is put first. */
import { expect, test } from 'vitest';
import { judge } from '../../src/engine/engine.ts';
import type { Symptom } from '../../src/engine/symptom.ts';
import { human } from '../../src/report/human.ts';
import { RULES } from '../../src/rules/index.ts';
import { expectGolden } from '../report/golden.ts';
import { type Scenario, snapshotOf } from '../support/scenario.ts';
import { CILIUM } from './cilium.ts';

const PAPER = { colour: false, width: 100, ascii: false, verbose: false, headers: true };
const NO_POD: Pick<Scenario, 'change'> = { change: { 'Service/web': { spec: { selector: { app: 'wbe' } } } } };
function diagnosed(world: Partial<Scenario>, symptom: Symptom | null) {
  const judgement = judge(snapshotOf({ title: 'x', kind: 'firing', expect: {}, ...world }), RULES, {
    ...{ failOn: 'high', allowUnknown: false, only: [], skip: [], severity: null },
    symptom,
  });
  return { symptom: judgement.diagnosis.services[0]?.symptom, text: human(judgement, PAPER) };
}

test.each<[string, Partial<Scenario>, Symptom, boolean]>([
  ['no Pod matches', NO_POD, 'refused', true],
  ['no Pod matches', NO_POD, '5xx', true],
  ['no Pod matches', NO_POD, 'nxdomain', false],
  ['no Pod matches, kube-proxy rejects', NO_POD, 'timeout', false],
  ['no Pod matches, Cilium may drop', { ...NO_POD, ...CILIUM }, 'timeout', true],
  ['nothing is wrong', {}, 'timeout', false],
])('%s %#: %s looks like it', (_, world, symptom, explained) => {
  expect(diagnosed(world, symptom).symptom).toEqual({ seen: symptom, explained });
});

test('no symptom was named', () => {
  expect(diagnosed(NO_POD, null).symptom).toBeNull();
});

test('what does not look like the symptom is still shown, and said not to', () => {
  expectGolden('symptom.ill.txt', diagnosed(NO_POD, 'nxdomain').text);
});

test('a healthy Service does not explain a timeout', () => {
  expectGolden('symptom.healthy.txt', diagnosed({}, 'timeout').text);
});
