import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { colourFlag, connectionFlags, verboseFlag } from '../cli/flags.ts';
import { FORMATS, render } from '../cli/render.ts';
import { resolveRuleIds } from '../cli/rule-argument.ts';
import { decideTerminal } from '../cli/terminal.ts';
import type { Judgement } from '../engine/diagnosis.ts';
import type { Snapshot } from '../facts/snapshot.ts';
import { requestLine, verdictLines } from '../report/verbose.ts';

const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const;
const SYMPTOMS = ['refused', 'timeout', 'nxdomain', '5xx', 'intermittent'] as const;

/** What judges; loaded once. */
function loadJudge(): Promise<[typeof import('../engine/engine.ts'), typeof import('../rules/index.ts')]> {
  return Promise.all([import('../engine/engine.ts'), import('../rules/index.ts')]);
}

/** Collect or load, judge, print, exit code. */
export class Diagnose extends BaseCommand {
  static override summary = 'find the one root cause when a Service does not work';
  static override description =
    'Diagnoses the named Services, or all of the namespace. It only reads. This is what runs when no command is named.';
  static override usage = ['[SERVICE...] [FLAGS]'];
  static override examples = [
    { description: 'why do calls to web fail?', command: '<%= config.bin %> web' },
    { description: 'every Service of a namespace', command: '<%= config.bin %> --namespace shop' },
    { description: 'as one caller sees it', command: '<%= config.bin %> web --from deploy/frontend' },
    { description: 'from a saved snapshot', command: '<%= config.bin %> web --snapshot web.json' },
  ];
  static override args = {
    service: Args.string({
      description: 'web, svc/web, web.shop, an FQDN, or the failing URL; none = all of the namespace',
      multiple: true,
      ignoreStdin: true,
    }),
  };
  static override flags = {
    output: Flags.option({ char: 'o', options: FORMATS, default: 'human' as const })({
      description: 'how to print the diagnosis',
    }),
    from: Flags.string({ description: 'the caller: pod/x, deploy/x, sts/x, ds/x or NAMESPACE/deploy/x' }),
    symptom: Flags.option({ options: SYMPTOMS })({ description: 'what callers see; reorders causes' }),
    snapshot: Flags.string({
      description: 'judge a saved snapshot, or a folder of kubectl output, instead of a cluster',
      helpValue: 'FILE|DIR',
    }),
    only: Flags.string({ description: 'rules to run, by id or name, comma-separated', helpValue: 'RULES' }),
    skip: Flags.string({ description: 'rules to leave out, by id or name, comma-separated', helpValue: 'RULES' }),
    severity: Flags.option({ options: SEVERITIES })({ description: 'leave out findings below this level' }),
    'fail-on': Flags.option({ options: [...SEVERITIES, 'never'] as const, default: 'high' as const })({
      description: 'exit with 1 for findings at or above this level',
    }),
    'allow-unknown': Flags.boolean({ description: 'open questions do not make the exit code 3' }),
    'no-headers': Flags.boolean({ description: 'no heading row in the table' }),
    ...colourFlag,
    ...verboseFlag,
    ...connectionFlags,
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Diagnose);
    const verbose = flags.verbose === true;
    const rules = flags.only ?? flags.skip;
    const { RULES } = rules === undefined ? { RULES: [] } : await import('../rules/index.ts');
    const options = {
      failOn: flags['fail-on'],
      allowUnknown: flags['allow-unknown'] === true,
      symptom: flags.symptom ?? null,
      only: resolveRuleIds(flags.only, RULES),
      skip: resolveRuleIds(flags.skip, RULES),
      severity: flags.severity ?? null,
    };
    const { obtainSnapshot } = await import('../cli/obtain.ts');
    const judged = new WeakMap<Snapshot, Judgement>();
    const judgementOf = async (snapshot: Snapshot): Promise<Judgement> => {
      const [{ judge }, all] = await loadJudge();
      const judgement = judged.get(snapshot) ?? judge(snapshot, all.RULES, options);
      judged.set(snapshot, judgement);
      return judgement;
    };
    const snapshot = await obtainSnapshot({
      services: args.service ?? [],
      from: flags.from ?? null,
      file: flags.snapshot ?? null,
      flags,
      version: flags.output === 'json' || flags.output === 'yaml',
      onRequest: verbose ? (trace) => this.tell(requestLine(trace)) : null,
      // the rules load while the first answers are on their way
      onReading: () => void loadJudge(),
      settled: async (seen) => (await judgementOf(seen)).diagnosis.summary.converging === 0,
    });
    const judgement = await judgementOf(snapshot);
    if (verbose) this.tell(verdictLines(judgement));
    const terminal = decideTerminal(flags.color, process.env, process.stdout, process.platform);
    const page = { ...terminal, verbose, headers: flags['no-headers'] !== true };
    await this.print(await render(flags.output, judgement, page));
    process.exitCode = judgement.diagnosis.exitCode;
  }
}
