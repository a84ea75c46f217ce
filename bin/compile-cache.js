import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

const FORGOTTEN_AFTER_MS = 30 * 24 * 3_600_000;

/** Where compiled code is kept: it is executed, so nobody but the user may write there. */
function folder() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'svc-doctor');
}

/** What an earlier run compiled, by file name: four bytes of length, an index in JSON, the code itself. Empty when nothing fits. */
function read(file) {
  try {
    const bytes = readFileSync(file);
    const start = 4 + bytes.readUInt32LE(0);
    const index = JSON.parse(bytes.toString('utf8', 4, start));
    return new Map(index.map(([name, from, to]) => [name, bytes.subarray(start + from, start + to)]));
  } catch {
    return new Map(); // the first run, a home that cannot be read, a damaged file: everything is compiled anew
  }
}

function write(file, compiled) {
  let end = 0;
  const index = [...compiled].map(([name, { length }]) => {
    end += length;
    return [name, end - length, end];
  });
  const head = Buffer.from(JSON.stringify(index));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, Buffer.concat([length, head, ...compiled.values()]), { mode: 0o600 });
  renameSync(draft, file);
  for (const name of readdirSync(dirname(file))) {
    const other = join(dirname(file), name);
    if (Date.now() - statSync(other).mtimeMs > FORGOTTEN_AFTER_MS) rmSync(other);
  }
}

/**
 * Does for Node 20 what `module.enableCompileCache` does from Node 22 on: V8's code of the files in `dist` is kept for the next run. V8
 * itself refuses code that another version or other flags made. NODE_DISABLE_COMPILE_CACHE=1 switches it off, as in Node.
 */
export function keepCompiledCode(dist) {
  if (process.env.NODE_DISABLE_COMPILE_CACHE) return;
  const { build } = JSON.parse(readFileSync(join(dist, 'package.json'), 'utf8'));
  const file = join(folder(), `${build}-${process.version}-${process.arch}`);
  const known = read(file);
  const scripts = new Map();
  let isNew = false;
  const require = createRequire(import.meta.url);
  require.extensions['.js'] = (module, filename) => {
    const cachedData = known.get(filename);
    const script = new Script(Module.wrap(readFileSync(filename, 'utf8')), { filename, cachedData });
    isNew ||= cachedData === undefined || script.cachedDataRejected;
    scripts.set(filename, script);
    script.runInThisContext().call(module.exports, module.exports, createRequire(filename), module, filename, dist);
  };
  process.once('exit', () => {
    if (!isNew) return;
    // only now, so that functions which were compiled when they were first called are kept, too
    for (const [name, script] of scripts) known.set(name, script.createCachedData());
    try {
      write(file, known);
    } catch {
      // a read-only home costs the next run its head start and nothing else
    }
  });
}
