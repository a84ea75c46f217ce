/** `preflight --fix` and `--diff` over the broken example: what is written, what is left, and what is never touched. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { UsageError } from '../../src/cli/failure.ts';
import { Judging } from '../../src/cli/judging.ts';
import type { ParsedJudgingFlags } from '../../src/cli/judging-flags.ts';
import { PreflightRun } from '../../src/cli/preflight-run.ts';
import { writeFixes } from '../../src/cli/write-fixes.ts';
import type { Diagnosis } from '../../src/engine/diagnosis.ts';

const EXAMPLE = new URL('../../fixtures/manifests/broken-shop', import.meta.url).pathname;
const FLAGS: ParsedJudgingFlags = { output: 'json', 'fail-on': 'high' };
const TERMINAL = { colour: false, width: 80, ascii: false, words: false, links: false };

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'svc-doctor-fix-'));
  cpSync(EXAMPLE, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function texts(): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));
  return Object.fromEntries(files.sort().map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
}

function rewrite(change: (text: string) => string): void {
  for (const [file, text] of Object.entries(texts())) writeFileSync(join(folder, file), change(text));
}

interface Told {
  stderr: string;
  diagnosis: Diagnosis;
  diff: string;
}

/** One run, with the folder taken out of what it says, and without what it says of sets. */
async function preflight(how: { fix?: boolean; diff?: boolean }): Promise<Told> {
  let stderr = '';
  const tell = (text: string): void => {
    stderr += text
      .replace(/^\d+ sets.*\n/m, '')
      .replaceAll(`${folder}/`, '')
      .replaceAll(folder.slice(1), '');
  };
  const voice = { print: async () => undefined, tell, terminal: TERMINAL, verbose: false, version: '' };
  const judging = await Judging.prepare(FLAGS, null, voice);
  const run = new PreflightRun({ files: [folder], kustomizations: [], namespace: 'shop' }, judging, {
    tell,
    verbose: false,
  });
  if (how.fix) await run.repair();
  const { diagnosis } = await run.judge();
  const diff = how.diff ? (await run.diff()).replaceAll(folder.slice(1), '') : '';
  return { stderr, diagnosis, diff };
}

const DIFF = [
  '-    app: wbe   # the Pods below carry app=web',
  '+    app: web   # the Pods below carry app=web',
  '-    targetPort: "http"   # the container calls it rest',
  '+    targetPort: "rest"   # the container calls it rest',
];

function changedLines(diff: string): string[] {
  return diff.split('\n').filter((line) => /^[-+](?![-+])/.test(line));
}

/** The example as it is when it is repaired. */
function repairedTexts(before: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(before).map(([file, text]) => [
      file,
      text.replace('app: wbe', 'app: web').replace('targetPort: "http"', 'targetPort: "rest"'),
    ]),
  );
}

