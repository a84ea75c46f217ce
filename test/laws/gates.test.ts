/** A closed gate spares work and changes nothing: every rule is put to every subject as well, and both ways are compared. */
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { unansweredOf } from '../../src/engine/conclude.ts';
import { FactReader } from '../../src/engine/evaluate.ts';
import { callersOf, sharedSubjects, targetsOf } from '../../src/engine/subjects.ts';
import { type Judged, Walk } from '../../src/engine/walk.ts';
import type { Snapshot } from '../../src/facts/snapshot.ts';
import type { FactName } from '../../src/rules/facts.ts';
import { GATES } from '../../src/rules/gates.ts';
import { GLANCED } from '../../src/rules/glance.ts';
import { RULES } from '../../src/rules/index.ts';
import { worlds } from '../support/worlds.ts';

const ALL = worlds();
const RUNS = Number(process.env.SVC_DOCTOR_LAW_RUNS ?? 900);
/** Many worlds, every rule. */
const SLOW = { timeout: 300_000 };
let cases = 0;

afterAll(() => console.log(`gates: ${cases} cases, ${Object.keys(GATES).length} gates`));

const ON = RULES.filter(({ offByDefault }) => offByDefault !== true);

/** What is found and left open with gates and without, and what closed gates say that no rule says when asked. */
function ungated(snapshot: Snapshot): { gated: string; plain: string; wrong: readonly string[] } {
  const targets = targetsOf(snapshot);
  const subjects = [...targets, ...targets.flatMap((one) => callersOf(snapshot, one)), ...sharedSubjects(snapshot)];
  const [gated, plain] = [true, false].map((on) => new Walk(ON, new FactReader(snapshot), on).follow(subjects));
  const said = (judged: readonly Judged[] = []): string =>
    JSON.stringify(
      judged.map(({ subject, findings, outcomes }) => ({
        subject,
        findings: findings.map(({ rule, finding }) => [rule.id, finding]),
        open: unansweredOf(outcomes),
      })),
    );
  const wrong = (gated ?? []).flatMap(({ selection, subject }, index) =>
    selection.spared.flatMap(({ rule, gate }) => {
      const verdict = plain?.[index]?.outcomes.find((outcome) => outcome.rule === rule)?.check.verdict;
      const isRight = verdict === 'pass' || (verdict === 'not-applicable' && GATES[gate].spares === verdict);
      return isRight ? [] : [`${rule.id} of ${subject.name} behind ${gate}: ${verdict}`];
    }),
  );
  return { gated: said(gated), plain: said(plain), wrong };
}

test('gates spare work and nothing else', SLOW, () => {
  for (const of of ALL) {
    cases++;
    const { gated, plain, wrong } = ungated(of.snapshot);
    expect(gated, of.name).toBe(plain);
    expect(wrong, of.name).toEqual([]);
  }
});

test('gates spare work and nothing else where facts are denied', SLOW, () => {
  fc.assert(
    fc.property(fc.constantFrom(...ALL), fc.infiniteStream(fc.nat(5)), (of, dice) => {
      cases++;
      const answers = Object.entries(of.snapshot.answers).map(([key, answer]): [string, typeof answer] => [
        key,
        dice.next().value === 0 ? { known: false, why: 'denied', detail: null } : answer,
      ]);
      const { gated, plain, wrong } = ungated({ ...of.snapshot, answers: Object.fromEntries(answers) });
      expect(gated).toBe(plain);
      expect(wrong).toEqual([]);
    }),
    { numRuns: RUNS },
  );
});

test('a gate closes only where what the rules behind it need is known', () => {
  // what follows from the facts of a glance, and readers that are always there
  const given: readonly FactName[] = [...GLANCED, 'references', 'logs'];
  const missing = RULES.flatMap(({ id, gate, needs }) =>
    (gate === undefined ? [] : [gate].flat()).flatMap((one) =>
      needs
        .filter((name) => !given.includes(name) && GATES[one].also?.includes(name) !== true)
        .map((name) => `${one} for ${id}: ${name}`),
    ),
  );
  expect(missing).toEqual([]);
  expect(Object.keys(GATES).length, 'closed gates are bits of one number').toBeLessThanOrEqual(53);
});
