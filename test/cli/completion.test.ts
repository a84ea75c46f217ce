/** The TAB key: in process against an API server, then as kubectl asks. How the shells ask is in shells.test.ts. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { complete } from '../../src/cli/completion/candidates.ts';
import { lookupFor } from '../../src/cli/completion/lookup.ts';
import { commandLine } from '../../src/main.ts';
import { RULES } from '../../src/rules/index.ts';
import { type Api, startApi } from '../api/server.ts';
import { run } from '../e2e/shell.ts';
import { objectsOf } from '../support/scenario.ts';
import { WELL } from '../support/shop.ts';

const ROOT = join(import.meta.dirname, '../..');
const LINE = commandLine();
/** Whoever really waits gives up sooner; the machine may be busy. */
const PATIENCE_MS = 20_000;

let folder = '';
let api: Api;
let KUBECONFIG = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'svc-doctor-tab-'));
  api = await startApi({ objects: objectsOf(WELL) });
  KUBECONFIG = api.kubeconfig(join(folder, 'config'));
  mkdirSync(join(folder, 'bin'));
  for (const [name, file] of [
    ['svc-doctor', 'run.js'],
    ['kubectl-svc_doctor', 'run.js'],
    ['kubectl_complete-svc_doctor', 'complete.js'],
  ] as const)
    symlinkSync(join(ROOT, 'bin', file), join(folder, 'bin', name));
});
afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The values offered and the directive, without descriptions. */
async function tab(words: readonly string[], env: NodeJS.ProcessEnv = { KUBECONFIG }): Promise<string> {
  const lookup = lookupFor({ env: { HOME: folder, ...env }, root: ROOT, patienceMs: PATIENCE_MS });
  return (await complete(words, LINE, lookup)).replace(/\t.*$/gm, '').trimEnd().replaceAll('\n', ' ');
}

const COMMANDS = [...Object.keys(LINE), 'help'].join(' ');

describe('what may stand next', () => {
  test.each<[string[], string]>([
    [[''], `${COMMANDS} web :4`],
    [['we'], 'web :4'],
    [['svc/'], 'svc/web :4'],
    [['diagnose', ''], 'web :4'],
    [['web', ''], ':4'],
    [['-n', 'kube-system', ''], 'kube-dns :4'],
    [['--namespace=kube-system', 'snapshot', ''], 'kube-dns :4'],
    [['-n', 'no-such', ''], ':4'],
    [['-n', 'sh'], 'shop :4'],
    [['--namespace=sh'], 'shop :4'],
    [['--wait', 'w'], 'web :4'],
    [['--wait', '30s', 'w'], 'web :4'],
    [['web', '--context', ''], 'test :4'],
    [['web', '--cluster', 't'], 'test :4'],
    [['--fail-on', 'cr'], 'critical :4'],
    [['--symptom=n'], 'nxdomain :4'],
    [['--from', ''], 'pod/ deploy/ sts/ ds/ :6'],
    [['--from', 'deploy/'], 'deploy/web :4'],
    [['--from', 'shop/deploy/w'], 'shop/deploy/web :4'],
    [['--only', 'SEL-00'], 'SEL-001 SEL-005 SEL-006 SEL-007 :6'],
    [['--skip', 'SEL-001,sel-005,SEL-0'], 'SEL-001,sel-005,SEL-005 SEL-001,sel-005,SEL-006 SEL-001,sel-005,SEL-007 :6'],
    [['--snapshot', ''], ':0'],
    [['--kubeconfig', ''], ':0'],
    [['--token', ''], ':4'],
    [['web', '--request'], '--request-timeout :4'],
    [['web', '--request-timeout', '1s', '--request'], ':4'],
    [['web', '--as-group', 'a', '--as-g'], '--as-group :4'],
    [['rules', '-'], '--output --no-headers --verbose --help :4'],
    [['explain', 'SEL-001'], 'SEL-001 :4'],
    [['explain', 'SEL-001', ''], ':4'],
    [['demo', 'sel'], 'selector-typo :4'],
    [['completion', ''], 'bash zsh fish :4'],
    [['help', 'ru'], 'rules :4'],
    [['--', '-'], ':4'],
    [[], `${COMMANDS} web :4`],
  ])('%j', async (words, offered) => {
    expect(await tab(words)).toBe(offered);
  });

  test('every rule, by its id', async () => {
    expect(await tab(['explain', ''])).toBe(`${RULES.map(({ id }) => id).join(' ')} :4`);
  });

  test('descriptions stand behind a tab', async () => {
    const lookup = lookupFor({ env: { HOME: folder, KUBECONFIG }, root: ROOT, patienceMs: PATIENCE_MS });
    expect(await complete(['web', '--sym'], LINE, lookup)).toBe('--symptom\twhat callers see; reorders causes\n:4\n');
    expect(await complete(['w'], LINE, lookup)).toBe('web\tClusterIP 80\n:4\n');
  });
});

