/** Bundles src/ into dist/: ESM with code splitting, so that help and rule pages never load what talks to a cluster. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

function commitOf() {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  } catch {
    return '';
  }
}

/**
 * What of a package is never reached here stays out. client-node's KubeConfig needs two names of its generated API and none of
 * undici's HTTP stack. oclif searches folders for commands and plugins, reads configuration files and spins only where it was not told
 * its commands, as it is here.
 */
const UNREACHED = [
  { importer: 'client-node', filter: /^\.\/gen\/index\.js$/, stub: 'gen' },
  { importer: 'client-node', filter: /^undici$/, stub: 'undici' },
  { importer: '@oclif/core', filter: /^tinyglobby$/, stub: 'tinyglobby' },
  { importer: '@oclif/core', filter: /^minimatch$/, stub: 'minimatch' },
  { importer: '@oclif/core', filter: /^lilconfig$/, stub: 'lilconfig' },
  { importer: '@oclif/core', filter: /^cli-spinners$/, stub: 'cli-spinners' },
];

const slim = {
  name: 'slim',
  setup(builder) {
    for (const { importer, filter, stub } of UNREACHED) {
      builder.onResolve({ filter }, (args) =>
        args.importer.includes(importer) ? { path: stub, namespace: 'slim' } : undefined,
      );
    }
    builder.onLoad({ filter: /.*/, namespace: 'slim' }, ({ path }) => ({ contents: STUBS[path], resolveDir: root }));
  },
};

/**
 * Node's own modules by `require`: an `import` makes Node read every export at once, also the getters behind which it hides what is
 * slow to load (undici in node:http, 47 ms of Node 24).
 */
const required = {
  name: 'required',
  setup(builder) {
    builder.onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'required' } : { path, external: true },
    );
    builder.onLoad({ filter: /.*/, namespace: 'required' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};

/** A name that says what happened if it is reached after all. */
const absent = (name, where) =>
  `export const ${name} = () => { throw new Error('${where} is not part of this bundle'); };`;

const STUBS = {
  gen: `export { createConfiguration } from '@kubernetes/client-node/dist/gen/configuration.js';
export { ServerConfiguration } from '@kubernetes/client-node/dist/gen/servers.js';`,
  undici: `const absent = () => { throw new Error('undici is not part of this bundle'); };
export class Agent { constructor() { absent(); } }
export class ProxyAgent { constructor() { absent(); } }
export const fetch = absent;`,
  tinyglobby: absent('glob', 'tinyglobby'),
  minimatch: absent('minimatch', 'minimatch'),
  lilconfig: absent('lilconfig', 'lilconfig'),
  'cli-spinners': "export default { dots: { interval: 80, frames: ['.'] }, dots2: { interval: 80, frames: ['.'] } };",
};

const banner = `import{createRequire as __createRequire}from'node:module';import{fileURLToPath as __toPath}from'node:url';import{dirname as __dirOf}from'node:path';const require=__createRequire(import.meta.url);const __filename=__toPath(import.meta.url);const __dirname=__dirOf(__filename);`;

function packageOf(input) {
  const at = input.lastIndexOf('node_modules/');
  if (at === -1) return null;
  const [first, second] = input.slice(at + 'node_modules/'.length).split('/');
  return input.slice(0, at) + join('node_modules', first.startsWith('@') ? `${first}/${second}` : first);
}

function licenceText(folder) {
  const names = ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'license', 'license.md', 'LICENCE', 'LICENSE-MIT', 'License'];
  const found = names.map((name) => join(root, folder, name)).find((file) => existsSync(file));
  return found === undefined ? '(the package carries no licence file)' : readFileSync(found, 'utf8').trim();
}

function noticesFor(metafile) {
  const inputs = Object.values(metafile.outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([input, { bytesInOutput }]) => (bytesInOutput > 0 ? [input] : [])),
  );
  const folders = [...new Set(inputs.map(packageOf).filter((folder) => folder !== null))].sort();
  const notices = folders.map((folder) => {
    const { name, version: packaged, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    return `${name} ${packaged} (${license ?? 'see below'})\n\n${licenceText(folder)}\n`;
  });
  return `Software that is part of the bundle in dist/, and its licences.\n\n${notices.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

rmSync(join(root, 'dist'), { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: ['src/main.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  minify: true,
  keepNames: false,
  legalComments: 'none',
  platform: 'node',
  target: 'node20',
  format: 'esm',
  external: ['typescript', 'ts-node'],
  banner: { js: banner },
  define: { __VERSION__: JSON.stringify([version, commitOf()].filter((part) => part !== '').join('+')) },
  plugins: [slim, required],
  metafile: true,
  logLevel: 'warning',
});
writeFileSync(join(root, 'THIRD_PARTY_NOTICES'), noticesFor(metafile));
