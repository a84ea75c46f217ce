const { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } = require('node:fs');
const { homedir } = require('node:os');
const { dirname, join } = require('node:path');

const FORGOTTEN_AFTER_MS = 30 * 24 * 3_600_000;

/** Where compiled code is kept: it is executed, so nobody but the user may write there. */
function folder() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'svc-doctor');
}

/** What an earlier run kept, by file name: four bytes of length, an index in JSON with how much follows, then text
 * and code of each. Empty when nothing fits. */
function read(file) {
  try {
    const bytes = readFileSync(file);
    const start = 4 + bytes.readUInt32LE(0);
    const { parts, end: whole } = JSON.parse(bytes.toString('utf8', 4, start));
    if (bytes.length !== start + whole) return new Map();
    return new Map(
      parts.map(([name, text, code, end]) => [
        name,
        {
          text: bytes.toString('utf8', start + text, start + code),
          cachedData: bytes.subarray(start + code, start + end),
        },
      ]),
    );
  } catch {
    return new Map(); // the first run, a home that cannot be read, a damaged file: everything is compiled anew
  }
}

function write(file, parts) {
  const bodies = [];
  let end = 0;
  const index = [...parts].map(([name, { text, cachedData }]) => {
    const body = Buffer.from(text);
    bodies.push(body, cachedData);
    const from = end;
    end += body.length + cachedData.length;
    return [name, from, from + body.length, end];
  });
  const head = Buffer.from(JSON.stringify({ parts: index, end }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, Buffer.concat([length, head, ...bodies]), { mode: 0o600 });
  renameSync(draft, file);
  for (const name of readdirSync(dirname(file))) {
    const other = join(dirname(file), name);
    if (Date.now() - statSync(other).mtimeMs > FORGOTTEN_AFTER_MS) rmSync(other);
  }
}

/**
 * The text of the bundle's files and V8's code of them, kept for the next run of the same build by the same Node.js: `of` a file what is
 * kept, or undefined; `ran` is told each script that runs. V8 itself refuses code that another version or other flags made.
 * NODE_DISABLE_COMPILE_CACHE=1 switches it off, as it does Node's own.
 */
function kept(dist) {
  if (process.env.NODE_DISABLE_COMPILE_CACHE) return { of: () => undefined, ran: () => {} };
  const { build } = JSON.parse(readFileSync(join(dist, 'package.json'), 'utf8'));
  const file = join(folder(), `${build}-${process.version}-${process.arch}`);
  const parts = read(file);
  const scripts = new Map();
  let isNew = false;
  process.once('exit', () => {
    if (!isNew) return;
    // only now, so that functions which were compiled when they were first called are kept, too
    for (const [name, { text, script }] of scripts) parts.set(name, { text, cachedData: script.createCachedData() });
    try {
      write(file, parts);
    } catch {
      // a read-only home costs the next run its head start and nothing else
    }
  });
  return {
    of: (name) => parts.get(name),
    ran(name, text, script) {
      isNew ||= !parts.has(name) || script.cachedDataRejected === true;
      scripts.set(name, { text, script });
    },
  };
}

module.exports = { kept };
