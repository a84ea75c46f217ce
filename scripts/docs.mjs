/** Writes docs/rules/ and what the README says of rights and shows as an example from the program itself; `--check` fails where they differ. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { writeDocumentation } from './docs-files.mjs';
import { documentation } from './rule-pages.mjs';

const home = dirname(dirname(fileURLToPath(import.meta.url)));

/** The rules, the engine and the report out of src/, and the reader of scenarios, bundled in memory. */
async function load() {
  const contents = `
    export { RULES } from './src/rules/index.ts';
    export { LIMITS } from './src/engine/limits.ts';
    export { RESOURCES } from './src/facts/resources.ts';
    export { judge } from './src/engine/engine.ts';
    export { human } from './src/report/human.ts';
    export { loadIncident } from './src/cli/incidents.ts';
    export { loadScenarios, snapshotOf } from './test/support/scenario.ts';`;
  const folder = mkdtempSync(join(tmpdir(), 'svc-doctor-docs-'));
  const outfile = join(folder, 'modules.mjs');
  try {
    await build({
      stdin: { contents, resolveDir: home, loader: 'ts' },
      bundle: true,
      outfile,
      platform: 'node',
      format: 'esm',
      logLevel: 'error',
      define: { 'import.meta.url': JSON.stringify(pathToFileURL(join(home, 'test/support/scenario.ts')).href) },
      banner: { js: "import{createRequire}from'node:module';const require=createRequire('file:///');" },
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const { values } = parseArgs({ options: { check: { type: 'boolean' }, root: { type: 'string' } } });
const made = await documentation({ ...(await load()), home });
const { code, stdout, stderr } = writeDocumentation(made, values.root ?? home, values.check === true);
process.stderr.write(stderr);
process.stdout.write(stdout);
process.exitCode = code;
