/** The bundle as it ships: what it loads for what, and what it does against a server. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Api, type ApiOptions, startApi } from '../api/server.ts';
import { expectGolden } from '../report/golden.ts';
import { program } from '../support/program.ts';
import { objectsOf } from '../support/scenario.ts';
import { ILL } from '../support/shop.ts';

const ROOT = join(import.meta.dirname, '../..');
const DIST = join(ROOT, 'dist');

/** The text of every file that is loaded before the program begins. */
function loadedAtOnce(entry: string, seen = new Set<string>()): Set<string> {
  if (seen.has(entry)) return seen;
  seen.add(entry);
  const text = readFileSync(join(DIST, entry), 'utf8');
  // esbuild writes what is loaded later as `.then(() => wrap(require(…)))`
  for (const [, file] of text.matchAll(/(?<!\()require\("\.\/([^"]+\.js)"\)/g)) loadedAtOnce(file ?? '', seen);
  return seen;
}

const HEAVY = [
  ['@kubernetes/client-node', 'applyToHTTPSOptions'],
  ['ora', 'discardStdin'],
  ['yaml', 'BLOCK_FOLDED'],
  ['the transport', 'createSecureContext'],
  ['the rules', 'selector-matches-no-pods'],
] as const;

describe.each([
  ['help loads nothing that only a diagnosis needs', 'main.js', HEAVY],
  [
    'nor does the TAB key, which needs no parser of command lines either',
    'complete.js',
    [...HEAVY, ['oclif', 'additionalHelpFlags'] as const],
  ],
])('%s', (_, entry, heavy) => {
  const early = loadedAtOnce(entry);
  const files = readdirSync(DIST).filter((file) => file.endsWith('.js'));
  test.each(heavy)('%s', (_name, mark) => {
    const holders = files.filter((file) => readFileSync(join(DIST, file), 'utf8').includes(mark));
    expect({ somewhere: holders.length > 0, early: holders.filter((file) => early.has(file)) }).toEqual({
      somewhere: true,
      early: [],
    });
  });
});

describe('the whole bundle', () => {
  const files = readdirSync(DIST).filter((file) => file.endsWith('.js'));

  test("nobody loads client-node's generated API or its HTTP stack", () => {
    const all = files.map((file) => readFileSync(join(DIST, file), 'utf8')).join('\n');
    expect(
      ['listNamespacedPodWithHttpInfo', 'ObjectSerializer', 'MockAgent'].filter((mark) => all.includes(mark)),
    ).toEqual([]);
  });
});

interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

let folder = '';
const open: Api[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'svc-doctor-bundle-'));
});
afterAll(async () => {
  for (const api of open) await api.close();
  rmSync(folder, { recursive: true, force: true });
});

async function server(options: ApiOptions): Promise<Api & { config: string }> {
  const api = await startApi(options);
  open.push(api);
  return { ...api, config: api.kubeconfig(join(folder, `config-${open.length}`)) };
}

