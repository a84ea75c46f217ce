import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { colourFlag, connectionFlags, verboseFlag } from '../cli/flags.ts';
import { decideTerminal } from '../cli/terminal.ts';
import { requestLine } from '../report/verbose.ts';

const OPEN = 3;

/** What may be read here, and the smallest Roles that would let a diagnosis read all it may ask for. */
export class Access extends BaseCommand {
  static override summary = 'what you may and may not read here, what that costs, and the smallest Role for it';
  static override description =
    'Exit code 0 where everything may be read, 3 where questions would stay open. It asks by SelfSubjectAccessReview: a create by its verb, which leaves nothing behind.';
  static override usage = ['access [FLAGS]'];
  static override examples = [
    { description: 'what may I read in this namespace?', command: '<%= config.bin %> access --namespace shop' },
    { description: 'the Roles alone', command: '<%= config.bin %> access --namespace shop --output yaml' },
  ];
  static override flags = {
    output: Flags.option({ char: 'o', options: ['human', 'json', 'yaml'] as const, default: 'human' as const })({
      description: 'how to print it; yaml = the Roles alone, for kubectl apply',
    }),
    'all-namespaces': Flags.boolean({ char: 'A', description: 'for a diagnosis of all Services of the cluster' }),
    namespaced: Flags.boolean({
      exclusive: ['all-namespaces'],
      description: 'only what Roles of namespaces can grant: nothing of the whole cluster',
    }),
    ...colourFlag,
    ...verboseFlag,
    ...connectionFlags,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Access);
    const [{ accessFromCluster }, { accessPage, accessJson }] = await Promise.all([
      import('../cli/access-from-cluster.ts'),
      import('../report/access.ts'),
    ]);
    const access = await accessFromCluster(
      flags,
      flags['all-namespaces'] === true ? 'everywhere' : flags.namespaced === true ? 'namespaced' : 'namespace',
      flags.verbose ? (trace) => this.tell(requestLine(trace)) : null,
    );
    if (flags.output === 'yaml') {
      const { yamlDocuments } = await import('../report/yaml.ts');
      await this.print(yamlDocuments(access.roles));
    } else if (flags.output === 'json') await this.print(accessJson(access));
    else {
      const terminal = decideTerminal(flags.color, process.env, process.stdout, process.platform);
      await this.print(accessPage(access, { ...terminal, verbose: flags.verbose === true, headers: true }));
    }
    process.exitCode = access.reads.every(({ allowed }) => allowed === true) ? 0 : OPEN;
  }
}
