import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { verboseFlag } from '../cli/flags.ts';
import { decideTerminal } from '../cli/terminal.ts';

/** The table of rules. */
export class Rules extends BaseCommand {
  static override summary = 'list every rule';
  static override usage = ['rules [FLAGS]'];
  static override examples = [{ description: 'for a program', command: '<%= config.bin %> rules --output json' }];
  static override flags = {
    output: Flags.option({ char: 'o', options: ['table', 'json', 'yaml', 'name'] as const, default: 'table' as const })(
      {
        description: 'how to print the list',
      },
    ),
    'no-headers': Flags.boolean({ description: 'no heading row in the table' }),
    ...verboseFlag,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Rules);
    await this.print(await this.#list(flags.output, flags['no-headers'] !== true));
  }

  async #list(format: 'table' | 'json' | 'yaml' | 'name', headers: boolean): Promise<string> {
    const [{ RULES }, { LIMITS }, { ruleEntries, ruleTable }] = await Promise.all([
      import('../rules/index.ts'),
      import('../engine/limits.ts'),
      import('../report/rule-table.ts'),
    ]);
    const entries = ruleEntries(RULES, LIMITS);
    if (format === 'name') return entries.map(({ id }) => `${id}\n`).join('');
    if (format === 'json') return `${JSON.stringify(entries, null, 2)}\n`;
    if (format === 'yaml') return (await import('../report/yaml.ts')).yamlDocuments([entries]);
    const terminal = decideTerminal('auto', process.env, process.stdout, process.platform);
    return ruleTable(entries, { ...terminal, verbose: false, headers });
  }
}
