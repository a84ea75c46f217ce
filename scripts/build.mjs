/**
 * Bundles src/ into dist/, split so that help and rule pages never load what talks to a cluster. esbuild splits ES modules only, and only
 * CommonJS lets Node 20 keep compiled code (bin/kept-code.js): so each file is split first and turned into CommonJS after.
 */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { build, transform } from 'esbuild';

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
 * What of a package is never reached here stays out. client-node's KubeConfig needs two names of its generated API, none of undici's
 * HTTP stack, no YAML, because it is given objects, and none of the clouds' sign-ins that kubectl took out. Of ora's eighty spinners two
 * are shown; cli-table3 paints nothing. oclif searches folders for commands and plugins, reads configuration files and spins only where
 * it was not told its commands, as it is here; of its templates help has one form. What an emoji is Node knows without a table.
 */
const UNREACHED = [
  { importer: 'client-node', filter: /^\.\/gen\/index\.js$/, stub: 'gen' },
  { importer: 'client-node', filter: /^undici$/, stub: 'undici' },
  { importer: 'client-node', filter: /^js-yaml$/, stub: 'js-yaml' },
  { importer: 'client-node', filter: /^\.\/(?:azure|gcp)_auth\.js$/, stub: 'clouds' },
  { importer: '@oclif/core', filter: /^ejs$/, stub: 'ejs' },
  { importer: '@oclif/core', filter: /^tinyglobby$/, stub: 'tinyglobby' },
  { importer: '@oclif/core', filter: /^minimatch$/, stub: 'minimatch' },
  { importer: '@oclif/core', filter: /^lilconfig$/, stub: 'lilconfig' },
  { importer: '@oclif/core', filter: /^cli-spinners$/, stub: 'cli-spinners' },
  { importer: 'ora', filter: /^cli-spinners$/, stub: 'cli-spinners' },
  { importer: 'string-width', filter: /^emoji-regex$/, stub: 'emoji-regex' },
  { importer: 'cli-table3', filter: /^@colors\/colors\/safe$/, stub: 'colors' },
];

/** How oclif orders its commands: the first comparison by a locale loads the collation, which takes 6 ms. */
const SORTED_BY_LOCALE = 'a.id.localeCompare(b.id)';

