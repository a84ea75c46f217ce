/**
 * The way in of the single executable: it carries the npm package, lays it out once for a build where only the user may write, and runs it
 * from there. Without such a place it is laid out anew for each run.
 */
const {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} = require('node:fs');
const { createRequire } = require('node:module');
const { homedir, tmpdir } = require('node:os');
const { basename, dirname, join } = require('node:path');
const { getAsset, getRawAsset } = require('node:sea');

const { build, files } = JSON.parse(getAsset('index.json', 'utf8'));

function layOut(root) {
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true, mode: 0o700 });
    writeFileSync(join(root, file), Buffer.from(getRawAsset(file)), { mode: 0o600 });
  }
}

/** The package of this build in the user's cache; null where that cannot be written, or is not the user's own. */
function cached() {
  const parent = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'svc-doctor-single');
  const root = join(parent, build);
  try {
    mkdirSync(parent, { recursive: true, mode: 0o700 });
    if (process.getuid && statSync(parent).uid !== process.getuid()) return null;
    chmodSync(parent, 0o700);
    if (existsSync(root)) return root;
    const draft = mkdtempSync(join(parent, 'draft-'));
    layOut(draft);
    try {
      renameSync(draft, root);
    } catch {
      rmSync(draft, { recursive: true }); // another run was faster
    }
    return root;
  } catch {
    return null;
  }
}

function forThisRun() {
  const root = mkdtempSync(join(tmpdir(), 'svc-doctor-'));
  process.once('exit', () => rmSync(root, { recursive: true, force: true }));
  layOut(root);
  return root;
}

const root = cached() ?? forThisRun();
const { load } = createRequire(join(root, 'bin', 'run.js'))('./load.js');
const words = process.argv.slice(2);
const isAsked = basename(process.argv0).startsWith('kubectl_complete-');
if (isAsked) load('complete.js').completeMain(words, root);
else if (words[0] === '__complete') load('complete.js').completeMain(words.slice(1), root);
else load('main.js').main(words, root);
