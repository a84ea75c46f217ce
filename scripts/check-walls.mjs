/** Imports point one way. Reads the imports of src/ and says of each breach why the wall stands there. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What each part may import, beside itself; and why no more. */
const PARTS = {
  facts: { may: [], why: 'facts are the vocabulary of all: they know of nothing else' },
  model: { may: ['facts'], why: "the model is Kubernetes' own semantics: it knows no rule, no report and no I/O" },
  rules: { may: ['model', 'facts'], why: 'a rule judges facts: it never sees another part, and never fetches' },
  engine: { may: ['rules', 'facts', 'model'], why: 'the engine links findings: it neither collects nor prints' },
  report: { may: ['engine', 'rules', 'facts'], why: 'a report draws a diagnosis: it never judges and never collects' },
  sources: { may: ['facts', 'model'], why: 'a source collects: it never judges' },
  cli: {
    may: ['sources', 'engine', 'rules', 'report', 'facts', 'model'],
    why: 'what commands share may not need a command',
  },
  commands: {
    may: ['cli', 'sources', 'engine', 'rules', 'report', 'facts', 'model'],
    why: 'commands are thin and import what they join',
  },
  'complete.ts': { may: ['cli'], why: 'the TAB key needs no command: what it knows of them the build writes down' },
  'main.ts': { may: ['commands', 'cli'], why: 'the way in knows commands only' },
};

/** A credential plugin talks to the person at the terminal itself, as under kubectl. */
const CREDENTIAL_PLUGIN = 'sources/live/exec-credential.ts';

/** Parts whose code is a pure function of its input. */
const PURE = new Set(['facts', 'model', 'rules', 'engine', 'report']);
const IMPORT =
  /^\s*(import|export)(\s+type)?\b[^'"]*?\bfrom\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|^\s*import\s+['"]([^'"]+)['"]/gm;

function partOf(file) {
  return file.split('/')[0];
}

function importsOf(file) {
  const text = readFileSync(join(root, 'src', file), 'utf8');
  const imports = [...text.matchAll(IMPORT)].map(([, , type, from, lazy, bare]) => {
    const target = from ?? lazy ?? bare;
    const local = target.startsWith('.') ? posix.normalize(posix.join(posix.dirname(file), target)) : null;
    return { target, local, isType: type !== undefined, isLazy: lazy !== undefined };
  });
  return { file, text, imports };
}

/** `isIP` and its kin parse text and open nothing. */
function onlyParsesAddresses(text) {
  return /import \{ ((isIP(v[46])?|BlockList)(, )?)+ \} from 'node:net'/.test(text);
}

function arrowBreaches({ file, imports }) {
  const from = PARTS[partOf(file)];
  if (from === undefined) return [`${file}: lies in no known part of src; add the part to scripts/check-walls.mjs`];
  return imports
    .filter(({ local }) => local !== null)
    .filter(({ local }) => partOf(local) !== partOf(file) && !from.may.includes(partOf(local)))
    .map(({ local }) => `${file} imports ${local}: ${from.why}`);
}

/** The network and the client library live behind one door. */
function doorBreaches({ file, text, imports }) {
  if (file.startsWith('sources/live/')) return [];
  return imports
    .filter(({ isType, target }) => !isType && !(target === 'node:net' && onlyParsesAddresses(text)))
    .filter(({ target }) => /^node:(http2?|https|net|tls|dgram)$|^@kubernetes\/client-node/.test(target))
    .map(
      ({ target }) =>
        `${file} imports ${target}: only sources/live talks to a cluster, so that all else runs without one`,
    );
}

function purityBreaches({ file, text, imports }) {
  if (!PURE.has(partOf(file))) return [];
  const builtin = imports
    .filter(({ target }) => target.startsWith('node:') && !(target === 'node:net' && onlyParsesAddresses(text)))
    .map(({ target }) => `${file} imports ${target}: ${partOf(file)} is pure, so that equal facts give equal output`);
  const impure = [...text.matchAll(/\b(Date\.now\(|new Date\(\)|Math\.random\(|process\.env)/g)].map(
    ([, call]) =>
      `${file} reads ${call}: ${partOf(file)} is pure; the clock is the snapshot's, the terminal is an option`,
  );
  return [...builtin, ...impure];
}

function terminalBreaches({ file, text }) {
  if (['cli', 'commands', 'main.ts', 'complete.ts'].includes(partOf(file)) || CREDENTIAL_PLUGIN === file) return [];
  return [...text.matchAll(/\b(process\.(?:stdout|stderr|exit|exitCode)|console\.\w+)\b/g)].map(
    ([, use]) => `${file} uses ${use}: only cli and commands touch the terminal, so that stdout holds the report alone`,
  );
}

function nameBreaches({ file }) {
  return /(^|\/)(utils?|helpers?|common)(\/|\.ts$)/.test(file)
    ? [`${file}: a module is named by what it does; this name lets anything in`]
    : [];
}

/** Cycles over imports that run; types vanish and lazy imports come later. */
function cycles(modules) {
  const edges = new Map(
    modules.map(({ file, imports }) => [
      file,
      imports.filter(({ local, isType, isLazy }) => local !== null && !isType && !isLazy).map(({ local }) => local),
    ]),
  );
  const state = new Map();
  const found = [];
  const visit = (file, path) => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      const loop = [...path.slice(path.indexOf(file)), file].join(' -> ');
      found.push(`${loop}: modules in a circle cannot be understood one at a time`);
      return;
    }
    state.set(file, 'open');
    for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
    state.set(file, 'done');
  };
  for (const file of edges.keys()) visit(file, []);
  return found;
}

const files = readdirSync(join(root, 'src'), { recursive: true })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts'))
  .sort();
const modules = files.map(importsOf);
const walls = [arrowBreaches, doorBreaches, purityBreaches, terminalBreaches, nameBreaches];
const breaches = [...modules.flatMap((module) => walls.flatMap((wall) => wall(module))), ...cycles(modules)];
for (const breach of breaches) process.stderr.write(`${breach}\n`);
process.stdout.write(`${files.length} modules, ${breaches.length} breaches\n`);
process.exitCode = breaches.length === 0 ? 0 : 1;