const slim = {
  name: 'slim',
  setup(builder) {
    for (const { importer, filter, stub } of UNREACHED) {
      builder.onResolve({ filter }, (args) =>
        args.importer.includes(importer) ? { path: stub, namespace: 'slim' } : undefined,
      );
    }
    builder.onLoad({ filter: /@oclif[\\/]core[\\/]lib[\\/]config[\\/]plugin\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!text.includes(SORTED_BY_LOCALE))
        throw new Error(`${path} sorts commands in another way than scripts/build.mjs knows`);
      return { contents: text.replace(SORTED_BY_LOCALE, '(a.id < b.id ? -1 : 1)') };
    });
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

/** The two spinners that ora takes by itself, as their package has them, and the one that oclif names. */
function readSpinners() {
  const { dots, dots2, line } = JSON.parse(readFileSync(join(root, 'node_modules/cli-spinners/spinners.json'), 'utf8'));
  return `export default ${JSON.stringify({ dots, dots2, line })};`;
}

const STUBS = {
  gen: `export { createConfiguration } from '@kubernetes/client-node/dist/gen/configuration.js';
export { ServerConfiguration } from '@kubernetes/client-node/dist/gen/servers.js';`,
  undici: `const absent = () => { throw new Error('undici is not part of this bundle'); };
export class Agent { constructor() { absent(); } }
export class ProxyAgent { constructor() { absent(); } }
export const fetch = absent;`,
  // of a template language, help uses the value of a name: <%= config.bin %>
  ejs: `const valueOf = (name, from) => name.split('.').reduce((value, key) => value?.[key], from);
export default { render: (text, from) => text.replace(/<%=\\s*([\\w.]+)\\s*%>/g, (_, name) => String(valueOf(name, from))) };`,
  tinyglobby: absent('glob', 'tinyglobby'),
  minimatch: absent('minimatch', 'minimatch'),
  lilconfig: absent('lilconfig', 'lilconfig'),
  clouds:
    'class Never { isAuthProvider() { return false; } } export { Never as AzureAuth, Never as GoogleCloudPlatformAuth };',
  'js-yaml': `${absent('load', 'js-yaml')}\n${absent('dump', 'js-yaml')}`,
  'cli-spinners': readSpinners(),
  'emoji-regex': 'module.exports = () => /\\p{RGI_Emoji}/gv;',
  colors: 'export default {};',
};

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
  const texts = new Map();
  for (const folder of folders) {
    const { name, version: packaged, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const lines = licenceText(folder).split('\n');
    const own = lines.filter((line) => /^\s*copyright \(c\)/i.test(line)).map((line) => line.trim());
    // one wording stands once, with the copyright line of each package that is under it
    const wording = lines.filter((line) => !/^\s*copyright \(c\)/i.test(line)).join('\n');
    const key = wording.replace(/\W+/g, ' ').trim().toLowerCase();
    const entry = texts.get(key) ?? { wording: wording.trim().replace(/\n{3,}/g, '\n\n'), packages: [] };
    entry.packages.push(
      [`${name} ${packaged} (${license ?? 'see below'})`, ...own.map((line) => `  ${line}`)].join('\n'),
    );
    texts.set(key, entry);
  }
  const notices = [...texts.values()].map(({ wording, packages }) => `${packages.join('\n')}\n\n${wording}\n`);
  return `Software that is part of the bundle in dist/, and its licences.\n\n${notices.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

const { metafile, outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: ['src/main.ts', 'src/complete.ts'],
  outdir: 'dist',
  bundle: true,
  write: false,
  splitting: true,
  minify: true,
  keepNames: false,
  legalComments: 'none',
  platform: 'node',
  target: 'node20',
  format: 'esm',
  external: ['typescript', 'ts-node'],
  define: { __VERSION__: JSON.stringify([version, commitOf()].filter((part) => part !== '').join('+')) },
  plugins: [slim, required],
  metafile: true,
  logLevel: 'warning',
});
/** What tells one cluster from another, and no rule reads: made by chance, it takes as much room as it has letters. */
const BY_CHANCE = new Set(['resourceVersion', 'containerID', 'imageID', 'bootID', 'machineID', 'systemUUID']);
const UID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** All incidents in one file: they are of one cluster and much alike, so that together they take a third of the room. */
function packIncidents() {
  const folder = join(root, 'fixtures', 'incidents');
  const files = readdirSync(folder).map((file) => [
    file.slice(0, -'.json'.length),
    JSON.parse(readFileSync(join(folder, file), 'utf8'), (key, value) => (BY_CHANCE.has(key) ? undefined : value)),
  ]);
  const uids = new Map();
  const short = JSON.stringify(Object.fromEntries(files)).replace(UID, (uid) => {
    if (!uids.has(uid)) uids.set(uid, `uid-${uids.size + 1}`);
    return uids.get(uid);
  });
  return brotliCompressSync(short);
}

const CJS = { platform: 'neutral', target: 'node20', supported: { 'dynamic-import': false } };
const EXPORTS =
  /var stdin_exports = \{\};\n__export\(stdin_exports, \{\n([\s\S]*?)\n\}\);\nmodule\.exports = __toCommonJS\(stdin_exports\);\n/;

/**
 * A file of the bundle as CommonJS. What esbuild writes around exports, so that anybody may import them, is longer than many of the files:
 * among themselves getters do.
 */
async function asCommonJs(text) {
  const { code } = await transform(text, { ...CJS, format: 'cjs' });
  const [whole, names] = EXPORTS.exec(code) ?? [];
  if (whole === undefined) throw new Error('esbuild writes exports in another way than scripts/build.mjs knows');
  const getters = names.split('\n').map((line) => {
    const [, name, value] = /^ {2}([\w$]+): \(\) => ([\w$.]+),?$/.exec(line) ?? [];
    if (name === undefined)
      throw new Error(`esbuild writes an export as "${line}", which scripts/build.mjs does not know`);
    return `get ${name}() { return ${value}; }`;
  });
  const short = code.replace(whole, () => `module.exports = { __esModule: true, ${getters.join(', ')} };\n`);
  return (await transform(short, { ...CJS, format: 'cjs', minify: true, treeShaking: true })).code;
}

rmSync(join(root, 'dist'), { recursive: true, force: true });
mkdirSync(join(root, 'dist'));
const hash = createHash('sha256');
for (const { path, text } of outputFiles) {
  const code = await asCommonJs(text);
  hash.update(code);
  writeFileSync(path, code);
}
writeFileSync(join(root, 'dist', 'incidents.json.br'), packIncidents());
const type = { type: 'commonjs', build: hash.digest('hex').slice(0, 16) };
writeFileSync(join(root, 'dist', 'package.json'), `${JSON.stringify(type)}\n`);
writeFileSync(join(root, 'THIRD_PARTY_NOTICES'), noticesFor(metafile));
// what the TAB key knows of commands, without the parser
const { commandLine } = createRequire(import.meta.url)(join(root, 'dist/main.js'));
writeFileSync(join(root, 'dist/command-line.json'), JSON.stringify(commandLine()));
