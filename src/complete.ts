/** The way in for the TAB key: kubectl and the shells ask here what may stand next. Loads neither the parser nor a rule. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { complete } from './cli/completion/candidates.ts';
import type { CommandLine } from './cli/completion/command-line.ts';
import { lookupFor } from './cli/completion/lookup.ts';

/** From the start of the process; who waits longer at the TAB key types on. */
const WHOLE_MS = 230;
const LEAST_MS = 80;

/** Answers to the words after the plugin's name; `root` is the folder of the package. Never fails, and says nothing else. */
export async function completeMain(words: readonly string[], root: string): Promise<void> {
  const given = Number(process.env.SVC_DOCTOR_COMPLETION_MS);
  const patienceMs = given > 0 ? given : Math.max(WHOLE_MS - performance.now(), LEAST_MS);
  const lookup = lookupFor({ env: process.env, root, patienceMs: Math.round(patienceMs) });
  const line = JSON.parse(readFileSync(join(root, 'dist', 'command-line.json'), 'utf8')) as CommandLine;
  const answer = await complete(words, line, lookup);
  await new Promise<void>((done) => process.stdout.write(answer, () => done()));
  process.exit(0);
}
