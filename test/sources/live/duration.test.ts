import { expect, test } from 'vitest';
import { parseRequestTimeout } from '../../../src/sources/live/duration.ts';
import { refusalOf } from './workspace.ts';

test('request timeouts as kubectl writes them', async () => {
  expect(['0', '30', '1s', '1m30s', '500ms', '0s', '1.5s'].map(parseRequestTimeout)).toEqual([
    null,
    30_000,
    1000,
    90_000,
    500,
    null,
    1500,
  ]);
  expect(await refusalOf(() => parseRequestTimeout('soon'))).toEqual({
    message: '--request-timeout soon is not a duration.',
    hint: 'Write it like 5s, 1m30s or 0 (no limit).',
  });
});
