/** `svc-doctor <TAB>` in the shells themselves, by the scripts that `completion SHELL` prints. What is not installed is skipped, and said. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RULES } from '../../src/rules/index.ts';
import { type Api, startApi } from '../api/server.ts';
import { run } from '../e2e/shell.ts';
import { objectsOf } from '../support/scenario.ts';
import { WELL } from '../support/shop.ts';
import { NO_TMUX, Tmux } from '../support/tmux.ts';

const ROOT = join(import.meta.dirname, '../..');

let folder = '';
let api: Api;
let env: Record<string, string> = {};
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'svc-doctor-shells-'));
  api = await startApi({ objects: objectsOf(WELL) });
  mkdirSync(join(folder, 'bin'));
  symlinkSync(join(ROOT, 'bin/run.js'), join(folder, 'bin/svc-doctor'));
  env = {
    HOME: folder,
    LANG: 'C.UTF-8',
    PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
    KUBECONFIG: api.kubeconfig(join(folder, 'config')),
    // the machine may be busy
    SVC_DOCTOR_COMPLETION_MS: '20000',
  };
});
afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Why the shell cannot be asked, or null; said once. */
function missing(shell: string, needsTerminal: boolean): string | null {
  const why = spawnSync(shell, ['--version']).error === undefined ? null : `${shell} is not installed`;
  const reason = why ?? (needsTerminal ? NO_TMUX : null);
  if (reason !== null) process.stderr.write(`SKIPPED completion in ${shell}: ${reason}\n`);
  return reason;
}

const SELECTOR_RULES = RULES.filter(({ id }) => id.startsWith('SEL-00'));

/** The shell in a terminal; what is typed stands behind the prompt `> `. */
interface Typist {
  shell: 'bash' | 'zsh';
  start: string;
  /** How the candidates are listed: by the second press, or by the first. */
  presses: number;
  listed: readonly string[];
}

const TYPISTS: readonly Typist[] = [
  {
    shell: 'bash',
    start: 'bash --norc --noprofile -i',
    presses: 2,
    listed: [SELECTOR_RULES.map(({ id }) => id).join('  ')],
  },
  {
    shell: 'zsh',
    start: 'zsh -f -i',
    presses: 1,
    listed: SELECTOR_RULES.map(({ id, title }) => `${id}  -- ${title}`),
  },
];

describe.each(TYPISTS)('$shell at a terminal', ({ shell, start, presses, listed }) => {
  const skipped = missing(shell, true) !== null;
  let tmux: Tmux;

  beforeAll(async () => {
    if (skipped) return;
    tmux = new Tmux(shell, `env PS1='> ' 'PATH=${env.PATH}' ${start}`, env);
    await tmux.shows(/[>$#%] *$/);
    const compinit = shell === 'zsh' ? "PROMPT='> '; autoload -Uz compinit; compinit -u -D; " : '';
    tmux.press(`PS1='> '; ${compinit}source <(svc-doctor completion ${shell}); cd; echo 'rea''dy'`, 'Enter');
    await tmux.shows(/ready/);
  });
  afterAll(() => {
    if (!skipped) tmux.close();
  });

  /** The screen after TAB behind the line, once it shows what is wanted. */
  async function tab(line: string, wanted: RegExp, times = 1): Promise<string> {
    tmux.press('C-u', 'C-l');
    await tmux.shows(/^> *$/);
    tmux.press('-l', line);
    tmux.press(...Array.from({ length: times }, () => 'Tab'));
    return tmux.shows(wanted);
  }

  test.skipIf(skipped)('several are listed', async () => {
    const text = await tab('svc-doctor explain SEL-', /SEL-007/, presses + 1);
    const rows = text.split('\n').slice(1, 1 + listed.length);
    expect(rows.map((row) => row.trimEnd())).toEqual(listed);
  });

  test.skipIf(skipped).each([
    ['svc-doctor -n sh', 'svc-doctor -n shop x'],
    ['svc-doctor --namespace=sh', 'svc-doctor --namespace=shop x'],
    ['svc-doctor -n shop w', 'svc-doctor -n shop web x'],
    ['svc-doctor web --fail-on cr', 'svc-doctor web --fail-on critical x'],
    ['svc-doctor expl', 'svc-doctor explain x'],
    ['svc-doctor web --from depl', 'svc-doctor web --from deploy/x'],
    ['svc-doctor --only SEL-001,SEL-006,PRT-01', 'svc-doctor --only SEL-001,SEL-006,PRT-01x'],
    ['svc-doctor web --kubeconfig conf', 'svc-doctor web --kubeconfig config x'],
  ])('%s', async (line, whole) => {
    await tab(line, new RegExp(`> ${whole.replace(/ ?x$/, '')}`));
    tmux.press('-l', 'x');
    const text = await tmux.shows(/x$/m);
    expect(text.split('\n')[0]?.replace(/^> /, '')).toBe(whole);
  });
});

describe('fish', () => {
  const skipped = missing('fish', false) !== null;
  const tab = async (line: string): Promise<string[]> => {
    const words = `source (svc-doctor completion fish | psub); cd; complete -C '${line}'`;
    const { code, stdout, stderr } = await run(`fish --no-config -c "${words}"`, { env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout.trimEnd().split('\n');
  };

  test.skipIf(skipped)('what it lists', async () => {
    expect(await tab('svc-doctor explain SEL-00')).toEqual(SELECTOR_RULES.map(({ id, title }) => `${id}\t${title}`));
  });

  test.skipIf(skipped).each([
    ['svc-doctor -n sh', ['shop']],
    ['svc-doctor --namespace=sh', ['--namespace=shop']],
    ['svc-doctor -n shop w', ['web\tClusterIP 80']],
    ['svc-doctor web --fail-on cr', ['critical']],
    ['svc-doctor web --kubeconfig conf', ['config']],
    ['svc-doctor -n no-such w', ['']],
  ])('%s', async (line, offered) => {
    expect(await tab(line)).toEqual(offered);
  });
});
