/** A person at a terminal: types, reads the screen, interrupts. Needs tmux. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Api, startApi } from '../api/server.ts';
import { objectsOf } from '../support/scenario.ts';
import { ILL, WELL } from '../support/shop.ts';
import { NO_TMUX, Tmux } from '../support/tmux.ts';

const ROOT = join(import.meta.dirname, '../..');
if (NO_TMUX !== null) process.stderr.write(`SKIPPED the terminal: ${NO_TMUX}\n`);

let folder = '';
let api: Api;
let tmux: Tmux;

/** Types on an empty screen; the exit code is printed behind it. */
function type(line: string): void {
  tmux.press(`clear; ${line}; echo "exit $?"`, 'Enter');
}

describe.skipIf(NO_TMUX !== null)('at a terminal', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'svc-doctor-tmux-'));
    api = await startApi({ objects: objectsOf(ILL) });
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
    tmux = new Tmux('person', `env -u CI -u NO_COLOR -u NODE_ENV 'PATH=${path}' sh`, env);
    await tmux.shows(/[$#] *$/);
  });
  afterAll(async () => {
    tmux.close();
    await api.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('a wrong name of a Service is answered with the right one', async () => {
    type('svc-doctor wbe -n shop');
    const text = await tmux.shows(/exit 1/);
    expect(text).toMatch(/✗ there is no Service wbe in shop/);
    expect(text).toMatch(/Service web exists in shop/);
  });

  test('an unknown flag is answered with the right one', async () => {
    type('svc-doctor web --namspace shop');
    expect(await tmux.shows(/exit 2/)).toMatch(/unknown flag --namspace; did you mean --namespace\?/);
  });

  test('who waits is told what for, and Ctrl-C ends it at once with 130', async () => {
    api.faults.push({ path: '/pods', fault: 'hang', left: 99 });
    type('svc-doctor web -n shop');
    await tmux.shows(/reading http:\/\/127\.0\.0\.1:\d+/);
    tmux.press('C-c');
    // the server still holds every request
    await tmux.shows(/exit 130/);
    api.faults.length = 0;
  });

  test('--watch draws the screen anew when something changes', async () => {
    type('svc-doctor web -n shop -w');
    await tmux.shows(/✗ shop\/web does not work[\s\S]*watching \d+ lists/);
    while (api.changes.watchers < 5) await new Promise((resolve) => setTimeout(resolve, 20));
    api.changes.replace(objectsOf(WELL));
    const text = await tmux.shows(/✓ shop\/web works/);
    expect(text).not.toMatch(/does not work/);
    expect(text).toMatch(/Ctrl-C ends/);
    tmux.press('C-c');
    await tmux.shows(/exit 130/);
  });
});
