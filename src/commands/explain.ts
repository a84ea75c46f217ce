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
    const [{ RULES }, { LIMITS }, { rulePage, limitPage }] = await Promise.all([
      import('../rules/index.ts'),
      import('../engine/limits.ts'),
      import('../report/rule-page.ts'),
    ]);
    const terminal = decideTerminal(flags.color, process.env, process.stdout, process.platform);
    const page = { ...terminal, verbose: flags.verbose === true, headers: true };
    const limit = LIMITS.find(({ id, name }) => [id.toLowerCase(), name].includes(args.rule.toLowerCase()));
    if (limit !== undefined) return this.print(limitPage(limit, page));
    const { rule, reason } = findRule(args.rule, RULES);
    await this.print(rulePage(rule, reason, page));
  }
}