describe.each([
  ['as it is', (text: string) => text],
  ['with CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
  ['with a byte order mark and no last line end', (text: string) => `\ufeff${text.trimEnd()}`],
])('the example %s', (_, manner) => {
  it('is repaired, nothing else is touched, and then nothing is found', async () => {
    rewrite(manner);
    const before = texts();
    const { stderr, diagnosis } = await preflight({ fix: true });
    expect(texts()).toEqual(repairedTexts(before));
    expect(stderr).toBe(
      [
        'fixed web.yaml:9: select the Pods of Deployment web (SEL-001)',
        'fixed api/service.yaml:8: send traffic to "rest" 9090, which container "api" declares (PRT-001)',
        '',
      ].join('\n'),
    );
    expect({ exitCode: diagnosis.exitCode, ...diagnosis.summary }).toMatchObject({ exitCode: 0, healthy: 2, roots: 0 });
    const again = await preflight({ fix: true });
    expect({ stderr: again.stderr, texts: texts() }).toEqual({ stderr: '', texts: repairedTexts(before) });
  });
});

it('the diff shows the same, writes nothing, and git applies it', async () => {
  const before = texts();
  const { stderr, diff, diagnosis } = await preflight({ diff: true });
  expect({ stderr, lines: changedLines(diff), exitCode: diagnosis.exitCode }).toEqual({
    stderr: '',
    lines: DIFF,
    exitCode: 1,
  });
  expect(texts()).toEqual(before);
  const input = diff.replaceAll(/^(---|\+\+\+) ([ab])\/+/gm, '$1 $2/');
  const { status, stderr: said } = spawnSync('git', ['apply'], { cwd: folder, input, encoding: 'utf8' });
  expect({ status, said }).toEqual({ status: 0, said: '' });
  expect(texts()).toEqual(repairedTexts(before));
});

it('a fault that shows only behind another is repaired in the same run, and in the same diff', async () => {
  rewrite((text) => text.replace("targetPort: 'http'", 'targetPort: htpp'));
  const before = texts();
  const wanted = { ...repairedTexts(before) };
  wanted['web.yaml'] = wanted['web.yaml']?.replace('targetPort: htpp', 'targetPort: http') ?? '';
  const { diff } = await preflight({ diff: true });
  expect(changedLines(diff).filter((line) => line.startsWith('+'))).toEqual([
    DIFF[1],
    '+      targetPort: http',
    DIFF[3],
  ]);
  expect(texts()).toEqual(before);
  await preflight({ fix: true });
  expect(texts()).toEqual(wanted);
});

it('the edits in the JSON are those of the diff', async () => {
  const { diagnosis } = await preflight({});
  const edits = diagnosis.findings.flatMap(({ role, fix }) => (role === 'root' ? (fix?.edits ?? []) : []));
  expect(edits.map((edit) => ({ ...edit, file: edit.file.replace(`${folder}/`, '') }))).toEqual([
    { file: 'web.yaml', line: 9, column: 10, endLine: 9, endColumn: 13, text: 'web' },
    { file: 'api/service.yaml', line: 8, column: 18, endLine: 8, endColumn: 22, text: 'rest' },
  ]);
});

it('what a chart makes is not written to: the change is shown, with where to make it', async () => {
  rmSync(join(folder, 'api'), { recursive: true });
  rewrite((text) => text.replaceAll(/^(?=# The shop|apiVersion: apps)/gm, '# Source: shop/templates/web.yaml\n'));
  const before = texts();
  const { stderr, diagnosis } = await preflight({ fix: true });
  expect(texts()).toEqual(before);
  const [left, ...diff] = stderr.split('\n');
  expect(left).toBe(
    'left  shop/web does not work: its selector matches no Pod (SEL-001): shop/templates/web.yaml of a chart makes it: change it there',
  );
  expect({ lines: changedLines(diff.join('\n')), exitCode: diagnosis.exitCode }).toEqual({
    lines: DIFF.slice(0, 2),
    exitCode: 1,
  });
});

it('what needs a look, or a decision, is left and said', async () => {
  const broken =
    '---\napiVersion: v1\nkind: Service\nmetadata: {name: lost}\nspec: {selector: {app: nowhere-at-all}, ports: [{port: 80}]}\n';
  mkdirSync(join(folder, 'more'));
  writeFileSync(join(folder, 'web.yaml'), texts()['web.yaml'] + broken);
  const { stderr, diagnosis } = await preflight({ fix: true });
  const left = stderr.split('\n').filter((line) => line.startsWith('left'));
  const roots = diagnosis.findings.filter(({ role }) => role === 'root');
  expect(roots.map(({ fix }) => fix?.safety === 'safe' && fix.patch !== null)).not.toContain(true);
  expect(left.length).toBe(roots.length);
  expect(texts()['web.yaml']).toBe(repairedTexts({ x: readFileSync(join(EXAMPLE, 'web.yaml'), 'utf8') }).x + broken);
});

it('a second port that the Pods do not declare is not sent to the first one without a look', async () => {
  rewrite((text) =>
    text.replace(
      '- port: 80\n    targetPort: "http"',
      '- {name: rest, port: 80, targetPort: rest}\n  - {name: metrics, port: 81, targetPort: metrics}',
    ),
  );
  const before = texts()['api/service.yaml'];
  const { stderr } = await preflight({ fix: true });
  expect(texts()['api/service.yaml']).toBe(before);
  expect(stderr.split('\n').filter((line) => line.startsWith('left'))).toEqual([
    'left  shop/api port metrics does not work: no container has a port named "metrics" (PRT-001): look at it before you do it: send traffic to "rest" 9090, which container "api" declares',
  ]);
});

it('an alias gives way where it stands, what it stands for stays', async () => {
  rewrite((text) =>
    text.replace('- port: 80\n    targetPort: "http"', '- name: &port http\n    port: 80\n    targetPort: *port'),
  );
  const before = texts()['api/service.yaml'];
  await preflight({ fix: true });
  expect(texts()['api/service.yaml']).toBe(before?.replace('targetPort: *port', 'targetPort: rest'));
});

describe('nothing is lost', () => {
  const change = (file: string, before: string) => ({
    file: join(folder, file),
    before,
    after: 'new',
    generated: null,
  });

  it('where a file has changed since it was read', async () => {
    const before = texts();
    const plan = [change('web.yaml', before['web.yaml'] ?? ''), change('api/service.yaml', 'as it was')];
    await expect(writeFixes(plan)).rejects.toMatchObject({
      message: `${join(folder, 'api/service.yaml')} has changed since it was read: nothing was written`,
    } satisfies Partial<UsageError>);
    expect(texts()).toEqual(before);
  });

  it('where a file is read-only', async () => {
    const before = texts();
    chmodSync(join(folder, 'api/service.yaml'), 0o444);
    await expect(preflight({ fix: true })).rejects.toMatchObject({
      message: `${join(folder, 'api/service.yaml')} cannot be written: it is read-only`,
    });
    expect(texts()).toEqual(before);
  });

  it('where a file is gone', async () => {
    await expect(writeFixes([change('gone.yaml', '')])).rejects.toMatchObject({ name: 'UsageError' });
    expect(Object.keys(texts())).not.toContain('gone.yaml');
  });
});
