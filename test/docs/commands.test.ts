/** Every `kubectl svc-doctor …` that the README and the pages of docs/ show can be typed as it stands, and does what it is shown for. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { type Api, startApi } from '../api/server.ts';
import { run } from '../e2e/shell.ts';
import { program } from '../support/program.ts';
import { objectsOf } from '../support/scenario.ts';
import { WELL } from '../support/shop.ts';

const ROOT = join(import.meta.dirname, '../..');
const BIN = join(ROOT, 'bin/run.js');
/** It never ends: a test of its own holds it. */
const ENDLESS = /--watch/;

const PAGES = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
];

/** The commands in a page's blocks of shell, in their order. */
function commandsOf(page: string): string[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block);
  const lines = blocks.flatMap((block) => block.split('\n'));
  return lines.filter((line) => line.startsWith('kubectl svc-doctor ') && !ENDLESS.test(line));
}

let folder = '';
let api: Api;
let env: Record<string, string> = {};
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'svc-doctor-docs-'));
  const objects = objectsOf(WELL);
  api = await startApi({ objects, mayI: () => true });
  const KUBECONFIG = api.kubeconfig(join(folder, 'config'));
  env = { HOME: folder, LANG: 'C.UTF-8', PATH: process.env.PATH ?? '', KUBECONFIG };
  for (const name of ['dump', 'manifests']) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'all.yaml'), stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
  }
});
afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What only a shell understands: quotes, pipes and the like. */
const OF_SHELL = /["'|<>$*&;()\\]/;

/** Run as it stands; where it hands on to kubectl, what it hands on is looked at. */
async function typed(command: string): Promise<{ code: number; isSilent: boolean; stderr: string }> {
  const [own = ''] = command.replace(/^kubectl svc-doctor/, '').split(' | kubectl apply');
  const { code, stdout, stderr } = OF_SHELL.test(own)
    ? await run(`cd ${folder} && node ${BIN} ${own}`, { env })
    : await program(own.trim().split(/ +/), { env, cwd: folder });
  return { code, isSilent: stdout === '', stderr };
}

test.each(PAGES.flatMap((page) => commandsOf(page).map((command) => [page, command] as const)))(
  '%s: %s',
  async (_, command) => {
    const { code, isSilent, stderr } = await typed(command);
    // a healthy world; files tell less than a cluster
    expect([0, ...(/dump|manifests/.test(command) ? [3] : [])], stderr).toContain(code);
    expect(isSilent).toBe(command.includes(' snapshot '));
  },
);

/** Lines of shell that name the program and are run elsewhere: on the page about CI by the test of that page, and what installs it. */
const RUN_ELSEWHERE = /^(?:npm|tar|kubectl krew) /;

test.each(PAGES.filter((page) => page !== 'docs/ci.md'))(
  '%s: no line of shell that names the program is left out',
  (page) => {
    const text = readFileSync(join(ROOT, page), 'utf8');
    const blocks = [...text.matchAll(/```(\w*)\n([\s\S]*?)```/g)].filter(
      ([, language = '']) => !/^(?:yaml|console)$/.test(language),
    );
    const lines = blocks.flatMap(([, , block = '']) => block.split('\n')).filter((line) => /svc[-_]doctor/.test(line));
    const run = commandsOf(page);
    expect(lines.filter((line) => !run.includes(line) && !ENDLESS.test(line) && !RUN_ELSEWHERE.test(line))).toEqual([]);
  },
);

test('every page that a page names is there', () => {
  const lost = [...PAGES, 'ARCHITECTURE.md', 'CONTRIBUTING.md'].flatMap((page) => {
    const text = readFileSync(join(ROOT, page), 'utf8');
    const targets = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target = '']) => target);
    return targets.flatMap((target) => {
      try {
        readdirSync(join(ROOT, page, '..'));
        readFileSync(join(ROOT, page, '..', target));
        return [];
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'EISDIR' ? [] : [`${page}: ${target}`];
      }
    });
  });
  expect(lost).toEqual([]);
});
