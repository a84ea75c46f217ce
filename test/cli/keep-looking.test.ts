/** `--wait` and `--watch` as a person runs them, against an API server whose objects change. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, startApi } from '../api/server.ts';
import { objectsOf } from '../support/scenario.ts';
import { ILL, WELL } from '../support/shop.ts';

const BIN = join(import.meta.dirname, '../../bin/run.js');

let folder = '';
let api: Api;
let KUBECONFIG = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'svc-doctor-wait-'));
  api = await startApi({ objects: objectsOf(ILL) });
  KUBECONFIG = api.kubeconfig(join(folder, 'config'));
});
afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Running {
  /** Resolves when that has been printed. */
  says(text: string): Promise<void>;
  interrupt(): void;
  ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

function start(words: readonly string[]): Running {
  const env = { PATH: process.env.PATH, HOME: folder, LANG: 'C.UTF-8', KUBECONFIG };
  const child = spawn(process.execPath, [BIN, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return {
    async says(text) {
      while (!stdout.includes(text) && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20));
    },
    interrupt: () => child.kill('SIGINT'),
    ended: new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr }))),
  };
}

async function watching(): Promise<void> {
  while (api.changes.watchers < 5) await new Promise((resolve) => setTimeout(resolve, 20));
}

test('--wait ends with 0 when the fault is repaired, and prints the healthy diagnosis alone', async () => {
  api.changes.replace(objectsOf(ILL));
  const { ended } = start(['web', '--wait=50s']);
  await watching();
  api.changes.replace(objectsOf(WELL));
  const { code, stdout, stderr } = await ended;
  expect({ code, first: stdout.split('\n')[0], stderr }).toEqual({
    code: 0,
    first: expect.stringMatching(/^✓ shop\/web works/),
    stderr: '',
  });
});

test('--wait prints the last diagnosis at the deadline, with its exit code', async () => {
  api.changes.replace(objectsOf(ILL));
  const { code, stdout, stderr } = await start(['web', '--wait', '2s']).ended;
  expect({ code, first: stdout.split('\n')[0], stderr }).toEqual({
    code: 1,
    first: '✗ shop/web does not work: its selector matches no Pod          SEL-001 · certain',
    stderr: 'not healthy after 2 s\n',
  });
});

test('--watch on a pipe: a line for each change, and Ctrl-C ends it at once with 130', async () => {
  api.changes.replace(objectsOf(ILL));
  const { says, interrupt, ended } = start(['web', '-w']);
  await says('does not work');
  await watching();
  api.changes.replace(objectsOf(WELL));
  await says('works');
  interrupt();
  const { code, stdout, stderr } = await ended;
  expect({ code, stderr, lines: stdout.split('\n').map((line) => line.replace(/^\S+Z {2}/, '')) }).toEqual({
    code: 130,
    stderr: '',
    lines: [
      'ill  shop/web does not work: its selector matches no Pod  SEL-001',
      expect.stringMatching(/^healthy {2}shop\/web works/),
      '',
    ],
  });
});

test.each([
  [
    ['--watch', '-o', 'table'],
    'error: --watch cannot print table\nhint:  a line for each change: -o human; an object for each: -o json\n',
  ],
  [['--wait=soon'], 'error: --wait soon is not a duration\nhint:  write it like 30s, 2m or 1m30s\n'],
  [['--wait', '--snapshot', 'x'], 'error: --snapshot=x cannot also be provided when using --wait\n'],
])('%j is exit 2', async (words, stderr) => {
  expect(await start(words).ended).toEqual({ code: 2, stdout: '', stderr });
});

// peers 78
test('what the API server warns of is no concern of who asks why a Service fails', async () => {
  const spec = { type: 'ClusterIP', clusterIP: '10.96.45.211', clusterIPs: ['10.96.45.211'], ports: [{ port: 80 }] };
  const db = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'db', namespace: 'shop' }, spec };
  api.changes.replace([...objectsOf(WELL), db]);
  const asked = api.requests.length;
  const { code, stderr } = await start(['db', '-n', 'shop']).ended;
  const read = api.requests.slice(asked).map(({ path }) => path);
  expect({ code, stderr, isWarned: read.some((path) => path.endsWith('/endpoints/db')) }).toEqual({
    code: 1,
    stderr: '',
    isWarned: true,
  });
});
