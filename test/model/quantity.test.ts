import { expect, test } from 'vitest';
import { quantityOf } from '../../src/model/quantity.ts';

test.each([
  ['1', 1],
  ['500m', 0.5],
  ['1Gi', 2 ** 30],
  ['1.5G', 1.5e9],
  ['1e3', 1000],
  ['128k', 128_000],
  ['12E', 12e18],
  ['one', null],
  ['1Gib', null],
  [undefined, null],
])('%s', (text, number) => {
  expect(quantityOf(text)).toBe(number);
});
