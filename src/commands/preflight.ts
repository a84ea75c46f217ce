import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { colourFlag, verboseFlag } from '../cli/flags.ts';
import { judgingFlags } from '../cli/judging-flags.ts';
import { problemLines, readingLines } from '../report/reading.ts';

/** Judge manifests before they are applied. */
export class Preflight extends BaseCommand {
  static override summary = 'judge manifests before they are applied';
  static override description =
    'Judges by the same rules what files say, before any cluster has it. What only a cluster can tell is left open and not guessed.';
  static override usage = ['preflight -f FILE|DIR|- [FLAGS]', 'preflight -k DIR [FLAGS]'];
  static override examples = [
    { description: 'a folder and all below it', command: '<%= config.bin %> preflight -f k8s/' },
    { description: 'what kustomize makes', command: '<%= config.bin %> preflight -k overlays/prod' },
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
    namespace: Flags.string({
      char: 'n',
      description: 'namespace of objects that name none',
      helpValue: 'NAME',
    }),
    ...judgingFlags,
    ...colourFlag,
    ...verboseFlag,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Preflight);
    const verbose = flags.verbose === true;
    const [{ Judging }, { readForPreflight, worldsOf, judgeWorlds }, { RULES }] = await Promise.all([
      import('../cli/judging.ts'),
      import('../cli/preflight.ts'),
      import('../rules/index.ts'),
    ]);
    const judging = await Judging.prepare(flags, null, this.voice(flags.color, verbose));
    const read = await readForPreflight({ files: flags.filename ?? [], kustomizations: flags.kustomize ?? [] });
    this.tell(readingLines(read, verbose) + problemLines(read.problems));
    const worlds = worldsOf(read, { namespace: flags.namespace ?? null, now: new Date().toISOString() });
    for (const { snapshot } of worlds) await judging.warn(snapshot);
    await judging.publish(await judging.judge(async (options) => judgeWorlds(worlds, read.problems, RULES, options)));
  }
}
