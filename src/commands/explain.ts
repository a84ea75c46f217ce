import * as Args from '@oclif/core/args';
import { BaseCommand } from '../cli/base-command.ts';
import { colourFlag, verboseFlag } from '../cli/flags.ts';
import { findRule } from '../cli/rule-argument.ts';
import { decideTerminal } from '../cli/terminal.ts';

/** A rule's page. */
export class Explain extends BaseCommand {
  static override summary = "show a rule's page: what it finds, why it matters, how to repair it";
  static override usage = ['explain RULE'];
  static override examples = [{ description: 'by id or by name', command: '<%= config.bin %> explain SEL-001' }];
  static override args = {
    rule: Args.string({ description: 'id or name, as reports print it', required: true, ignoreStdin: true }),
  };
  static override flags = { ...colourFlag, ...verboseFlag };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Explain);
    const [{ RULES }, { rulePage }] = await Promise.all([
      import('../rules/index.ts'),
      import('../report/rule-page.ts'),
    ]);
    const { rule, reason } = findRule(args.rule, RULES);
    const terminal = decideTerminal(flags.color, process.env, process.stdout, process.platform);
    await this.print(rulePage(rule, reason, { ...terminal, verbose: flags.verbose === true, headers: true }));
  }
}
