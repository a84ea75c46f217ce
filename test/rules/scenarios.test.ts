/** Every scenario of every rule: the exact set of findings, by role, with all rules run, published as the schema says. */
import { describe, expect, test } from 'vitest';
import type { DiagnosedFinding } from '../../src/engine/diagnosis.ts';
import { grouped } from '../../src/facts/grouped.ts';
import { RULES } from '../../src/rules/index.ts';
import { complaints } from '../support/diagnosis-schema.ts';
import { unaskable } from '../support/needs.ts';
import type { Scenario } from '../support/scenario.ts';
import { unwritable } from '../support/unwritable.ts';
import { outcomeOf, type World, worlds } from '../support/worlds.ts';

function label(finding: DiagnosedFinding, service: string): string {
  const id = finding.reason === null ? finding.rule : `${finding.rule}/${finding.reason}`;
  return finding.scope.service === null || finding.scope.service === service ? id : `${id} ${finding.scope.service}`;
}

function outcome(world: World): unknown {
  const { scenario } = world;
  const { diagnosis, crashed } = outcomeOf(world);
  const service = scenario.service ?? 'shop/web';
  const { findings, unanswered, services } = diagnosis;
  const of = (role: string): string[] =>
    findings
      .filter((finding) => finding.role === role)
      .map((finding) => label(finding, service))
      .sort();
  return {
    roots: of('root'),
    consequences: of('consequence'),
    next: of('next'),
    hints: of('hint'),
    unanswered: [...new Set(unanswered.map((entry) => entry.rule))].sort(),
    causes: scenario.expect.causes === undefined ? [] : causesOf(findings),
    verdict: services.find((entry) => `${entry.namespace}/${entry.name}` === service)?.verdict,
    undeclared: findings.filter(({ rule, cause }) => cause !== null && !isDeclared(rule, cause)),
    crashed,
    unpublished: complaints(diagnosis),
    unwritable: unwritable(diagnosis, scenario),
  };
}

function causesOf(findings: readonly DiagnosedFinding[]): string[] {
  return findings.flatMap(({ rule, cause }) => (cause === null ? [] : [`${rule} ${cause}`])).sort();
}

function isDeclared(rule: string, cause: string): boolean {
  return RULES.find(({ id }) => id === rule)?.causes?.[cause] !== undefined;
}

function wanted(scenario: Scenario): unknown {
  const {
    roots = [],
    consequences = [],
    next = [],
    hints = [],
    unanswered = [],
    causes = [],
    verdict,
  } = scenario.expect;
  return {
    roots: [...roots].sort(),
    consequences: [...consequences].sort(),
    next: [...next].sort(),
    hints: [...hints].sort(),
    causes: [...causes].sort(),
    unanswered: [...new Set(unanswered.flatMap((id) => (id === 'needs' ? unaskable(scenario) : [id])))].sort(),
    verdict: verdict ?? (roots.length > 0 ? 'ill' : unanswered.length > 0 ? 'undetermined' : 'healthy'),
    undeclared: [],
    crashed: [],
    unpublished: [],
    unwritable: [],
  };
}

for (const [file, ofFile] of grouped(worlds(), ({ file }) => [file])) {
  describe(file, () => {
    for (const world of ofFile) {
      test(world.scenario.title, () => {
        expect(outcome(world)).toEqual(wanted(world.scenario));
      });
    }
  });
}
