/** What every command does alike: errors in words for people, nothing but the report on stdout. */
import { Command } from '@oclif/core/command';
import type { Voice } from './judging.ts';
import { type ColourChoice, decideTerminal } from './terminal.ts';
import { asUsageError } from './usage.ts';

export abstract class BaseCommand extends Command {
  protected override async catch(error: Error): Promise<void> {
    const flags = Object.entries(this.ctor.flags ?? {}).filter(([, flag]) => flag.hidden !== true);
    const known = {
      names: [...flags.map(([name]) => name), 'help'],
      command: `${this.config.bin} ${this.id ?? ''}`.trim(),
    };
    throw asUsageError(error, known);
  }

  /** Writes the report; resolves when it has left, so that an exit cannot cut it. */
  protected print(text: string): Promise<void> {
    return new Promise((resolve) => process.stdout.write(text, () => resolve()));
  }

  /** How this command speaks to the terminal. */
  protected voice(colour: ColourChoice, verbose: boolean): Voice {
    return {
      print: (text) => this.print(text),
      tell: (text) => this.tell(text),
      terminal: decideTerminal(colour, process.env, process.stdout, process.platform),
      verbose,
      version: this.config.version,
    };
  }

  /** Writes to stderr: progress, warnings, what `-v` tells. */
  protected tell(text: string): void {
    process.stderr.write(text);
  }
}
