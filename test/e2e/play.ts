/** Plays a scenario: the world really is as told, the doctor says why, its fix works, and then it is content. */
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { causesOf, diagnosis, rootsOf } from './doctor.ts';
import { IMAGE } from './environment.ts';
import type { Expectation, Outcome, Scenario, Symptom } from './scenario.ts';
import { described, eventually } from './shell.ts';
import { raise, type Stage } from './stage.ts';

/** Fails unless the symptom shows as expected, twice in a row, within a minute. */
async function shows(stage: Stage, symptom: Symptom, expected: Outcome, pattern: string | undefined): Promise<void> {
  await eventually(90, async () => {
    for (const _ of ['once', 'and again']) {
      const ran = await stage.call(symptom);
      const outcome: Outcome = ran.code === 0 ? 'works' : 'fails';
      if (outcome !== expected) return `expected that it ${expected}: ${described(ran)}`;
      const text = ran.stdout + ran.stderr;
      if (pattern !== undefined && !new RegExp(pattern, 'i').test(text)) return `expected /${pattern}/: ${text}`;
    }
    return null;
  });
}

/** Builds the scenario's world and proves that its symptom is real. */
export async function setScene(stage: Stage): Promise<void> {
  const { given, wait = [], symptom } = stage.scenario;
  await stage.apply(given);
  await stage.wait(['kubectl wait --for=condition=Ready pod/client --timeout=60s', ...wait]);
  for (const command of stage.scenario.break ?? []) await mustSucceed(stage, command);
  await stage.wait(stage.scenario.waitBroken ?? []);
  await shows(stage, symptom, symptom.expect, symptom.pattern);
}

async function mustSucceed(stage: Stage, command: string): Promise<void> {
  const ran = await stage.shell(command);
  if (ran.code !== 0) throw new Error(described(ran));
}

/** What has just been changed is said to be converging; whoever asks again in half a minute, as told, gets the answer. */
export async function settle(stage: Stage): Promise<void> {
  await eventually(60, async () => {
    const { findings } = await diagnosis(stage.scenario.diagnose, stage.env);
    const young = findings.filter((finding) => finding.converging);
    return young.length === 0 ? null : `still converging: ${young.map(({ rule }) => rule).join(', ')}`;
  });
}

interface Judged {
  verdict: Expectation;
  causes: readonly string[];
  /** The commands printed for the first root. */
  fix: readonly string[];
  /** The findings in words, for a failing test's message. */
  words: string;
}

async function judge(stage: Stage): Promise<Judged> {
  const result = await diagnosis(stage.scenario.diagnose, stage.env);
  const first = result.findings.find((finding) => finding.role === 'root');
  const words = result.findings.map(({ role, rule, message, evidence }) =>
    [`${role} ${rule}: ${message}`, ...evidence.map(({ object, path, found }) => `  ${object} ${path}: ${found}`)].join(
      '\n',
    ),
  );
  return {
    verdict: { exitCode: result.exitCode, roots: rootsOf(result, stage.namespaces) },
    causes: causesOf(result),
    fix: first?.fix?.commands ?? [],
    words: words.join('\n'),
  };
}

/** The commands that mended it, each of which ran well. */
async function healed(stage: Stage, printed: readonly string[]): Promise<readonly string[]> {
  const { fix, after, symptom } = stage.scenario;
  if (fix === undefined) return [];
  const commands = fix === 'printed' ? printed : fix;
  expect(commands, 'the first root prints a fix that runs').not.toEqual([]);
  for (const command of commands) await mustSucceed(stage, command);
  await shows(stage, symptom, after?.symptom ?? 'works', undefined);
  const wanted = { exitCode: after?.exitCode ?? 0, roots: after?.roots ?? [] };
  await eventually(90, async () => {
    const { verdict, words } = await judge(stage);
    const seen = JSON.stringify(verdict);
    return seen === JSON.stringify(wanted) ? null : `after the fix: ${seen}\n${words}`;
  });
  return commands;
}

interface Told {
  told: unknown;
  fix: readonly string[];
  words: string;
}

/** The judgement, or with patience the first that is as expected. */
async function judgedAtLast(stage: Stage): Promise<Told> {
  const { expect: wanted, patience = 0 } = stage.scenario;
  const deadline = Date.now() + patience * 1000;
  for (;;) {
    const { verdict, causes, fix, words } = await judge(stage);
    const told = wanted.causes === undefined ? verdict : { ...verdict, causes };
    if (Date.now() > deadline || isDeepStrictEqual(told, wanted)) return { told, fix, words };
    await new Promise((resolve) => setTimeout(resolve, 3000));
  }
}

/** The whole story of one scenario file. Leaves no namespace behind, and undoes what it did to the cluster. */
export async function play(scenario: Scenario): Promise<void> {
  const stage = await raise(scenario, IMAGE);
  let mended: readonly string[] = [];
  try {
    await setScene(stage);
    if (scenario.expect.roots.length > 0) await settle(stage);
    const { told, fix, words } = await judgedAtLast(stage);
    expect(told, words).toEqual(scenario.expect);
    mended = await healed(stage, fix);
  } finally {
    const { undo = [], tidy = [] } = stage.scenario;
    const left = [...undo, ...tidy].filter((command) => !mended.includes(command));
    for (const command of left) await stage.shell(command);
    await stage.strike();
  }
}
