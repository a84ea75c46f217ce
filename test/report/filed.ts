/** A judgement over files in which everything is that a format may have to write: places, edits, sets, problems, what is suppressed, and hostile text. */
import type { Judgement } from '../../src/engine/diagnosis.ts';
import type { Place } from '../../src/facts/place.ts';
import { found, JUDGEMENTS } from './judgements.ts';

const PLACE: Place = {
  file: './deploy/a dir/web,1.yaml',
  line: 12,
  column: 10,
  length: 3,
  document: 1,
  template: null,
  excerpt: '    app: wbe',
};

/** What would end a command, a tag, a cell or a document where it is not written with care. */
export const HOSTILE = '50% off: a,b\r\n::set-output name=x::y <b a="c">&amp; `code` **bold** @team ]]> \u0007 |';

const ROOT = found({
  id: 'f1',
  rule: 'SEL-001',
  message: 'default/backend-service does not work: its selector matches no Pod',
  place: PLACE,
  evidence: [
    {
      label: 'selector',
      text: 'app=wbe   0 of 2 Pods',
      object: 'Service default/backend-service',
      path: 'spec.selector.app',
      found: 'wbe',
      expected: 'web',
      file: PLACE.file,
      line: 12,
      column: 10,
    },
    {
      label: 'log',
      text: HOSTILE,
      object: 'Deployment default/backend',
      path: 'spec.template.metadata.labels',
      found: null,
      expected: null,
      file: '-',
      line: 3,
      column: 1,
    },
  ],
  fix: {
    summary: 'select what the Pods carry',
    safety: 'safe',
    commands: [
      `kubectl -n default patch service backend-service --type=merge -p '{"spec":{"selector":{"app":"web"}}}'`,
    ],
    steps: ['then look again'],
    patch: {
      kind: 'service',
      namespace: 'default',
      name: 'backend-service',
      type: 'merge',
      body: { spec: { selector: { app: 'web' } } },
    },
    edits: [{ file: PLACE.file, line: 12, column: 10, endLine: 12, endColumn: 13, text: 'web' }],
  },
  notes: [{ label: 'avoid', text: 'relabelling the Pods' }],
  effects: ['clients are refused'],
});

export const FILED: Judgement = {
  verdicts: [],
  diagnosis: {
    ...(JUDGEMENTS.selector as Judgement).diagnosis,
    source: { kind: 'manifests', context: null, server: null, collectedAt: '2026-01-31T09:00:00Z' },
    summary: { services: 2, healthy: 1, ill: 1, converging: 0, undetermined: 0, roots: 1 },
    services: [
      {
        namespace: 'default',
        name: 'backend-service',
        set: 'deploy/a dir',
        verdict: 'ill',
        headline: ROOT.message,
        roots: ['f1'],
        next: ['f2'],
        hints: [],
        state: null,
        path: null,
        symptom: null,
        afterFix: null,
        checks: { passed: 12, failed: 1, unknown: 0, notApplicable: 5 },
      },
      {
        namespace: 'shop',
        name: 'web',
        set: 'charts/shop',
        verdict: 'healthy',
        headline: 'no fault found in shop/web',
        roots: [],
        next: [],
        hints: ['f3'],
        state: null,
        path: null,
        symptom: null,
        afterFix: null,
        checks: { passed: 12, failed: 0, unknown: 0, notApplicable: 5 },
      },
    ],
    findings: [
      ROOT,
      found({ id: 'f2', rule: 'PRT-007', role: 'next', severity: 'high', message: 'nobody serves the port' }),
      found({
        id: 'f3',
        rule: 'BPR-010',
        name: 'single-ready-endpoint',
        role: 'hint',
        severity: 'low',
        message: HOSTILE,
        place: { ...PLACE, file: '/srv/web.yaml' },
        scope: { ...ROOT.scope, service: 'shop/web' },
      }),
      found({
        id: 'f4',
        rule: 'SEL-005',
        role: 'suppressed',
        severity: 'medium',
        message: 'two workloads are selected',
      }),
    ],
    limits: [{ id: 'MET-006', text: 'only a cluster can tell whether Pods become Ready' }],
    suppressed: [{ finding: 'f4', reason: 'shared on purpose', by: 'annotation' }],
    problems: [
      {
        file: 'deploy/broken.yaml',
        line: 3,
        column: 5,
        message: 'a mapping is not closed',
        excerpt: '  a: {',
        hint: 'close it',
      },
    ],
    exitCode: 2,
  },
};
