/** `--wait` and `--watch`: the same diagnosis again and again, as the cluster changes. */
import type { Judgement } from '../engine/diagnosis.ts';
import type { Snapshot } from '../facts/snapshot.ts';
import { changeLines, type States, statesOf } from '../report/changes.ts';
import { UsageError } from './failure.ts';
import { followCluster, type Seen } from './follow.ts';
import type { Judging, Voice } from './judging.ts';
import { Screen } from './screen.ts';
import type { Wish } from './wish.ts';

export interface Look {
  wish: Wish;
  judging: Judging;
  voice: Voice;
  judgementOf(snapshot: Snapshot): Promise<Judgement>;
}

/** Nothing wrong any more, nor about to show: with `--fail-on never` the exit code does not say so. */
function isWell({ diagnosis }: Judgement, failOn: string): boolean {
  const { summary, exitCode } = diagnosis;
  return summary.converging === 0 && (failOn === 'never' ? summary.ill === 0 : exitCode === 0);
}

function firstLine({ diagnosis }: Judgement): string {
  const ill = diagnosis.services.find(({ verdict }) => verdict !== 'healthy') ?? diagnosis.services[0];
  return ill?.headline ?? 'no Services found';
}

/** Diagnoses until all is well, or the time is over, and publishes the last diagnosis with its exit code. */
export async function waitUntilWell({ wish, judging, voice, judgementOf }: Look, ms: number): Promise<void> {
  const screen = new Screen(process.stderr);
  let last: Judgement | null = null;
  let snapshot: Snapshot | null = null;
  for await (const seen of followCluster(wish, AbortSignal.timeout(ms))) {
    if (seen.snapshot === null) {
      screen.show(`waiting: ${seen.lost?.message ?? ''}`);
      continue;
    }
    snapshot = seen.snapshot;
    last = await judgementOf(snapshot);
    if (isWell(last, judging.options.failOn)) break;
    screen.show(`waiting: ${firstLine(last)}`);
  }
  screen.clear();
  if (last === null || snapshot === null) {
    throw new UsageError(`the cluster did not answer within ${ms / 1000} s`, 'wait longer with --wait=5m');
  }
  await judging.warn(snapshot);
  await judging.publish(last);
  if (!isWell(last, judging.options.failOn)) voice.tell(`not healthy after ${ms / 1000} s\n`);
}

function footer({ watched, unwatched, lost }: Seen, at: string): string {
  const how =
    unwatched === 0 ? `watching ${watched} lists` : `watching ${watched} lists, reading ${unwatched} every 5 s`;
  return `${lost === null ? how : `waiting: ${lost.message}`}; as of ${at}; Ctrl-C ends`;
}

/** Diagnoses for ever: on a terminal the screen is drawn anew, elsewhere each change is a line. Ends by a signal, or by the error of the first look. */
export async function watch({ wish, judging, voice, judgementOf }: Look): Promise<void> {
  const format = judging.output;
  if (format !== 'human' && format !== 'json') {
    throw new UsageError(
      `--watch cannot print ${format}`,
      'a line for each change: -o human; an object for each: -o json',
    );
  }
  const screen = new Screen(process.stdout);
  const isScreen = format === 'human' && screen.isSeen;
  let before: States = new Map();
  let page = '';
  for await (const seen of followCluster(wish, new AbortController().signal)) {
    const at = seen.snapshot?.collectedAt ?? new Date().toISOString();
    const judgement = seen.snapshot === null ? null : await judgementOf(seen.snapshot);
    if (isScreen) {
      page = judgement === null ? page : await judging.draw(judgement);
      screen.show(`${page}\n${footer(seen, at)}`);
      continue;
    }
    if (judgement === null) {
      voice.tell(`${at}  ${seen.lost?.message ?? ''}\n`);
      continue;
    }
    const after = statesOf(judgement.diagnosis);
    const lines = changeLines(before, after, at);
    before = after;
    if (lines !== '') await voice.print(format === 'json' ? `${JSON.stringify(judgement.diagnosis)}\n` : lines);
  }
}

/** `--wait=60s` with its time, or `--watch` (null). */
export async function lookAgain(look: Look, wait: string | null): Promise<void> {
  if (wait === null) return watch(look);
  const { parseDuration } = await import('../sources/live/duration.ts');
  const ms = parseDuration(wait);
  if (ms === null) throw new UsageError(`--wait ${wait} is not a duration`, 'write it like 30s, 2m or 1m30s');
  return waitUntilWell(look, ms);
}
