const { readFileSync } = require('node:fs');
const { wrap } = require('node:module');
const { dirname, join, sep } = require('node:path');
const { Script } = require('node:vm');
const { kept } = require('./kept-code.js');

const root = dirname(__dirname);
const DIST = join(root, 'dist');

/**
 * A part of the bundle by its name, with what an earlier run kept of it: its text beside the code that V8 made of it, so that a run opens
 * one file in place of forty. Modules know each other by `./name.js`; oclif asks for one by its whole path.
 */
function loader() {
  const code = kept(DIST);
  const modules = new Map();
  const nameOf = (id) =>
    id.startsWith('./') ? id.slice(2) : id.startsWith(DIST + sep) ? id.slice(DIST.length + 1) : null;
  const load = (name) => {
    const known = modules.get(name);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    modules.set(name, module);
    const filename = join(DIST, name);
    const { text, cachedData } = code.of(name) ?? { text: readFileSync(filename, 'utf8') };
    const script = new Script(wrap(text), { filename, cachedData });
    code.ran(name, text, script);
    script.runInThisContext().call(module.exports, module.exports, requireFrom, module, filename, DIST);
    return module.exports;
  };
  const requireFrom = (id) => {
    const name = nameOf(id);
    return name === null ? require(id) : load(name);
  };
  return load;
}

module.exports = { load: loader(), root };
