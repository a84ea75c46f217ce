import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { UsageError } from '../cli/failure.ts';
import { colourFlag, connectionFlags, verboseFlag } from '../cli/flags.ts';
import { judgingFlags } from '../cli/judging-flags.ts';

/** Judge manifests before they are applied. */
export class Preflight extends BaseCommand {
  static override summary = 'judge manifests before they are applied';
  static override description =
    'Judges by the same rules what files say, before any cluster has it. What only a cluster can tell is left open and not guessed.';
  static override usage = ['preflight -f FILE|DIR|- [FLAGS]', 'preflight -k DIR [FLAGS]'];
  static override examples = [
    { description: 'a folder and all below it', command: '<%= config.bin %> preflight -f k8s/' },
    { description: 'what kustomize makes', command: '<%= config.bin %> preflight -k overlays/prod' },
    { description: 'repair what needs no look', command: '<%= config.bin %> preflight -f k8s/ --fix' },
    { description: 'what would the apply break?', command: '<%= config.bin %> preflight -f k8s/ --live' },
    { description: 'what Helm makes', command: 'helm template shop ./chart | <%= config.bin %> preflight -f -' },
  ];
  static override flags = {
    filename: Flags.string({
      char: 'f',
      description: 'a manifest, a folder with all below it, or - for standard input; repeatable',
      helpValue: 'FILE|DIR',
      multiple: true,
      multipleNonGreedy: true,
    }),
    kustomize: Flags.string({
      char: 'k',
      description: 'a kustomization, built by kubectl; repeatable',
      helpValue: 'DIR',
      multiple: true,
      multipleNonGreedy: true,
    }),
    recursive: Flags.boolean({ char: 'R', description: 'as for kubectl; folders are always read with all below them' }),
    live: Flags.boolean({ description: 'lay the manifests over the cluster: what would the apply break?' }),
    ...connectionFlags,
    namespace: Flags.string({
      char: 'n',
      description: 'namespace of objects that name none',
      helpValue: 'NAME',
    }),
    fix: Flags.boolean({ description: 'write the fixes that need no look into the files, then judge again' }),
    diff: Flags.boolean({ description: 'print these fixes as a diff for git apply, write nothing' }),
    ...judgingFlags,
    ...colourFlag,
    ...verboseFlag,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Preflight);
    const verbose = flags.verbose === true;
    const [{ Judging }, { PreflightRun }] = await Promise.all([
      import('../cli/judging.ts'),
      import('../cli/preflight-run.ts'),
    ]);
    refuseTwoOutputs(flags);
    const judging = await Judging.prepare(flags, null, this.voice(flags.color, verbose));
    const run = new PreflightRun(
      {
        files: flags.filename ?? [],
        kustomizations: flags.kustomize ?? [],
        namespace: flags.namespace ?? null,
        live: flags.live === true ? flags : null,
      },
      judging,
      { tell: (text) => this.tell(text), verbose },
    );
    if (flags.fix === true) await run.repair();
    const judgement = await run.judge();
    await judging.publish(judgement, flags.diff === true ? await run.diff() : null);
  }
}

/** A UsageError where two things would stand on stdout, or a fix be both written and only shown. */
function refuseTwoOutputs({ fix, diff, output }: { fix?: boolean; diff?: boolean; output: string }): void {
  if (diff !== true) return;
  if (fix === true) throw new UsageError('--fix writes and --diff only shows: name one of them');
  if (output !== 'human') {
    throw new UsageError(`--diff prints the diff instead of ${output}`, `type: --diff --report ${output}=FILE`);
  }
}
