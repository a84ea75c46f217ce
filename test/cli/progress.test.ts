/** The spinner: for people at a terminal who wait, and for nobody else. */
import { Writable } from 'node:stream';
import { afterEach, expect, test, vi } from 'vitest';
import { withProgress } from '../../src/cli/progress.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

/** A terminal that keeps what is drawn on it. */
function terminal(isTTY: boolean): { stream: NodeJS.WriteStream; drawn(): string } {
  let text = '';
  const write = (chunk: Buffer, _: unknown, done: () => void): void => {
    text += chunk.toString();
    done();
  };
  const stream = Object.assign(new Writable({ write }), { isTTY, columns: 80 });
  return { stream: stream as unknown as NodeJS.WriteStream, drawn: () => text };
}

const PLAIN = { CI: '', TERM: 'xterm', ACCESSIBLE: '' };

test.each([
  ['a pipe', false, PLAIN],
  ['a CI log', true, { ...PLAIN, CI: 'true' }],
  ['a dumb terminal', true, { ...PLAIN, TERM: 'dumb' }],
  ['who listens', true, { ...PLAIN, ACCESSIBLE: '1' }],
])('%s sees none, however long it takes', async (_, isTTY, env) => {
  vi.useFakeTimers();
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const { stream, drawn } = terminal(isTTY);
  const answer = await withProgress('reading', stream, async (tell) => {
    tell('pods');
    await vi.advanceTimersByTimeAsync(60_000);
    return 'done';
  });
  expect({ answer, drawn: drawn(), timers: vi.getTimerCount() }).toEqual({ answer: 'done', drawn: '', timers: 0 });
});

test('nor does who need not wait', async () => {
  vi.useFakeTimers();
  for (const [name, value] of Object.entries(PLAIN)) vi.stubEnv(name, value);
  const { stream, drawn } = terminal(true);
  await withProgress('reading', stream, () => vi.advanceTimersByTimeAsync(500));
  await vi.advanceTimersByTimeAsync(60_000);
  expect({ drawn: drawn(), timers: vi.getTimerCount() }).toEqual({ drawn: '', timers: 0 });
});
