/** Findings that somebody said to leave alone: no roots, no exit code, and nothing takes their place. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../src/engine/diagnosis.ts';
import { judge } from '../../src/engine/engine.ts';
import type { Suppressor } from '../../src/engine/suppress.ts';
import { RULES } from '../../src/rules/index.ts';
import { loadScenarios, mergePatch, type Scenario, snapshotOf } from '../support/scenario.ts';

const NOTE = 'svc-doctor.dev/ignore';

function diagnose(scenario: Partial<Scenario>, suppressors: readonly Suppressor[] = []): Diagnosis {
  const options = { failOn: 'high', allowUnknown: false, symptom: null, only: [], skip: [], severity: null } as const;
  const whole = { title: 'x', kind: 'firing', expect: {}, ...scenario } as Scenario;
  return judge(snapshotOf(whole), RULES, { ...options, suppressors }).diagnosis;
}

/** Every finding as `role rule`, and what the run comes to. */
function outcome({ findings, suppressed, services, summary, exitCode }: Diagnosis): unknown {
  const byRole = findings.filter(({ rule }) => !rule.startsWith('BPR-')).map(({ role, rule }) => `${role} ${rule}`);
  const [service] = services;
  const { verdict, headline, roots, next } = service ?? {};
  return { findings: byRole, suppressed, verdict, headline, roots, next, ill: summary.roots, exitCode };
}

/** A selector that matches no Pod, said to be meant so on the Service. */
function wrongSelector(note: string): Partial<Scenario> {
  return {
    change: { 'Service/web': { metadata: { annotations: { [NOTE]: note } }, spec: { selector: { app: 'wbe' } } } },
  };
}

const PLAIN = diagnose({ change: { 'Service/web': { spec: { selector: { app: 'wbe' } } } } });

describe('an annotation', () => {
  const left = {
    findings: ['suppressed SEL-001'],
    verdict: 'healthy',
    headline: 'nothing was found with shop/web but what is suppressed',
    roots: [],
    next: [],
    ill: 0,
    exitCode: 0,
  };

  it.each([
    'SEL-001: filled at night',
    'selector-matches-no-pods: filled at night',
    'X-1: y; sel-001: filled at night',
  ])('%s', (note) => {
    const { suppressed, ...rest } = outcome(diagnose(wrongSelector(note))) as { suppressed: Diagnosis['suppressed'] };
    expect(suppressed.map(({ reason, by }) => ({ reason, by }))).toEqual([
      { reason: 'filled at night', by: 'annotation' },
    ]);
    expect(rest).toEqual(left);
  });

  it('takes no consequence of what it is about for a root', () => {
    const [lost] = loadScenarios(new URL('../../fixtures/rules/POD-016.yaml', import.meta.url).pathname);
    const node = { metadata: { annotations: { [NOTE]: 'POD-016: being replaced' } } };
    const noted = { ...lost, change: mergePatch(lost?.change, { 'Node/worker-2': node }) as Record<string, unknown> };
    const { findings, roots, exitCode } = outcome(diagnose(noted)) as Record<string, unknown>;
    expect({ findings, roots, exitCode }).toEqual({
      findings: ['consequence POD-020', 'suppressed POD-016'],
      roots: [],
      exitCode: 0,
    });
  });

  it.each(['SEL-001', 'SEL-001:', 'PRT-007: another rule'])(
    'without a reason, or for another rule, leaves all as it is: %s',
    (note) => {
      expect(outcome(diagnose(wrongSelector(note)))).toEqual(outcome(PLAIN));
    },
  );

  it('on the workload whose Pods are in evidence', () => {
    const broken = (note: string): Diagnosis =>
      diagnose({
        change: {
          'Deployment/web': { metadata: { annotations: { [NOTE]: note } } },
          'Service/web': { spec: { ports: [{ name: 'http', port: 80, targetPort: 'nobody' }] } },
        },
      });
    const [root] = broken('').findings;
    expect(root?.evidence.map(({ object }) => object.split(' ')[0])).toContain('Pod');
    const { suppressed, exitCode } = broken(`${root?.rule}: ports come later`);
    expect({ by: suppressed.map(({ reason }) => reason), exitCode }).toEqual({ by: ['ports come later'], exitCode: 0 });
  });
});

it('a suppressor hears names, objects and a fingerprint, and its word counts', () => {
  const heard: unknown[] = [];
  const diagnosis = diagnose({ change: { 'Service/web': { spec: { selector: { app: 'wbe' } } } } }, [
    (candidate) => {
      if (!candidate.names.includes('SEL-001')) return null;
      heard.push(candidate);
      return { reason: 'known', by: 'baseline' };
    },
  ]);
  expect(heard[0]).toEqual({
    names: ['SEL-001', 'selector-matches-no-pods'],
    fingerprint: 'SEL-001 service=shop/web Service shop/web#spec.selector.app',
    service: 'shop/web',
    objects: ['Service shop/web', 'Deployment shop/web'],
  });
  expect(diagnosis.suppressed.map(({ by }) => by)).toEqual(['baseline']);
  expect(diagnosis.exitCode).toBe(0);
});

it('a fingerprint holds no names that controllers make up and no position', () => {
  const prints = diagnose({
    change: { 'Service/web': { spec: { ports: [{ name: 'http', port: 80, targetPort: 'nobody' }] } } },
  }).findings.map(({ fingerprint }) => fingerprint);
  expect(prints.filter((print) => /\[\d+\]|-[0-9a-z]{5}\b/.test(print))).toEqual([]);
  expect(new Set(prints).size).toBe(prints.length);
});

describe('whatever is left alone', () => {
  const STORIES = ['DNS-002', 'POD-008', 'POD-016', 'SEL-001', 'PRT-001', 'NPO-001'].flatMap((rule) =>
    loadScenarios(new URL(`../../fixtures/rules/${rule}.yaml`, import.meta.url).pathname),
  );

  it('nothing new becomes a root, and nothing else is lost', () => {
    fc.assert(
      fc.property(fc.constantFrom(...STORIES), fc.infiniteStream(fc.boolean()), (story, coins) => {
        const before = diagnose(story);
        const hidden = new Set(
          before.findings.filter(() => coins.next().value === true).map(({ fingerprint }) => fingerprint),
        );
        const after = diagnose(story, [
          ({ fingerprint }) => (hidden.has(fingerprint) ? { reason: 'x', by: 'baseline' } : null),
        ]);
        const roots = ({ findings }: Diagnosis): string[] =>
          findings.filter(({ role }) => role === 'root').map(({ fingerprint }) => fingerprint);
        expect(roots(after)).toEqual(roots(before).filter((fingerprint) => !hidden.has(fingerprint)));
        expect(after.summary.roots).toBe(roots(after).length);
        expect(after.services.flatMap((service) => service.roots)).toHaveLength(
          before.services
            .flatMap(({ roots: ids }) => ids)
            .filter((id) => !hidden.has(before.findings.find((one) => one.id === id)?.fingerprint ?? '')).length,
        );
        expect(after.unanswered).toEqual(before.unanswered);
        expect(after.exitCode === 1).toBe(
          after.findings.some(({ role, severity }) => role === 'root' && ['critical', 'high'].includes(severity)),
        );
      }),
      { numRuns: 60 },
    );
  });
});
