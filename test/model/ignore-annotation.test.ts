import { expect, it } from 'vitest';
import { readIgnore } from '../../src/model/ignore-annotation.ts';

it.each([
  [undefined, []],
  ['SEL-005: shared on purpose', [{ rule: 'SEL-005', reason: 'shared on purpose' }]],
  [
    'SEL-005: see http://wiki/x ; bpr-010:one Pod is enough\r\nPRT-007',
    [
      { rule: 'SEL-005', reason: 'see http://wiki/x' },
      { rule: 'bpr-010', reason: 'one Pod is enough' },
      { rule: 'PRT-007', reason: '' },
    ],
  ],
  [' ; \n', []],
])('%j', (value, entries) => {
  expect(readIgnore(value)).toEqual(entries);
});
