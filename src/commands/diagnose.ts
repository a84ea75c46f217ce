import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { refuseAbsentCaller } from '../cli/absent-caller.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { choiceFlags, colourFlag, connectionFlags, verboseFlag } from '../cli/flags.ts';
import { judgingFlags } from '../cli/judging-flags.ts';
import type { Wish } from '../cli/wish.ts';
import type { Judgement } from '../engine/diagnosis.ts';
import type { JudgeOptions } from '../engine/judge-options.ts';
import { SYMPTOMS } from '../engine/symptom.ts';
import type { Snapshot } from '../facts/snapshot.ts';
import { requestLine } from '../report/verbose.ts';

/** What judges; loaded once. */
function loadJudge(): Promise<[typeof import('../engine/engine.ts'), typeof import('../rules/index.ts')]> {
  return Promise.all([import('../engine/engine.ts'), import('../rules/index.ts')]);
}

/** Collect or load, judge, print, exit code. */
export class Diagnose extends BaseCommand {
  static override summary = 'find the one root cause when a Service does not work';
  static override description =
    'Diagnoses the named Services, all of the namespace, or all of the cluster. It only reads. This is what runs when no command is named.';
  static override usage = ['[SERVICE...] [FLAGS]'];
  static override examples = [
    { description: 'why do calls to web fail?', command: '<%= config.bin %> web' },
    { description: 'every Service of a namespace', command: '<%= config.bin %> --namespace shop' },
    { description: 'every Service of the cluster, a line each', command: '<%= config.bin %> -A -o table' },
    { description: 'as one caller sees it', command: '<%= config.bin %> web --from deploy/frontend' },
    { description: 'after a repair: until it is healthy', command: '<%= config.bin %> web --wait=2m' },
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
    from: Flags.string({ description: 'the caller: pod/x, deploy/x, sts/x, ds/x, ns/x, node/x or NAMESPACE/deploy/x' }),
    symptom: Flags.option({ options: SYMPTOMS })({ description: 'what callers see; reorders causes' }),
    snapshot: Flags.string({
      description: 'judge a saved snapshot, a folder of kubectl output or a support bundle, instead of a cluster',
      helpValue: 'FILE|DIR',
    }),
    wait: Flags.string({
      description: 'diagnose until healthy, at most so long; alone: 60s. The last diagnosis is printed',
      helpValue: '60s',
      exclusive: ['snapshot', 'watch', 'write-baseline'],
    }),
    watch: Flags.boolean({
      char: 'w',
      description: 'diagnose again whenever something changes; on a pipe a line for each change',
      exclusive: ['snapshot', 'report', 'write-baseline'],
    }),
    ...judgingFlags,
    ...colourFlag,
    ...verboseFlag,
    ...choiceFlags,
    ...connectionFlags,
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Diagnose);
    const verbose = flags.verbose === true;
    const { Judging } = await import('../cli/judging.ts');
    const judging = await Judging.prepare(flags, flags.symptom ?? null, this.voice(flags.color, verbose));
    const { obtainSnapshot } = await import('../cli/obtain.ts');
    const judged = new WeakMap<JudgeOptions, WeakMap<Snapshot, Judgement>>();
    const judgementOf = async (snapshot: Snapshot, options: JudgeOptions): Promise<Judgement> => {
      const [{ judge }, all] = await loadJudge();
      const known = judged.get(options) ?? new WeakMap<Snapshot, Judgement>();
      const judgement = known.get(snapshot) ?? judge(snapshot, all.RULES, options);
      judged.set(options, known.set(snapshot, judgement));
      return judgement;
    };
    const wish: Wish = {
      services: args.service ?? [],
      everywhere: flags['all-namespaces'] === true,
      selector: flags.selector ?? null,
      from: flags.from ?? null,
      file: flags.snapshot ?? null,
      flags,
      version: judging.printsServer,
      onRequest: verbose ? (trace) => this.tell(requestLine(trace)) : null,
      // the rules load while the first answers are on their way
      onReading: () => void loadJudge(),
      settled: async (seen) => (await judgementOf(seen, judging.options)).diagnosis.summary.converging === 0,
    };
    if (flags.wait !== undefined || flags.watch === true) {
      const { lookAgain } = await import('../cli/keep-looking.ts');
      const voice = this.voice(flags.color, verbose);
      const judge = (snapshot: Snapshot): Promise<Judgement> => {
        refuseAbsentCaller(snapshot);
        return judgementOf(snapshot, judging.options);
      };
      return lookAgain({ wish, judging, voice, judgementOf: judge }, flags.wait ?? null);
    }
    const snapshot = await obtainSnapshot(wish);
    refuseAbsentCaller(snapshot);
    await judging.warn(snapshot);
    const judgement = await judging.judge((options) => judgementOf(snapshot, options));
    await judging.publish(judgement);
  }
}
