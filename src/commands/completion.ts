import * as Args from '@oclif/core/args';
import { BaseCommand } from '../cli/base-command.ts';
import { completionScript, SHELLS, type Shell } from '../cli/completion/scripts.ts';
import { UsageError } from '../cli/failure.ts';
import { verboseFlag } from '../cli/flags.ts';
import { nearNames } from '../model/near-names.ts';

/** How a shell completes at the TAB key. */
export class Completion extends BaseCommand {
  static override summary = 'print how bash, zsh or fish completes commands, flags and names';
  static override usage = ['completion bash|zsh|fish'];
  static override examples = [{ description: 'for this shell', command: 'source <(svc-doctor completion bash)' }];
  static override args = {
    shell: Args.string({ description: 'bash, zsh or fish', required: true, ignoreStdin: true }),
  };
  static override flags = { ...verboseFlag };

  override async run(): Promise<void> {
    const { args } = await this.parse(Completion);
    const shell = SHELLS.find((name) => name === args.shell);
    if (shell === undefined) throw new UsageError(...this.#unknown(args.shell));
    await this.print(completionScript(shell satisfies Shell));
  }

  #unknown(word: string): [string, string] {
    const near = nearNames(word, [...SHELLS])[0];
    const meant = near === undefined ? '' : `; did you mean ${near}?`;
    return [`there is no completion for ${word}${meant}`, `there is one for ${SHELLS.join(', ')}`];
  }
}
