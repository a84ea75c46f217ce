import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Snapshot } from '../../../src/facts/snapshot.ts';
import { loadSnapshot, saveSnapshot } from '../../../src/sources/snapshot/file.ts';
import { SnapshotError } from '../../../src/sources/snapshot/snapshot-error.ts';

const snapshot: Snapshot = {
  source: 'live',
  context: 'prod',
  server: 'v1.36.3',
  collectedAt: '2026-01-31T09:00:00Z',
  ask: { services: [{ namespace: 'shop', name: 'web' }], namespace: 'shop', caller: null },
  answers: {
    'services/shop': {
      known: true,
      complete: true,
      items: [{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop' } }],
    },
    'nodes/*': { known: false, why: 'denied', detail: 'nodes is forbidden' },
    'configmaps/kube-system/kubelet-config': { known: true, object: null },
    'log/shop/web-1/web?previous': { known: true, lines: ['one', 'two'] },
  },
};

function failure(text: string): { message: string; hint: string } {
  try {
    loadSnapshot(text, 'a.json');
  } catch (error) {
    if (error instanceof SnapshotError) return { message: error.message, hint: error.hint };
    throw error;
  }
  throw new Error('loaded');
}

const SAVE = 'Save one with: kubectl svc-doctor snapshot -o FILE';
const header = { apiVersion: 'svc-doctor.dev/v1', kind: 'Snapshot' };

describe('snapshot files', () => {
  test('come back as they were, from JSON and from YAML', () => {
    expect(loadSnapshot(saveSnapshot(snapshot), 'a.json')).toEqual(snapshot);
    expect(loadSnapshot(stringify(JSON.parse(saveSnapshot(snapshot))), 'a.yaml')).toEqual(snapshot);
  });

  test('are the same bytes whatever the order of keys', () => {
    const turned = { ...snapshot, answers: Object.fromEntries(Object.entries(snapshot.answers).reverse()) };
    expect(saveSnapshot(turned)).toBe(saveSnapshot(snapshot));
  });

  test.each([
    [
      '{"a": 1,\n "b": x}',
      'a.json:2:7 is not valid JSON: unexpected "x"',
      'The file may have been cut off or edited: save it again.',
    ],
    [
      '{"a": [1,\n2',
      'a.json:2:2 is not valid JSON: the file ends too early',
      'The file may have been cut off or edited: save it again.',
    ],
    [' \n', 'a.json is empty', SAVE],
    ['[]', 'a.json is not a snapshot: it holds no object', SAVE],
    ['hello', 'a.json is not a snapshot: it holds no object', SAVE],
    [
      'kind: Service\napiVersion: v1\n',
      'a.json is not a snapshot: it holds kind Service',
      `For manifests: kubectl svc-doctor preflight -f a.json. ${SAVE}`,
    ],
    [
      JSON.stringify({ ...header, apiVersion: 'svc-doctor.dev/v2' }),
      'a.json has format svc-doctor.dev/v2; this svc-doctor reads svc-doctor.dev/v1',
      'Update svc-doctor, or save the snapshot again with this version.',
    ],
    [
      JSON.stringify({ ...header, kind: 'Diagnosis' }),
      'a.json is not a snapshot: it holds kind Diagnosis',
      `That is a report of svc-doctor, not what it was made from. ${SAVE}`,
    ],
    [JSON.stringify(header), 'a.json is not a usable snapshot: collectedAt must be a string', SAVE],
    [
      JSON.stringify({ ...header, ...snapshot, answers: { 'nodes/*': { known: false, why: 'bored' } } }),
      'a.json is not a usable snapshot: answers["nodes/*"].why must be one of denied, unauthenticated, unreachable, timed-out, not-served, not-collected, not-in-manifests, malformed',
      SAVE,
    ],
    [
      JSON.stringify({
        ...header,
        ...snapshot,
        answers: { 'nodes/*': { known: true, items: [{ metadata: { name: 1 } }], complete: true } },
      }),
      'a.json is not a usable snapshot: answers["nodes/*"].items[0].metadata.name must be a string',
      SAVE,
    ],
  ])('%s', (text, message, hint) => {
    expect(failure(text)).toEqual({ message, hint });
  });

  test('load(save(s)) is s', () => {
    const word = fc.string({ minLength: 1, maxLength: 12 });
    const object = fc.record({
      kind: word,
      metadata: fc.record({ name: word, namespace: word }),
      status: fc.record({ phase: fc.jsonValue() }),
    });
    const answer = fc.oneof(
      fc.record({
        known: fc.constant(true as const),
        items: fc.array(object, { maxLength: 3 }),
        complete: fc.boolean(),
      }),
      fc.record({ known: fc.constant(true as const), object: fc.option(object) }),
      fc.record({ known: fc.constant(true as const), lines: fc.array(fc.string(), { maxLength: 3 }) }),
      fc.record({
        known: fc.constant(false as const),
        why: fc.constantFrom('denied' as const, 'timed-out' as const),
        detail: fc.option(word),
      }),
    );
    fc.assert(
      fc.property(fc.dictionary(word, answer), fc.option(word), (answers, context) => {
        const made: Snapshot = JSON.parse(JSON.stringify({ ...snapshot, context, answers }));
        expect(loadSnapshot(saveSnapshot(made), 'a.json')).toEqual(made);
      }),
      { numRuns: 100 },
    );
  });

  test('garbage throws nothing but SnapshotError', () => {
    const whole = saveSnapshot(snapshot);
    const cut = fc
      .tuple(fc.nat(whole.length - 3), fc.string({ maxLength: 4 }))
      .map(([at, more]) => whole.slice(0, at) + more);
    const mixed = fc.record({
      source: fc.jsonValue(),
      ask: fc.jsonValue(),
      answers: fc.jsonValue(),
      collectedAt: fc.constant('2026-01-31'),
    });
    const made = mixed.map((fields) => JSON.stringify({ ...header, ...fields }));
    fc.assert(
      fc.property(fc.oneof(fc.string(), cut, made, fc.json(), fc.constant(`- ${'['.repeat(20_000)}`)), (text) => {
        expect(failure(text).message).toContain('a.json');
      }),
      { numRuns: 300 },
    );
  });
});