describe('a cluster that is away, or does not let us in', () => {
  test.each([
    ['no kubeconfig', { KUBECONFIG: '/no/such/file' }],
    ['nobody listens', { KUBECONFIG: 'refused' }],
  ])('%s: commands are offered all the same', async (_, env) => {
    const file = join(folder, 'refused');
    writeFileSync(
      file,
      '{clusters: [{name: a, cluster: {server: "http://127.0.0.1:9"}}], contexts: [{name: a, context: {cluster: a}}], current-context: a}',
    );
    expect(await tab([''], env.KUBECONFIG === 'refused' ? { KUBECONFIG: file } : env)).toBe(`${COMMANDS} :4`);
  });

  test('it never answers: commands are offered all the same, and nothing is on stderr', async () => {
    const silent = await startApi({ faults: [{ path: '/', fault: 'hang' }] });
    try {
      const env = { HOME: folder, KUBECONFIG: silent.kubeconfig(join(folder, 'silent')) };
      const { code, stdout, stderr } = await run(`exec node ${join(ROOT, 'bin/complete.js')} ru`, { env });
      expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'rules\tlist every rule\n:4\n', stderr: '' });
      expect(silent.requests.length).toBeLessThanOrEqual(1);
    } finally {
      await silent.close();
    }
  });

  test('it is asked once, and left alone when the time is over', async () => {
    const silent = await startApi({ faults: [{ path: '/', fault: 'hang' }] });
    try {
      const env = { HOME: folder, KUBECONFIG: silent.kubeconfig(join(folder, 'silent')) };
      const lookup = lookupFor({ env, root: ROOT, patienceMs: 1_000 });
      expect(await complete(['ru'], LINE, lookup)).toBe('rules\tlist every rule\n:4\n');
      expect(silent.requests.map(({ path }) => path)).toEqual(['/api/v1/namespaces/shop/services?limit=500']);
    } finally {
      await silent.close();
    }
  });
});

const MISSING = spawnSync('kubectl', ['version', '--client']).status === 0 ? null : 'kubectl is not installed';
if (MISSING !== null) process.stderr.write(`SKIPPED completion by kubectl: ${MISSING}\n`);

test.skipIf(MISSING !== null)("kubectl's own completion asks us", async () => {
  const env = {
    HOME: folder,
    KUBECONFIG,
    PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
    SVC_DOCTOR_COMPLETION_MS: String(PATIENCE_MS),
  };
  const asked = async (words: string) => {
    const { code, stdout } = await run(`kubectl __complete svc-doctor ${words}`, { env });
    return { code, stdout };
  };
  expect(await asked("''")).toEqual({
    code: 0,
    stdout: `${Object.entries(LINE)
      .map(([name, { summary }]) => `${name}\t${summary}\n`)
      .join('')}help\thelp on a command\nweb\tClusterIP 80\n:4\n`,
  });
  expect(await asked('-n sh')).toEqual({ code: 0, stdout: 'shop\n:4\n' });
  expect(await asked('--only SEL-001,SEL-00')).toEqual({
    code: 0,
    stdout: RULES.filter(({ id }) => /^SEL-00[5-9]/.test(id))
      .map(({ id, title }) => `SEL-001,${id}\t${title}\n`)
      .join('')
      .concat(':6\n'),
  });
});
