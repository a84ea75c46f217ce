/** The action, the hooks and docs/ci.md: everything that they would run is run, over the broken example. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../src/cli/suppression-file.ts';
import { readIgnore } from '../../src/model/ignore-annotation.ts';

const ROOT = join(import.meta.dirname, '../..');
const PAGE = readFileSync(join(ROOT, 'docs/ci.md'), 'utf8');
const BLOCKS = [...PAGE.matchAll(/^## (.+)\n(?:(?!^## )[\s\S])*?```(yaml|sh)\n([\s\S]*?)```/gm)];

/** The first block below a heading. */
function block(heading: string): string {
  const found = BLOCKS.find(([, title]) => title === heading);
  if (found === undefined) throw new Error(`docs/ci.md has no block below ${heading}`);
  return found[3] ?? '';
}

/** All blocks of a language below a heading. */
function blocks(heading: string, language: string): string[] {
  const section = PAGE.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  return [...section.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text = '']) => text);
}

function yaml<T>(text: string): T {
  return parse(text) as T;
}

test('no block of the page is left out: each heading with one has a test', () => {
  const headings = PAGE.split(/^## /m)
    .slice(1)
    .flatMap((section) => (/```(?!text)\w/.test(section) ? [section.split('\n')[0]] : []));
  expect(headings).toEqual([
    'GitHub',
    'GitLab',
    'Argo CD',
    'pre-commit',
    'Helm and kustomize',
    'When a finding is meant',
  ]);
});

/** A repository with the broken example as `deploy`, and a PATH on which svc-doctor is installed. */
const home = mkdtempSync(join(tmpdir(), 'svc-doctor-ci-'));
const repository = join(home, 'repository');
beforeEach(() => {
  rmSync(repository, { recursive: true, force: true });
  mkdirSync(repository);
  cpSync(join(ROOT, 'fixtures/manifests/broken-shop'), join(repository, 'deploy'), { recursive: true });
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const bin = join(home, 'bin');
mkdirSync(bin);
/** npm has installed it already; any other use of npm fails. */
const PROGRAMS = {
  'svc-doctor': `exec node '${join(ROOT, 'bin/run.js')}' "$@"`,
  npm: '[ "$*" = "install --global svc-doctor.tgz" ]',
  kubectl: '[ "$*" = "kustomize overlays/prod" ] && cat deploy/web.yaml',
  helm: '[ "$*" = "template shop ./chart" ] && cat deploy/api/*.yaml.joined',
};
for (const [name, line] of Object.entries(PROGRAMS)) {
  writeFileSync(join(bin, name), `#!/bin/sh\n${line}\n`);
  chmodSync(join(bin, name), 0o755);
}

interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

function run(
  script: string,
  env: Readonly<Record<string, string>> = {},
  shell = ['bash', '-eo', 'pipefail', '-c'],
): Ran {
  const [program = '', ...words] = shell;
  const { status, stdout, stderr } = spawnSync(program, [...words, script], {
    cwd: repository,
    encoding: 'utf8',
    env: { PATH: `${bin}:${process.env.PATH}`, HOME: home, LANG: 'C.UTF-8', SVC_DOCTOR: 'svc-doctor.tgz', ...env },
  });
  return { code: status, stdout, stderr };
}

const WRONG = ['deploy/web.yaml,line=9', 'deploy/api/service.yaml,line=8'];

function annotated({ stdout }: Ran): string[] {
  return [...stdout.matchAll(/^::error file=([^,]+,line=\d+)/gm)].map(([, where = '']) => where);
}

interface Action {
  inputs: Record<string, { default: string }>;
  runs: { steps: { run: string; env?: Record<string, string> }[] };
}

/** What the action does with these inputs. */
function act(inputs: Readonly<Record<string, string>>): Ran & { summary: string } {
  const action = yaml<Action>(readFileSync(join(ROOT, 'action.yml'), 'utf8'));
  expect(Object.keys(inputs).filter((name) => action.inputs[name] === undefined)).toEqual([]);
  const summary = join(home, 'summary.md');
  writeFileSync(summary, '');
  let last: Ran = { code: 0, stdout: '', stderr: '' };
  for (const { run: script, env = {} } of action.runs.steps) {
    const given = Object.entries(env).map(([name, text]) => [
      name,
      text.replace(
        /\$\{\{ inputs\.(\S+) \}\}/,
        (_, input: string) => inputs[input] ?? action.inputs[input]?.default ?? '',
      ),
    ]);
    last = run(script, { ...Object.fromEntries(given), GITHUB_ACTION_PATH: ROOT, GITHUB_STEP_SUMMARY: summary });
    if (last.code !== 0) break;
  }
  return { ...last, summary: readFileSync(summary, 'utf8') };
}

describe('GitHub', () => {
  const workflow = yaml<{ jobs: { preflight: { steps: { uses: string; with?: Record<string, string> }[] } } }>(
    block('GitHub'),
  );
  const [, own, upload] = workflow.jobs.preflight.steps;

  test('the workflow fails at the lines that are wrong, and leaves what is uploaded', () => {
    const ran = act(own?.with ?? {});
    expect({ code: ran.code, stderr: ran.stderr.replace(/^\d+ sets.*\n/, ''), at: annotated(ran) }).toEqual({
      code: 1,
      stderr: '',
      at: WRONG,
    });
    expect(ran.summary.split('\n')[0]).toBe('## svc-doctor: 2 Services: 2 ill');
    const sarif = JSON.parse(readFileSync(join(repository, upload?.with?.sarif_file ?? ''), 'utf8'));
    expect(sarif.runs[0].results.map((result: { ruleId: string }) => result.ruleId)).toEqual(['SEL-001', 'PRT-001']);
  });

  test('without inputs all of the repository is judged; names with spaces and several lines are taken', () => {
    expect(annotated(act({}))).toEqual(WRONG);
    cpSync(join(repository, 'deploy'), join(repository, 'a b'), { recursive: true });
    rmSync(join(repository, 'deploy/web.yaml'));
    const ran = act({ files: 'deploy\na b/web.yaml\n', 'fail-on': 'never', namespace: 'shop', sarif: 'x y.sarif' });
    expect({ code: ran.code, at: annotated(ran) }).toEqual({
      code: 0,
      at: ['a b/web.yaml,line=9', 'deploy/api/service.yaml,line=8'],
    });
    expect(readFileSync(join(repository, 'x y.sarif'), 'utf8')).toContain('"a%20b/web.yaml"');
  });
});

test('GitLab', () => {
  const { script, artifacts } = yaml<{
    preflight: { script: string[]; artifacts: { paths: string[]; reports: { junit: string } } };
  }>(block('GitLab')).preflight;
  expect(script.map((line) => run(line).code)).toEqual([0, 1]);
  expect(readFileSync(join(repository, artifacts.reports.junit), 'utf8')).toContain(
    '<testsuites name="svc-doctor" tests="2" failures="2"',
  );
  expect(readFileSync(join(repository, artifacts.paths[0] ?? ''), 'utf8')).toContain(
    '## svc-doctor: 2 Services: 2 ill',
  );
});

test('Argo CD', () => {
  const job = yaml<{ spec: { template: { spec: { containers: { command: string[]; args: string[] }[] } } } }>(
    block('Argo CD'),
  );
  const [container] = job.spec.template.spec.containers;
  const { code, stdout } = run(container?.args[0] ?? '', {}, container?.command);
  expect({ code, first: stdout.split('\n')[0]?.replace(/ +SEL-001 .*/, '') }).toEqual({
    code: 1,
    first: '✗ default/web does not work: its selector matches no Pod',
  });
});

test('pre-commit', () => {
  const hooks = yaml<{ id: string; entry: string; args: string[] }[]>(
    readFileSync(join(ROOT, '.pre-commit-hooks.yaml'), 'utf8'),
  );
  const used = yaml<{ repos: { hooks: { id: string; args?: string[] }[] }[] }>(block('pre-commit')).repos.flatMap(
    (one) => one.hooks,
  );
  const command = ({ id, args }: { id: string; args?: string[] }): string => {
    const hook = hooks.find((one) => one.id === id);
    return [hook?.entry, ...(args ?? hook?.args ?? [])].join(' ');
  };
  const check = hooks.find(({ id }) => id === 'svc-doctor');
  expect(run(command({ id: check?.id ?? '' })).code).toBe(1);
  const before = readFileSync(join(repository, 'deploy/web.yaml'), 'utf8');
  expect(used.map((hook) => run(command(hook)).code)).toEqual([0, 0]);
  expect(readFileSync(join(repository, 'deploy/web.yaml'), 'utf8')).toBe(before.replace('app: wbe', 'app: web'));
});

test('Helm and kustomize', () => {
  const joined = ['deployment', 'service'].map((name) =>
    readFileSync(join(repository, `deploy/api/${name}.yaml`), 'utf8'),
  );
  writeFileSync(join(repository, 'deploy/api/chart.yaml.joined'), joined.join('---\n'));
  const lines = block('Helm and kustomize').trim().split('\n');
  const first = lines
    .map((line) => run(line))
    .map(({ code, stdout }) => `${code} ${stdout.split(' ').slice(0, 2).join(' ')}`);
  expect(first).toEqual(['1 ✗ default/web', '1 ✗ default/api']);
  expect(run('svc-doctor preflight -k overlays/prod').stdout).toMatch(/^✗ default\/web does not work/);
});

describe('When a finding is meant', () => {
  const [annotation = '', config = ''] = blocks('When a finding is meant', 'yaml');

  test('the annotation and the file are what is read', async () => {
    const { metadata } = yaml<{ metadata: { annotations: Record<string, string> } }>(annotation);
    expect(readIgnore(metadata.annotations['svc-doctor.dev/ignore'])).toEqual([
      { rule: 'SEL-005', reason: 'shared on purpose' },
      { rule: 'BPR-010', reason: 'one Pod is enough' },
    ]);
    writeFileSync(join(repository, '.svc-doctor.yaml'), config);
    expect(
      (await readConfig(join(repository, '.svc-doctor.yaml'))).map(({ rules, objects }) => ({
        rules: rules.map(({ word }) => word),
        objects,
      })),
    ).toEqual([{ rules: ['SEL-005'], objects: ['shop/web', 'Deployment shop/*'] }]);
  });

  test('the baseline leaves alone what is found', () => {
    const [script = ''] = blocks('When a finding is meant', 'sh');
    const [write, use] = script
      .trim()
      .split('\n')
      .map((line) => run(line));
    expect([write?.code, use?.code]).toEqual([0, 0]);
    expect(use?.stdout).toContain('2 findings suppressed');
    const web = join(repository, 'deploy/web.yaml');
    writeFileSync(web, `# moved\n# down\n${readFileSync(web, 'utf8')}`);
    expect(run(script.trim().split('\n')[1] ?? '').code).toBe(0);
    writeFileSync(web, readFileSync(web, 'utf8').replace('app: wbe', 'app: web').replace("'http'", '9999'));
    expect(run(script.trim().split('\n')[1] ?? '').code).toBe(1);
  });
});
