/** `npm run new-rule`: what it writes compiles, stands in the list, and waits to be filled. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const HOME = fileURLToPath(new URL('../../', import.meta.url));
const SCRIPT = join(HOME, 'scripts/new-rule.mjs');

function project(): string {
  const root = mkdtempSync(join(tmpdir(), 'new-rule-'));
  for (const part of ['src/facts', 'src/model', 'src/rules'])
    cpSync(join(HOME, part), join(root, part), { recursive: true });
  symlinkSync(join(HOME, 'node_modules'), join(root, 'node_modules'));
  const { compilerOptions } = JSON.parse(readFileSync(join(HOME, 'tsconfig.json'), 'utf8'));
  writeFileSync(join(root, 'package.json'), '{"type": "module"}');
  writeFileSync(join(root, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
  return root;
}

function run(root: string, ...words: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, '--root', root, ...words], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

test('a new rule compiles and is one line more in the list, at its place', { timeout: 60_000 }, () => {
  const root = project();
  const index = join(root, 'src/rules/index.ts');
  const before = readFileSync(index, 'utf8').split('\n');
  expect(run(root, 'SEL-998', 'selector-something').status).toBe(0);
  const after = readFileSync(index, 'utf8').split('\n');
  const added = after.filter((line) => !before.includes(line));
  expect(added).toEqual(["import { sel998 } from './sel/sel-998-selector-something.ts';", '  sel998,']);
  expect(after.filter((line) => !added.includes(line))).toEqual(before);
  expect(after[after.indexOf('  sel998,') + 1]?.startsWith('  prt')).toBe(true);
  const tsc = join(HOME, 'node_modules/.bin/tsc');
  expect(execFileSync(tsc, ['-p', join(root, 'tsconfig.json')], { encoding: 'utf8' })).toBe('');
  expect(run(root, 'SEL-998', 'selector-something-else')).toEqual({
    status: 2,
    stdout: '',
    stderr: 'SEL-998 is taken: ids are never used again\n',
  });
});

test('its scenarios are of the three kinds and ask for what the rule does not yet say', () => {
  const root = project();
  run(root, 'POD-999', 'pods-something');
  const scenarios = readFileSync(join(root, 'fixtures/rules/POD-999.yaml'), 'utf8');
  expect(scenarios.match(/(?<=kind: ).*|(?<=expect: ).*/g)).toEqual([
    'firing',
    '{roots: [POD-999]}',
    'silent',
    '{}',
    'denied',
    '{unanswered: [POD-999]}',
  ]);
});

test('an id or a name out of form is refused with an example', () => {
  const usage =
    'usage: npm run new-rule -- SEL-008 selector-something (an id GROUP-nnn and what is wrong, in kebab-case)\n';
  expect(run(HOME, 'SEL8', 'selector-something')).toEqual({ status: 2, stdout: '', stderr: usage });
  expect(run(HOME, 'SEL-997', 'Selector')).toEqual({ status: 2, stdout: '', stderr: usage });
  expect(run(HOME, 'XYZ-001', 'some-thing')).toEqual({
    status: 2,
    stdout: '',
    stderr:
      'there is no group XYZ; the groups are SVC, MAN, SEL, PRT, POD, EPS, DNS, CLI, REF, KPX, HDL, NPO, EXN, EXP, TRP, DUL, ING, GWY, MSH, BPR\n',
  });
});
