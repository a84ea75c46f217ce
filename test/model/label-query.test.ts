import { expect, test } from 'vitest';
import { parseLabelQuery } from '../../src/model/label-query.ts';
import { meets } from '../../src/model/label-selector.ts';

test.each([
  ['app=web', [['app', 'In', ['web']]]],
  ['app==web', [['app', 'In', ['web']]]],
  ['app.kubernetes.io/name = web', [['app.kubernetes.io/name', 'In', ['web']]]],
  ['app=', [['app', 'In', ['']]]],
  ['tier!=cache', [['tier', 'NotIn', ['cache']]]],
  ['tier in (a, b)', [['tier', 'In', ['a', 'b']]]],
  ['tier notin (a)', [['tier', 'NotIn', ['a']]]],
  ['canary', [['canary', 'Exists', []]]],
  ['!canary', [['canary', 'DoesNotExist', []]]],
  [
    'app=web,tier in (a,b),!canary',
    [
      ['app', 'In', ['web']],
      ['tier', 'In', ['a', 'b']],
      ['canary', 'DoesNotExist', []],
    ],
  ],
])('%s', (text, wanted) => {
  const parsed = parseLabelQuery(text);
  expect('wrong' in parsed ? parsed : parsed.map(({ key, operator, values }) => [key, operator, values])).toEqual(
    wanted,
  );
});

test.each([
  ['', ''],
  ['app=web,', ''],
  ['app=we b', 'app=we b'],
  ['a in b', 'a in b'],
  ['tier in (a', 'tier in (a'],
  ['=web', '=web'],
  ['app~web', 'app~web'],
])('no selector: "%s"', (text, wrong) => {
  expect(parseLabelQuery(text)).toEqual({ wrong });
});

test('every requirement must be met', () => {
  const parsed = parseLabelQuery('app=web,tier!=cache,!canary');
  const selects = (labels: Record<string, string>): boolean =>
    !('wrong' in parsed) && parsed.every((requirement) => meets(requirement, labels));
  expect([
    selects({ app: 'web' }),
    selects({ app: 'web', tier: 'cache' }),
    selects({ app: 'web', canary: '' }),
    selects({}),
  ]).toEqual([true, false, false, false]);
});
