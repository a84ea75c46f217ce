/** One run of a command that judges: options out of flags, then the diagnosis to the terminal, to files, and into the exit code. */
import type { Judgement } from '../engine/diagnosis.ts';
import type { JudgeOptions } from '../engine/judge-options.ts';
import type { Suppressor } from '../engine/suppress.ts';
import type { Symptom } from '../engine/symptom.ts';
import type { Snapshot } from '../facts/snapshot.ts';
import { limitLines } from '../report/gaps.ts';
import { verdictLines } from '../report/verbose.ts';
import { findConfig } from './config-path.ts';
import { UsageError } from './failure.ts';
import type { ParsedJudgingFlags } from './judging-flags.ts';
import { type Format, render } from './render.ts';
import { parseReports, type ReportFile, writeReports } from './report-files.ts';
import { resolveRuleIds } from './rule-argument.ts';
import type { Terminal } from './terminal.ts';

/** How the command speaks. */
export interface Voice {
  print(text: string): Promise<void>;
  tell(text: string): void;
  terminal: Terminal;
  verbose: boolean;
  version: string;
}

/** Reports of which every line is a Service. */
const HAS_NO_FOOTER: readonly Format[] = ['table', 'name'];

type JudgeWith = (options: JudgeOptions) => Promise<Judgement>;

/** What was asked for on the command line, checked before anything is read. */
export class Judging {
  readonly #flags: ParsedJudgingFlags;
  readonly #reports: readonly ReportFile[];
  readonly #voice: Voice;
  readonly options: JudgeOptions;

  private constructor(flags: ParsedJudgingFlags, options: JudgeOptions, voice: Voice) {
    this.#flags = flags;
    this.#reports = parseReports(flags.report ?? []);
    this.#voice = voice;
    this.options = options;
  }

  /** Rejects with a UsageError for a flag that cannot be followed, or a file that cannot be read. */
  static async prepare(flags: ParsedJudgingFlags, symptom: Symptom | null, voice: Voice): Promise<Judging> {
    if (flags['write-baseline'] === true && flags.baseline === undefined) {
      throw new UsageError(
        '--write-baseline needs a file',
        'type: --baseline svc-doctor-baseline.json --write-baseline',
      );
    }
    const config = flags.config ?? (await findConfig(process.cwd()));
    // whoever names no rule does not wait for them before the first question to the cluster
    const named = flags.only ?? flags.skip ?? config;
    const { RULES } = named === null ? { RULES: [] } : await import('../rules/index.ts');
    const suppressors: Suppressor[] = [];
    if (config !== null) {
      const { fromConfig } = await import('./suppressions.ts');
      const { suppressor, warnings } = await fromConfig(config, RULES, new Date());
      for (const warning of warnings) voice.tell(`warning: ${warning}\n`);
      suppressors.push(suppressor);
    }
    const options = {
      failOn: flags['fail-on'],
      allowUnknown: flags['allow-unknown'] === true,
      symptom,
      only: resolveRuleIds(flags.only, RULES),
      skip: resolveRuleIds(flags.skip, RULES),
      severity: flags.severity ?? null,
      suppressors,
    };
    const judging = new Judging(flags, options, voice);
    return judging.#withBaseline();
  }

  /** The same run that leaves alone what an existing baseline holds. */
  async #withBaseline(): Promise<Judging> {
    const { baseline } = this.#flags;
    if (baseline === undefined || this.#flags['write-baseline'] === true) return this;
    return new Judging(this.#flags, await this.#leavingAlone(baseline), this.#voice);
  }

  async #leavingAlone(baseline: string): Promise<JudgeOptions> {
    const { readBaseline } = await import('./baseline.ts');
    return { ...this.options, suppressors: [...(this.options.suppressors ?? []), await readBaseline(baseline)] };
  }

  get #formats(): readonly Format[] {
    return [this.#flags.output, ...this.#reports.map(({ format }) => format)];
  }

  /** True where a report shows the API server's version. */
  get printsServer(): boolean {
    return this.#formats.some((format) => format === 'json' || format === 'yaml' || format === 'html');
  }

  /** True where a report holds the fixes as edits of files. */
  get printsEdits(): boolean {
    return this.#formats.some((format) => format === 'json' || format === 'yaml' || format === 'sarif');
  }

  get output(): Format {
    return this.#flags.output;
  }

  /** Warns of annotations that should suppress a finding and cannot. */
  async warn(snapshot: Snapshot): Promise<void> {
    const [{ annotationWarnings }, { RULES }] = await Promise.all([
      import('./suppressions.ts'),
      import('../rules/index.ts'),
    ]);
    for (const warning of annotationWarnings(snapshot, RULES)) this.#voice.tell(`warning: ${warning}\n`);
  }

  /** Judges; with `--write-baseline` what is found is written first, and then judged by. */
  async judge(judgeWith: JudgeWith): Promise<Judgement> {
    const { baseline } = this.#flags;
    const found = await judgeWith(this.options);
    if (baseline === undefined || this.#flags['write-baseline'] !== true) return found;
    const { writeBaseline } = await import('./baseline.ts');
    const count = await writeBaseline(baseline, found.diagnosis);
    const findings = count === 1 ? '1 finding' : `${count} findings`;
    this.#voice.tell(`saved ${findings} in ${baseline}; with --baseline ${baseline} only new ones count\n`);
    return judgeWith(await this.#leavingAlone(baseline));
  }

  /** The diagnosis in the format asked for. */
  draw(judgement: Judgement): Promise<string> {
    const { terminal, verbose, version } = this.#voice;
    const page = { ...terminal, verbose, headers: this.#flags['no-headers'] !== true, version };
    return render(this.#flags.output, judgement, page);
  }

  /** Prints the diagnosis, or `instead` of it, writes the reports, sets the exit code. */
  async publish(judgement: Judgement, instead: string | null = null): Promise<void> {
    const { print, tell, verbose, version } = this.#voice;
    if (verbose) tell(verdictLines(judgement));
    await print(instead ?? (await this.draw(judgement)));
    if (HAS_NO_FOOTER.includes(this.output))
      for (const line of limitLines(judgement.diagnosis)) tell(`note: ${line}\n`);
    await writeReports(this.#reports, judgement, version);
    process.exitCode = judgement.diagnosis.exitCode;
  }
}
