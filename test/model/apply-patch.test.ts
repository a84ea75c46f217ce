import { expect, test } from 'vitest';
import { applyPatch } from '../../src/model/apply-patch.ts';
import { type Patch, patchCommand } from '../../src/model/patch.ts';

const patch = (type: Patch['type'], body: Patch['body']): Patch => ({
  kind: 'service',
  namespace: 'shop',
  name: 'web',
  type,
  body,
});

test('merge: null removes, objects merge, lists are replaced; the original stays', () => {
  const object = Object.freeze({
    metadata: Object.freeze({ name: 'web' }),
    spec: Object.freeze({ selector: Object.freeze({ app: 'wbe', tier: 'x' }), ports: [1, 2] }),
  });
  expect(applyPatch(object, patch('merge', { spec: { selector: { app: 'web', tier: null }, ports: [3] } }))).toEqual({
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports: [3] },
  });
});

test('json: replace, add at an index and at the end, remove, escaped keys', () => {
  const object = { metadata: { labels: { 'a/b': '1' } }, spec: { ports: [{ targetPort: 80 }, { targetPort: 81 }] } };
  const body = [
    { op: 'replace', path: '/spec/ports/0/targetPort', value: 8080 },
    { op: 'remove', path: '/spec/ports/1' },
    { op: 'add', path: '/spec/ports/-', value: { targetPort: 9 } },
    { op: 'replace', path: '/metadata/labels/a~1b', value: '2' },
  ] as const;
  expect(applyPatch(object as never, patch('json', body))).toEqual({
    metadata: { labels: { 'a/b': '2' } },
    spec: { ports: [{ targetPort: 8080 }, { targetPort: 9 }] },
  });
});

test('strategic: lists of named things merge by name', () => {
  const object = {
    spec: {
      containers: [
        { name: 'a', image: 'x' },
        { name: 'b', image: 'y' },
      ],
    },
  };
  expect(
    applyPatch(
      object as never,
      patch('strategic', { spec: { containers: [{ name: 'b', image: 'z' }, { name: 'c' }] } }),
    ),
  ).toEqual({
    spec: { containers: [{ name: 'a', image: 'x' }, { name: 'b', image: 'z' }, { name: 'c' }] },
  });
});

test('the command quotes its JSON for a shell', () => {
  expect(patchCommand(patch('merge', { spec: { selector: { app: "o'neil" } } }))).toBe(
    `kubectl -n shop patch service web --type=merge -p '{"spec":{"selector":{"app":"o'\\''neil"}}}'`,
  );
});
