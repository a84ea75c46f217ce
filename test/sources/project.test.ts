import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/facts/wire.ts';
import { projectLog, projectObject } from '../../src/sources/project.ts';
import { deepFreeze } from '../support/freeze.ts';
import { objects, projectedSpec } from './projections.ts';

describe('projection', () => {
  test.each(Object.keys(objects))('%s', (name) => {
    const [before, after] = objects[name] ?? [{}, {}];
    const once = projectObject(deepFreeze(before) as KubeObject);
    expect(once).toEqual(after);
    expect(projectObject(deepFreeze(once))).toEqual(once);
  });

  test('an env value that a patch brings in replaces what was extracted before', () => {
    const container = {
      ...projectedSpec.containers[0],
      env: [{ name: 'DATABASE_URL', value: 'postgres://db.data:5432' }],
    };
    const patched = { kind: 'Pod', spec: { containers: [container] } } as KubeObject;
    const { spec } = projectObject(patched) as unknown as { spec: typeof projectedSpec };
    expect(spec.containers[0]?.extracts).toEqual({
      references: [
        { host: 'db.data', port: 5432, scheme: 'postgres', path: '', exact: true, variable: 'DATABASE_URL' },
      ],
      listens: [{ port: 8080, host: null, source: 'PORT' }],
    });
  });

  test('twice is once, the input stays, whatever the values are', () => {
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'http://u:p@web:80/x?y',
        '$(A):80',
        'db',
        ':8080',
        'redis:6379,password=x',
        '0.0.0.0:80',
        'tcp(db:3306)',
      ),
    );
    const names = fc.constantFrom('A', 'DB_HOST', 'DB_PORT', 'PORT', 'LISTEN', 'API_URL', 'PASSWORD');
    const container = fc.record({
      name: fc.constant('c'),
      env: fc.array(fc.record({ name: names, value })),
      args: fc.array(value),
      command: fc.array(value),
    });
    const pod = fc.record({
      kind: fc.constantFrom('Pod', 'Secret', 'ConfigMap', 'Node', 'Event'),
      metadata: fc.record({ name: value, annotations: fc.dictionary(fc.string(), value) }),
      spec: fc.record({ containers: fc.array(container), volumes: fc.jsonValue() }),
      status: fc.jsonValue(),
      message: value,
    });
    fc.assert(
      fc.property(pod, (raw) => {
        const once = projectObject(deepFreeze(raw) as unknown as KubeObject);
        expect(projectObject(once)).toEqual(once);
      }),
      { numRuns: 300 },
    );
  });

  test('logs are cut and redacted', () => {
    const lines = [...Array.from({ length: 201 }, (_, i) => `line ${i}`), `token=hunter2 ${'x'.repeat(3000)}`];
    const kept = projectLog(lines);
    expect([kept.length, kept[0], kept.at(-1)?.slice(0, 12), (kept.at(-1)?.length ?? 0) <= 2000]).toEqual([
      200,
      'line 2',
      'token=*** xx',
      true,
    ]);
  });
});

test('what says that a finding is to be left alone is kept of every object, however long', () => {
  const annotations = { 'svc-doctor.dev/ignore': `SEL-005: ${'long '.repeat(300)}`, other: 'x'.repeat(2000) };
  const kept = (kind: string): unknown =>
    projectObject<KubeObject>({ kind, metadata: { name: 'x', annotations } }).metadata?.annotations;
  const only = { 'svc-doctor.dev/ignore': annotations['svc-doctor.dev/ignore'] };
  expect(['Service', 'Deployment', 'Node', 'Ingress', 'NetworkPolicy'].map(kept)).toEqual([
    only,
    only,
    only,
    only,
    only,
  ]);
});
