/** The flags of every command that judges. */
import * as Flags from '@oclif/core/flags';
import { FORMATS } from './render.ts';

export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const;

export const judgingFlags = {
  output: Flags.option({ char: 'o', options: FORMATS, default: 'human' as const })({
    description: 'how to print the diagnosis',
  }),
  report: Flags.string({
    description: 'write the diagnosis into a file as well; repeatable',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'FORMAT=FILE',
  }),
  only: Flags.string({ description: 'rules to run, by id or name, comma-separated', helpValue: 'RULES' }),
  skip: Flags.string({ description: 'rules to leave out, by id or name, comma-separated', helpValue: 'RULES' }),
  severity: Flags.option({ options: SEVERITIES })({ description: 'leave out findings below this level' }),
  'fail-on': Flags.option({ options: [...SEVERITIES, 'never'] as const, default: 'high' as const })({
    description: 'exit with 1 for findings at or above this level',
  }),
  'allow-unknown': Flags.boolean({ description: 'open questions do not make the exit code 3' }),
  config: Flags.string({
    description: 'file of findings to leave alone; default: .svc-doctor.yaml here or above, in the git repository',
    helpValue: 'FILE',
  }),
  baseline: Flags.string({ description: 'leave alone what was found when FILE was written', helpValue: 'FILE' }),
  'write-baseline': Flags.boolean({ description: 'write what is found now into the file of --baseline' }),
  'no-headers': Flags.boolean({ description: 'no heading row in the table' }),
};

/** These flags as the parser returns them. */
export interface ParsedJudgingFlags {
  output: (typeof FORMATS)[number];
  report?: string[] | undefined;
  only?: string | undefined;
  skip?: string | undefined;
  severity?: (typeof SEVERITIES)[number] | undefined;
  'fail-on': (typeof SEVERITIES)[number] | 'never';
  'allow-unknown'?: boolean;
  config?: string | undefined;
  baseline?: string | undefined;
  'write-baseline'?: boolean;
  'no-headers'?: boolean;
}
