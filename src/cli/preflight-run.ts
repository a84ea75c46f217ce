/** One run of preflight: read, judge, repair, and say on stderr what was read, written and left. */
import type { Judgement } from '../engine/diagnosis.ts';
import type { JudgeOptions } from '../engine/engine.ts';
import { problemLines, readingLines } from '../report/reading.ts';
import { RULES } from '../rules/index.ts';
import type { ReadManifests } from '../sources/manifests/read.ts';
import { type FixPlan, planDiff, planFixes } from './fix-plan.ts';
import type { Judging } from './judging.ts';
import {
  conclude,
  type JudgedWorld,
  judgeWorlds,
  type NamedManifests,
  readForPreflight,
  textsOf,
  worldsOf,
} from './preflight.ts';

export interface PreflightWish extends NamedManifests {
  /** Of objects that name none; null = not given. */
  namespace: string | null;
}

/** A fix may bring another fault to light; so many times it is looked again. */
const MOST_ROUNDS = 5;

interface Voice {
  tell(text: string): void;
  verbose: boolean;
}

export class PreflightRun {
  readonly #wish: PreflightWish;
  readonly #judging: Judging;
  readonly #voice: Voice;
  #read: ReadManifests | null = null;
  #judged: readonly JudgedWorld[] = [];

  constructor(wish: PreflightWish, judging: Judging, voice: Voice) {
    this.#wish = wish;
    this.#judging = judging;
    this.#voice = voice;
  }

  /** The judgement of what was named, with what is odd told on stderr. */
  async judge(): Promise<Judgement> {
    const { tell, verbose } = this.#voice;
    const read = await this.#reading();
    tell(readingLines(read, verbose) + problemLines(read.problems));
    const worlds = this.#worldsOf(read);
    for (const { snapshot } of worlds) await this.#judging.warn(snapshot);
    const texts = this.#judging.printsEdits ? textsOf(read) : null;
    return this.#judging.judge(async (options) => {
      this.#judged = judgeWorlds(worlds, RULES, options);
      return conclude(this.#judged, read.problems, texts);
    });
  }

  /** The fixes of what was judged, as a diff; those that it leaves out are told on stderr. */
  async diff(): Promise<string> {
    const plan = planFixes(this.#judged, textsOf(await this.#reading()));
    this.#tellLeft(plan);
    return planDiff(plan.files);
  }

  /** Writes what needs no look, until nothing of that kind is left. Rejects with a UsageError where a file cannot be written. */
  async repair(): Promise<void> {
    const { writeFixes } = await import('./write-fixes.ts');
    for (let round = 1; ; round++) {
      const plan = await this.#plan(this.#judging.options);
      const own = plan.files.filter(({ generated }) => generated === null);
      if (own.length === 0 || round > MOST_ROUNDS) {
        this.#tellLeft(plan);
        this.#voice.tell(planDiff(plan.files));
        return;
      }
      await writeFixes(own);
      for (const { text } of plan.done) this.#voice.tell(`fixed ${text}\n`);
      this.#read = null;
    }
  }

  async #plan(options: JudgeOptions): Promise<FixPlan> {
    const read = await this.#reading();
    return planFixes(judgeWorlds(this.#worldsOf(read), RULES, options), textsOf(read));
  }

  #tellLeft({ left }: FixPlan): void {
    for (const line of left) this.#voice.tell(`left  ${line}\n`);
  }

  #worldsOf(read: ReadManifests): ReturnType<typeof worldsOf> {
    return worldsOf(read, { namespace: this.#wish.namespace, now: new Date().toISOString() });
  }

  async #reading(): Promise<ReadManifests> {
    this.#read ??= await readForPreflight(this.#wish);
    return this.#read;
  }
}
