/**
 * Builds the bundle where a clone is installed, as pre-commit does (`npm install -g git+…`). Told to install globally, npm leaves out the
 * packages that build it: then they are installed first, into the clone.
 */
import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

function npm(...words) {
  // stdout belongs to whoever called npm
  const stdio = ['ignore', process.stderr, 'inherit'];
  execFileSync('npm', words, { cwd: root, stdio, env: { ...process.env, npm_config_global: 'false' } });
}

function isThere(name) {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}

if (!isThere('esbuild')) npm('ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund');
npm('run', 'build');
