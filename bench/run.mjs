// Bundles and runs one of the benchmarks written in TypeScript: node bench/run.mjs NAME [its arguments]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const [name, ...args] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'svc-doctor-bench-'));
const outfile = join(folder, `${name}.mjs`);
await build({
  absWorkingDir: root,
  entryPoints: [`bench/${name}.ts`],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  logLevel: 'error',
  define: { 'import.meta.url': JSON.stringify(new URL('../test/support/scenario.ts', import.meta.url).href) },
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire('/');" },
});
const { status } = spawnSync(process.execPath, [outfile, ...args], { stdio: 'inherit' });
rmSync(folder, { recursive: true });
process.exitCode = status ?? 1;
