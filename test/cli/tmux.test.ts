/** A person at a terminal: types, reads the screen, interrupts. Needs tmux. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Api, startApi } from '../api/server.ts';
import { objectsOf } from '../support/scenario.ts';

const ROOT = join(import.meta.dirname, '../..');
const MISSING = spawnSync('tmux', ['-V']).error !== undefined;
if (MISSING) process.stderr.write('SKIPPED the terminal: tmux is not installed\n');

const WELL = objectsOf({ title: 'well', kind: 'silent', expect: {} });
const ILL = objectsOf({
  title: 'ill',
  kind: 'firing',
  change: { 'Service/web': { spec: { selector: { app: 'wbe' } } } },
  expect: {},
});

let folder = '';
let api: Api;
const socket = `svc-doctor-${process.pid}`;

function tmux(...words: string[]): string {
  const { status, stdout, stderr } = spawnSync('tmux', ['-L', socket, '-f', '/dev/null', ...words], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`tmux ${words.join(' ')}: ${stderr}`);
  return stdout;
}

function screen(): string {
  return tmux('capture-pane', '-p', '-t', 'main').trimEnd();
}

/** Until the screen shows it; fails with what it shows instead. */
async function shows(wanted: RegExp): Promise<string> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    const text = screen();
    if (wanted.test(text)) return text;
    if (Date.now() > deadline) throw new Error(`the screen does not show ${wanted}:\n${text}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Types on an empty screen; the exit code is printed behind it. */
function type(line: string): void {
  tmux('send-keys', '-t', 'main', `clear; ${line}; echo "exit $?"`, 'Enter');
}

describe.skipIf(MISSING)('at a terminal', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'svc-doctor-tmux-'));
    api = await startApi({ objects: ILL });
    mkdirSync(join(folder, 'bin'));
    symlinkSync(join(ROOT, 'bin/run.js'), join(folder, 'bin/svc-doctor'));
    const env = {
      HOME: folder,
      LANG: 'C.UTF-8',
      PS1: '$ ',
      ENV: '',
      KUBECONFIG: api.kubeconfig(join(folder, 'config')),
    };
    const path = `${join(folder, 'bin')}:${process.env.PATH}`;
    const set = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
    tmux(
      'new-session',
      '-d',
      '-s',
      'main',
      '-x',
      '80',
      '-y',
      '24',
      ...set,
      `env -u CI -u NO_COLOR -u NODE_ENV 'PATH=${path}' sh`,
    );
    await shows(/[$#] *$/);
  });
  afterAll(async () => {
    tmux('kill-server');
    await api.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('a wrong name of a Service is answered with the right one', async () => {
    type('svc-doctor wbe -n shop');
    const text = await shows(/exit 1/);
    expect(text).toMatch(/✗ there is no Service wbe in shop/);
    expect(text).toMatch(/Service web exists in shop/);
  });

  test('an unknown flag is answered with the right one', async () => {
    type('svc-doctor web --namspace shop');
    expect(await shows(/exit 2/)).toMatch(/unknown flag --namspace; did you mean --namespace\?/);
  });

  test('who waits is told what for, and Ctrl-C ends it at once with 130', async () => {
    api.faults.push({ path: '/pods', fault: 'hang', left: 99 });
    type('svc-doctor web -n shop');
    await shows(/reading http:\/\/127\.0\.0\.1:\d+/);
    const at = Date.now();
    tmux('send-keys', '-t', 'main', 'C-c');
    await shows(/exit 130/);
    expect(Date.now() - at).toBeLessThan(5_000);
    api.faults.length = 0;
  });

  test('--watch draws the screen anew when something changes', async () => {
    type('svc-doctor web -n shop -w');
    await shows(/✗ shop\/web does not work[\s\S]*watching \d+ lists/);
    while (api.changes.watchers < 5) await new Promise((resolve) => setTimeout(resolve, 20));
    api.changes.replace(WELL);
    const text = await shows(/✓ shop\/web works/);
    expect(text).not.toMatch(/does not work/);
    expect(text).toMatch(/Ctrl-C ends/);
    tmux('send-keys', '-t', 'main', 'C-c');
    await shows(/exit 130/);
  });
});
