/** The way from a named caller, with the broken step marked. */
import { expect, test } from 'vitest';
import { judge } from '../../src/engine/engine.ts';
import { human } from '../../src/report/human.ts';
import { RULES } from '../../src/rules/index.ts';
import { loadScenarios, type Scenario, snapshotOf } from '../support/scenario.ts';

const PAPER = { colour: false, width: 200, ascii: false, verbose: false, headers: true };

function pathLine(scenario: Scenario): string | undefined {
  const options = { failOn: 'high', allowUnknown: false, symptom: null, only: [], skip: [], severity: null } as const;
  const text = human(judge(snapshotOf(scenario), RULES, options), PAPER);
  return text.split('\n').find((line) => line.startsWith('  path '));
}

function scenario(rule: string, title: string): Scenario {
  const found = loadScenarios(`fixtures/rules/${rule}.yaml`).find((one) => one.title === title);
  if (found === undefined) throw new Error(`${rule} has no scenario "${title}"`);
  return found;
}

const FINE: Scenario = { title: 'fine', kind: 'silent', from: 'shop/Node/worker-1', expect: {} };

test.each<[string, Scenario, string | undefined]>([
  ['nobody was named', { ...FINE, from: undefined } as never, undefined],
  ['all is fine', FINE, '  path    Node worker-1 → name ✓ → DNS ✓ → Service ✓ → node ✓ → policy ✓ → Pods ✓'],
  [
    'the selector matches nothing',
    { ...FINE, change: { 'Service/web': { spec: { selector: { app: 'wbe' } } } } },
    '  path    Node worker-1 → name ✓ → DNS ✓ → Service ✗ SEL-001 → node ✓ → policy ✓ → Pods ✓',
  ],
  [
    'a policy denies',
    scenario('NPO-001', 'all ingress is denied, and the caller is named'),
    '  path    Deployment shop/frontend → name ✓ → DNS ✓ → Service ✓ → node ✓ → policy ✗ NPO-001 → Pods ✓',
  ],
])('%s', (_, world, line) => {
  expect(pathLine(world)).toBe(line);
});

test('what may not be read is not called fine', () => {
  expect(pathLine({ ...FINE, deny: ['nodes'] })).toBe(
    '  path    Node worker-1 → name ? → DNS ✓ → Service ? → node ? → policy ✓ → Pods ✓',
  );
});
