import { writeFile } from 'node:fs/promises';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { UsageError } from '../cli/failure.ts';
import { choiceFlags, connectionFlags, verboseFlag } from '../cli/flags.ts';
import { requestLine } from '../report/verbose.ts';

/** Save what a diagnosis would read. */
export class Snapshot extends BaseCommand {
  static override summary = 'save what a diagnosis would read, to send or to keep';
  static override description =
    'Writes one JSON file, redacted, with what could not be read marked as unknown. Diagnose it with --snapshot FILE.';
  static override usage = ['snapshot [SERVICE...] --output FILE [FLAGS]'];
  static override examples = [
    { description: 'save, then judge elsewhere', command: '<%= config.bin %> snapshot web --output web.json' },
  ];
  static override args = {
    service: Args.string({ description: 'as for diagnose', multiple: true, ignoreStdin: true }),
  };
  static override flags = {
    output: Flags.string({ char: 'o', description: 'file to write; - = stdout', required: true, helpValue: 'FILE' }),
    from: Flags.string({ description: 'the caller: pod/x, deploy/x, sts/x, ds/x or NAMESPACE/deploy/x' }),
    ...verboseFlag,
    ...choiceFlags,
    ...connectionFlags,
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Snapshot);
    const [{ obtainSnapshot }, { saveSnapshot }] = await Promise.all([
      import('../cli/obtain.ts'),
      import('../sources/snapshot/file.ts'),
    ]);
    const snapshot = await obtainSnapshot({
      services: args.service ?? [],
      everywhere: flags['all-namespaces'] === true,
      selector: flags.selector ?? null,
      from: flags.from ?? null,
      file: null,
      flags,
      version: true,
      onRequest: flags.verbose ? (trace) => this.tell(requestLine(trace)) : null,
      settled: () => true,
    });
    const text = saveSnapshot(snapshot);
    if (flags.output === '-') return this.print(text);
    try {
      await writeFile(flags.output, text);
    } catch (error) {
      throw new UsageError(
        `${flags.output} cannot be written: ${(error as Error).message}`,
        'name another file with -o',
      );
    }
    this.tell(`saved ${flags.output}; diagnose it: ${this.config.bin} --snapshot ${flags.output}\n`);
  }
}
