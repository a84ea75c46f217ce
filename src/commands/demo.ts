import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { colourFlag, verboseFlag } from '../cli/flags.ts';
import { FORMATS, render } from '../cli/render.ts';
import { decideTerminal } from '../cli/terminal.ts';
import { verdictLines } from '../report/verbose.ts';

/** Diagnose a bundled incident. Exit 0 whatever the incident is: showing it is what was asked. */
export class Demo extends BaseCommand {
  static override summary = 'diagnose a bundled incident: no cluster needed';
  static override usage = ['demo [NAME] [FLAGS]'];
  static override examples = [{ description: 'list them and show the first', command: '<%= config.bin %> demo' }];
  static override args = { name: Args.string({ description: 'which incident', ignoreStdin: true }) };
  static override flags = {
    output: Flags.option({ char: 'o', options: FORMATS, default: 'human' as const })({
      description: 'how to print the diagnosis',
    }),
    ...colourFlag,
    ...verboseFlag,
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Demo);
    const [{ incidentNames, loadIncident }, { judge }, { RULES }] = await Promise.all([
      import('../cli/incidents.ts'),
      import('../engine/engine.ts'),
      import('../rules/index.ts'),
    ]);
    const names = await incidentNames(this.config.root);
    const incident = await loadIncident(this.config.root, args.name ?? names[0] ?? '');
    if (args.name === undefined) {
      const titles = await Promise.all(names.map((name) => loadIncident(this.config.root, name)));
      const widest = Math.max(...names.map((name) => name.length));
      this.tell(`${titles.map(({ name, title }) => `${name.padEnd(widest)}  ${title}\n`).join('')}\n`);
    }
    this.tell(`$ ${incident.command}\n`);
    const { symptom, snapshot } = incident;
    const everyRule = { only: [], skip: [], severity: null };
    const judgement = judge(snapshot, RULES, { ...everyRule, failOn: 'high', allowUnknown: false, symptom });
    if (flags.verbose) this.tell(verdictLines(judgement));
    const terminal = decideTerminal(flags.color, process.env, process.stdout, process.platform);
    const options = { ...terminal, verbose: flags.verbose === true, headers: true };
    await this.print(await render(flags.output, judgement, options));
  }
}