function start(words: readonly string[], kubeconfig: string): { ended: Promise<Ran>; interrupt(): void } {
  const env = { PATH: process.env.PATH, HOME: folder, LANG: 'C.UTF-8', KUBECONFIG: kubeconfig };
  const child = spawn(process.execPath, [join(ROOT, 'bin/run.js'), ...words], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ran>((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
  return { ended, interrupt: () => child.kill('SIGINT') };
}

function run(words: readonly string[], kubeconfig = '/no/such/file'): Promise<Ran> {
  return start(words, kubeconfig).ended;
}

test('a cluster over TLS is diagnosed, and a saved snapshot gives the same answer', async () => {
  const { config } = await server({ objects: objectsOf(ILL), tls: true, auth: { certificate: true } });
  const live = await run(['web', '-n', 'shop'], config);
  expect({ code: live.code, first: live.stdout.split('\n')[0], stderr: live.stderr }).toEqual({
    code: 1,
    first: '✗ shop/web does not work: its selector matches no Pod          SEL-001 · certain',
    stderr: '',
  });
  const file = join(folder, 'saved.json');
  expect(await run(['snapshot', 'web', '-n', 'shop', '-o', file], config)).toEqual({
    code: 0,
    stdout: '',
    stderr: `saved ${file}; diagnose it: kubectl svc-doctor --snapshot ${file}\n`,
  });
  expect(await run(['--snapshot', file])).toEqual(live);
  const saved = await run(['--snapshot', file, '-o', 'json']);
  const { source: _, ...fromFile } = JSON.parse(saved.stdout);
  const { source, ...fromCluster } = JSON.parse((await run(['web', '-n', 'shop', '-o', 'json'], config)).stdout);
  expect(fromFile).toEqual(fromCluster);
  expect(source.kind).toBe('live');
});

test('Ctrl-C in the middle of a run ends it at once with 130, and nothing half-said', async () => {
  const { config, requests } = await server({ objects: objectsOf(ILL), faults: [{ path: '/pods', fault: 'hang' }] });
  const { ended, interrupt } = start(['web', '-n', 'shop'], config);
  while (!requests.some(({ path }) => path.includes('/pods'))) await new Promise((resolve) => setTimeout(resolve, 20));
  interrupt();
  // the server still holds the request
  expect(await ended).toEqual({ code: 130, stdout: '', stderr: '' });
});

describe('what needs no cluster', () => {
  const alone = (words: readonly string[]) =>
    program(words, { env: { PATH: process.env.PATH, HOME: folder, LANG: 'C.UTF-8', KUBECONFIG: '/no/such/file' } });

  const incidents = readdirSync(join(ROOT, 'fixtures/incidents')).map((file) => file.replace(/\.json$/, ''));
  test.each(incidents)('demo %s', async (name) => {
    const { code, stdout, stderr } = await alone(['demo', name]);
    expect(code).toBe(0);
    // every new rule changes how many there are
    expectGolden(`demo.${name}.txt`, stderr + stdout.replace(/\d+ (?=passed|not applicable)/g, 'N '));
  });

  test.each(['SVC-001', 'pods-in-other-namespace'])('explain %s', async (rule) => {
    const { code, stdout, stderr } = await alone(['explain', rule]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expectGolden(`explain.${rule}.txt`, stdout);
  });

  test('help', async () => {
    const { code, stdout, stderr } = await alone(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expectGolden('help.txt', stdout.replace(/kubectl-svc-doctor\/\S+ .*/, 'kubectl-svc-doctor/VERSION PLATFORM'));
  });
});

describe('text and compiled code are kept', () => {
  const home = (): string => join(folder, '.cache', 'svc-doctor');
  const kept = (): { name: string; bytes: Buffer }[] =>
    readdirSync(home()).map((name) => ({ name, bytes: readFileSync(join(home(), name)) }));

  test('once, and for the next run', async () => {
    rmSync(home(), { recursive: true, force: true });
    const first = await start(['explain', 'SVC-001'], '').ended;
    const made = kept();
    const second = await start(['explain', 'SVC-001'], '').ended;
    expect(made).toHaveLength(1);
    expect(second).toEqual(first);
    expect(kept()).toEqual(made);
  });

  test.each([
    ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ['empty', () => Buffer.alloc(0)],
    ['of other code', (bytes: Buffer) => Buffer.alloc(bytes.length, 7)],
  ])('a file that is %s does no harm', async (_, damage) => {
    const whole = await start(['explain', 'SVC-001'], '').ended;
    const [file] = kept();
    if (file === undefined) throw new Error('nothing was kept');
    writeFileSync(join(home(), file.name), damage(file.bytes));
    expect(await start(['explain', 'SVC-001'], '').ended).toEqual(whole);
    expect(kept().map(({ name, bytes }) => ({ name, whole: bytes.length > 0 }))).toEqual([
      { name: file.name, whole: true },
    ]);
  });
});
