import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { judge } from '../../src/engine/engine.ts';
import { LIMITS } from '../../src/engine/limits.ts';
import { human } from '../../src/report/human.ts';
import { RULES } from '../../src/rules/index.ts';
import { loadSnapshot, saveSnapshot } from '../../src/sources/snapshot/file.ts';
import { program } from '../support/program.ts';
import { type Scenario, snapshotOf } from '../support/scenario.ts';

const ENV = {
  PATH: process.env.PATH,
  HOME: tmpdir(),
  LANG: 'C.UTF-8',
  KUBECONFIG: join(tmpdir(), 'no-such-kubeconfig'),
};
let folder = '';

async function run(...words: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await program(words, { env: ENV });
  return { status: code, stdout, stderr: stderr.replaceAll(folder, 'FOLDER') };
}

function save(name: string, scenario: Partial<Scenario>): string {
  const file = join(folder, `${name}.json`);
  writeFileSync(file, saveSnapshot(snapshotOf({ title: name, kind: 'firing', expect: {}, ...scenario } as Scenario)));
  return file;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'svc-doctor-run-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('an ill Service is exit 1, with the answer alone on stdout', async () => {
  const file = save('ill', { change: { 'Service/web': { spec: { selector: { app: 'wbe' } } } } });
  const { status, stdout, stderr } = await run('--snapshot', file, '--only', 'selector-matches-no-pods');
  const judgement = judge(loadSnapshot(readFileSync(file, 'utf8'), file), RULES, {
    failOn: 'high',
    allowUnknown: false,
    symptom: null,
    only: ['SEL-001'],
    skip: [],
    severity: null,
  });
  const drawn = human(judgement, { colour: false, width: 80, ascii: false, verbose: false, headers: true });
  expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: drawn, stderr: '' });
  expect((await run('web.shop', '--snapshot', file, '--fail-on', 'never')).status).toBe(0);
});

it('a healthy Service is exit 0', async () => {
  const { status, stderr } = await run('--snapshot', save('well', {}), '--only', 'SEL-001');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

it('-A is about every Service, -l about some, and neither takes a name', async () => {
  const file = save('all', {});
  const names = (...words: string[]) => run('--snapshot', file, '-o', 'json', ...words);
  const services = (text: string): string[] =>
    (JSON.parse(text).services as { namespace: string; name: string }[]).map((one) => `${one.namespace}/${one.name}`);
  expect(services((await names('-A')).stdout)).toEqual(['kube-system/kube-dns', 'shop/web']);
  expect(services((await names('-A', '-l', 'app in (web,api)')).stdout)).toEqual(['shop/web']);
  expect(await names('-A', 'web')).toMatchObject({
    status: 2,
    stderr:
      'error: -A takes no SERVICE: it is about all of them\nhint:  name Services, or leave the names out and choose with -n, -A and -l\n',
  });
  expect(await names('-l', 'app~web')).toMatchObject({
    status: 2,
    stderr:
      'error: -l app~web is no label selector: "app~web"\nhint:  write -l app=web,tier!=cache or -l \'tier in (a,b)\'\n',
  });
});

it('that no logs are read for a whole cluster stands in the report, and beside one that has a line for each Service', async () => {
  const file = save('logs', {});
  const text =
    'healthy is as far as lists tell: logs of Pods are not read for a whole cluster; name a Service to have them read';
  const of = (format: string) => run('--snapshot', file, '--only', 'SEL-001', '-A', '-o', format);
  expect(JSON.parse((await of('json')).stdout).limits).toEqual([{ id: 'MET-007', text }]);
  const human = await of('human');
  expect({ ...human, stdout: human.stdout.replace(/\s+/g, ' ') }).toEqual({
    status: 0,
    stdout: expect.stringContaining(`${text} (MET-007)`),
    stderr: '',
  });
  const note = `note: ${text} (MET-007)\n`;
  expect((await of('table')).stderr).toBe(note);
  expect(await of('name')).toEqual({ status: 0, stdout: '', stderr: note });
});

it('an open question is exit 3, unless it is allowed', async () => {
  const file = save('denied', { deny: ['pods'] });
  expect((await run('--snapshot', file, '--only', 'SEL-001')).status).toBe(3);
  expect((await run('--snapshot', file, '--only', 'SEL-001', '--allow-unknown')).status).toBe(0);
});

it.each([
  [
    ['--namspace', 'x'],
    'error: unknown flag --namspace; did you mean --namespace?\nhint:  all flags: kubectl svc-doctor diagnose --help\n',
  ],
  [['--symptom', 'slow'], 'error: --symptom slow is not one of refused, timeout, nxdomain, 5xx, intermittent\n'],
  [
    ['--snapshot', '/no/such/file'],
    'error: there is no file /no/such/file\nhint:  make one with: kubectl svc-doctor snapshot SERVICE -o FILE\n',
  ],
  [
    ['explain', 'selector-matches-no-pod'],
    'error: there is no rule selector-matches-no-pod; did you mean selector-matches-no-pods?\nhint:  all rules: kubectl svc-doctor rules\n',
  ],
])('%j is exit 2 and says what is wrong', async (words, stderr) => {
  expect(await run(...words)).toEqual({ status: 2, stdout: '', stderr });
});

it('lists every rule, its special cases and other ids, and the limits of the doctor', async () => {
  expect(await run('rules', '-o', 'name')).toEqual({
    status: 0,
    stdout: [
      ...RULES.flatMap(({ id, reasons, aliases }) => [id, ...Object.keys(reasons ?? {}), ...(aliases ?? [])]),
      ...LIMITS.map(({ id }) => id),
    ]
      .map((id) => `${id}\n`)
      .join(''),
    stderr: '',
  });
});

it('lists them for programs, the same in both formats', async () => {
  const asJson = await run('rules', '-o', 'json');
  const asYaml = await run('rules', '-o', 'yaml');
  const special = RULES.filter(({ id }) => id === 'SVC-001').flatMap(({ reasons }) => Object.keys(reasons ?? {}));
  expect(JSON.parse(asJson.stdout).filter(({ of }: { of: string | null }) => of === 'SVC-001')).toMatchObject(
    special.map((id) => ({ id, of: 'SVC-001' })),
  );
  expect({ ...asYaml, stdout: parse(asYaml.stdout) }).toEqual({ ...asJson, stdout: JSON.parse(asJson.stdout) });
});
