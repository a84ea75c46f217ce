import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { FileEdit } from '../../../src/facts/place.ts';
import { fileEdits, unifiedDiff } from '../../../src/sources/manifests/line-diff.ts';

const LINES = fc.array(fc.constantFrom('a', 'b', 'c', 'a b', '', 'ü'), { maxLength: 25 });
const TEXT = fc
  .tuple(LINES, fc.constantFrom('\n', '\r\n'), fc.boolean())
  .map(([lines, eol, ends]) => lines.join(eol) + (ends ? eol : ''));

/** As an editor would: from the last to the first. */
function replaced(text: string, edits: readonly FileEdit[]): string {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const offset = (line: number, column: number): number => (starts[line - 1] ?? text.length) + column - 1;
  return edits.reduceRight(
    (now, { line, column, endLine, endColumn, text: inserted }) =>
      now.slice(0, offset(line, column)) + inserted + now.slice(offset(endLine, endColumn)),
    text,
  );
}

it('the edits make the new text of the old one', () => {
  fc.assert(
    fc.property(TEXT, TEXT, (before, after) => {
      expect(replaced(before, fileEdits('x', before, after))).toBe(after);
      expect(unifiedDiff('x', before, after) === '').toBe(before === after);
    }),
  );
});

it('git applies the diff', () => {
  const folder = mkdtempSync(join(tmpdir(), 'svc-doctor-diff-'));
  const pairs = fc.sample(fc.tuple(TEXT, TEXT), { numRuns: 40, seed: 7 });
  const named = pairs.filter(([before, after]) => before !== after && before !== '' && after !== '');
  for (const [index, [before]] of named.entries()) writeFileSync(join(folder, `f${index}`), before);
  const diff = named.map(([before, after], index) => unifiedDiff(`./f${index}`, before, after)).join('');
  const { status, stderr } = spawnSync('git', ['apply', '--whitespace=nowarn', '-'], {
    cwd: folder,
    input: diff,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(named.map((_, index) => readFileSync(join(folder, `f${index}`), 'utf8'))).toEqual(
    named.map(([, after]) => after),
  );
  rmSync(folder, { recursive: true });
});

it('a word is what an editor changes', () => {
  expect(fileEdits('web.yaml', 'a\n  app: wbe # x\n', 'a\n  app: web # x\n')).toEqual([
    { file: 'web.yaml', line: 2, column: 8, endLine: 2, endColumn: 11, text: 'web' },
  ]);
});
