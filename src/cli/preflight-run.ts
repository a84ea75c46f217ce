/** One run of preflight: read, judge, repair, and say on stderr what was read, written and left. */
import type { Judgement } from '../engine/diagnosis.ts';
import { problemLines, readingLines } from '../report/reading.ts';
import { requestLine } from '../report/verbose.ts';
import { RULES } from '../rules/index.ts';
import type { ReadManifests } from '../sources/manifests/read.ts';
import { type ChangedFile, planDiff, planFixes } from './fix-plan.ts';
import type { ParsedConnectionFlags } from './flags.ts';
import type { Judging } from './judging.ts';
import {
  conclude,
  judgeWorlds,
  type NamedManifests,
  type NamedWorld,
  readForPreflight,
  textsOf,
  worldsOf,
} from './preflight.ts';

export interface PreflightWish extends NamedManifests {
  /** Of objects that name none; null = not given. */
  namespace: string | null;
  /** The flags of the cluster that the manifests are laid over; null = of none. */
  live?: ParsedConnectionFlags | null;
}

/** A fix may bring another fault to light; so many times it is looked again. */
const MOST_ROUNDS = 5;

interface Voice {
  tell(text: string): void;
  verbose: boolean;
}

interface Repaired {
  /** Files that may be written. */
  own: readonly ChangedFile[];
  /** What a generator makes: only shown. */
  generated: readonly ChangedFile[];
  done: readonly string[];
  left: readonly string[];
}

export class PreflightRun {
  readonly #wish: PreflightWish;
  readonly #judging: Judging;
  readonly #voice: Voice;
  #read: ReadManifests | null = null;
  /** Standard input, which can be read once. */
  #instead: ReadonlyMap<string, string> = new Map();

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
    const worlds = await this.#worldsOf(read);
    for (const { snapshot } of worlds) await this.#judging.warn(snapshot);
    const texts = this.#judging.printsEdits ? textsOf(read) : null;
    return this.#judging.judge(async (options) => {
      return conclude(judgeWorlds(worlds, RULES, options), read.problems, texts);
    });
  }

  /** What `--fix` would write, as a diff; what it leaves out is told on stderr. */
  async diff(): Promise<string> {
    const { own, generated, left } = await this.#repaired();
    this.#tellLeft(left);
    return planDiff([...own, ...generated]);
  }

  /** Writes what needs no look. Rejects with a UsageError, and nothing is written, where a file cannot take it. */
  async repair(): Promise<void> {
    const { writeFixes } = await import('./write-fixes.ts');
    const { own, generated, done, left } = await this.#repaired();
    await writeFixes(own);
    for (const text of done) this.#voice.tell(`fixed ${text}\n`);
    this.#tellLeft(left);
    this.#voice.tell(planDiff(generated));
    const input = textsOf(await this.#reading()).get('-');
    this.#instead = new Map(input === undefined ? [] : [['-', input]]);
    this.#read = null;
  }

  /** Makes every fix that needs no look, judges what that gives, and so on until none is left. */
  async #repaired(): Promise<Repaired> {
    const before = textsOf(await this.#reading());
    const texts = new Map(before);
    const done: string[] = [];
    for (let round = 1; ; round++) {
      const read = round === 1 ? await this.#reading() : await readForPreflight(this.#wish, texts);
      const plan = planFixes(judgeWorlds(await this.#worldsOf(read), RULES, this.#judging.options), textsOf(read));
      const fresh = plan.files.filter(({ generated }) => generated === null);
      if (fresh.length === 0 || round === MOST_ROUNDS) {
        const own = [...texts].map(([file, after]) => ({
          file,
          before: before.get(file) ?? '',
          after,
          generated: null,
        }));
        const generated = plan.files.filter((file) => file.generated !== null);
        return { own: own.filter((file) => file.before !== file.after), generated, done, left: plan.left };
      }
      for (const { file, after } of fresh) texts.set(file, after);
      done.push(...plan.done.map(({ text }) => text));
    }
  }

  #tellLeft(left: readonly string[]): void {
    for (const line of left) this.#voice.tell(`left  ${line}\n`);
  }

  async #worldsOf(read: ReadManifests): Promise<readonly NamedWorld[]> {
    const { namespace, live } = this.#wish;
    if (live === null || live === undefined) return worldsOf(read, { namespace, now: new Date().toISOString() });
    const { overlaysOf } = await import('./preflight-live.ts');
    const { tell, verbose } = this.#voice;
    return overlaysOf(read, live, verbose ? (trace) => tell(requestLine(trace)) : null);
  }

  async #reading(): Promise<ReadManifests> {
    this.#read ??= await readForPreflight(this.#wish, this.#instead);
    return this.#read;
  }
}
