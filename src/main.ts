/** The whole program: the table of commands, and the way in. */
import { run } from '@oclif/core/run';
import { settings } from '@oclif/core/settings';
import { describeCommands } from './cli/completion/command-line.ts';
import { failureText } from './cli/failure.ts';
import { route } from './cli/route.ts';
import { Access } from './commands/access.ts';
import { Completion } from './commands/completion.ts';
import { Demo } from './commands/demo.ts';
import { Diagnose } from './commands/diagnose.ts';
import { Explain } from './commands/explain.ts';
import { Preflight } from './commands/preflight.ts';
import { Rules } from './commands/rules.ts';
import { Snapshot } from './commands/snapshot.ts';

/** Read by oclif, as `package.json` tells it. */
export const COMMANDS = {
  access: Access,
  completion: Completion,
  demo: Demo,
  diagnose: Diagnose,
  explain: Explain,
  preflight: Preflight,
  rules: Rules,
  snapshot: Snapshot,
};

/** The commands as completion sees them; written into a file by the build. */
export const commandLine = () => describeCommands(COMMANDS);

/** Version and commit, written in by the build. */
declare const __VERSION__: string;

const INTERRUPTED = 130;
const COULD_NOT_RUN = 2;

/** Runs one command line; `root` is the folder of the package. Sets the exit code, never throws. */
export async function main(words: readonly string[], root: string): Promise<void> {
  // NODE_ENV=development of a developer's shell makes oclif look for TypeScript, and complain that there is none
  settings.enableAutoTranspile = false;
  process.once('SIGINT', () => process.exit(INTERRUPTED));
  try {
    await run(route(words), { root, version: __VERSION__ });
  } catch (error) {
    process.stderr.write(failureText(error, words.includes('-v') || words.includes('--verbose')));
    process.exitCode = COULD_NOT_RUN;
  }
}
