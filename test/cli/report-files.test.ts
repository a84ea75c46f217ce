/** Files that are written whole or not at all, and `--report`. */
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../src/cli/failure.ts';
import { Judging } from '../../src/cli/judging.ts';
import { FORMATS } from '../../src/cli/render.ts';
import { parseReports, writeReports } from '../../src/cli/report-files.ts';
import { writeWhole } from '../../src/cli/write-file.ts';
import { junit } from '../../src/report/junit.ts';
import { sarif } from '../../src/report/sarif.ts';
import { FILED } from '../report/filed.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'svc-doctor-files-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a file', () => {
  it('gets the new text, keeps its mode, and nothing is left beside it', async () => {
    const file = join(folder, 'a/x.yaml');
    mkdirSync(join(folder, 'a'));
    writeFileSync(file, 'old');
    chmodSync(file, 0o640);
    await writeWhole(file, 'new');
    expect({
      text: readFileSync(file, 'utf8'),
      mode: statSync(file).mode & 0o777,
      beside: readdirSync(join(folder, 'a')),
    }).toEqual({
      text: 'new',
      mode: 0o640,
      beside: ['x.yaml'],
    });
  });

  it('behind a link is written, the link stays', async () => {
    const [file, link] = [join(folder, 'file'), join(folder, 'link')];
    writeFileSync(file, 'old');
    symlinkSync('file', link);
    await writeWhole(link, 'new');
    expect([readFileSync(file, 'utf8'), readFileSync(link, 'utf8')]).toEqual(['new', 'new']);
  });

  it('that others read is never half-written: they hold the old text', async () => {
    const [file, other] = [join(folder, 'read'), join(folder, 'read-by-others')];
    writeFileSync(file, 'old');
    linkSync(file, other);
    await writeWhole(file, 'new');
    expect([readFileSync(file, 'utf8'), readFileSync(other, 'utf8')]).toEqual(['new', 'old']);
  });

  it('that is read-only stays as it is', async () => {
    const file = join(folder, 'read-only');
    writeFileSync(file, 'old');
    chmodSync(file, 0o444);
    await expect(writeWhole(file, 'new')).rejects.toThrow('the file is read-only');
    expect(readFileSync(file, 'utf8')).toBe('old');
  });
});

describe('--report', () => {
  it('writes each format', async () => {
    const [one, two] = [join(folder, 'out.sarif'), join(folder, 'out.xml')];
    await writeReports(parseReports([`sarif=${one}`, `junit=${two}`]), FILED, '1.2.3');
    const options = { colour: false, width: 100, ascii: false, verbose: false, headers: true, version: '1.2.3' };
    expect([one, two].map((file) => readFileSync(file, 'utf8'))).toEqual([sarif(FILED, options), junit(FILED)]);
  });

  it.each([
    [['sarif'], '--report sarif is not FORMAT=FILE'],
    [['=x'], '--report =x is not FORMAT=FILE'],
    [['sarif='], '--report sarif= is not FORMAT=FILE'],
    [['srif=x'], '--report srif=x: there is no format srif; did you mean sarif?'],
    [['sarif=-'], '--report sarif=-: standard output is for -o'],
    [['sarif=x', 'junit=x'], '--report names x twice'],
  ])('%j is refused', (words, message) => {
    expect(() => parseReports(words)).toThrow(expect.objectContaining({ name: UsageError.name, message }));
  });

  it.each([
    ['no/such/folder/x', 'its folder does not exist'],
    ['read-only', 'it is read-only'],
    ['link/x', 'what should be its folder is a file'],
    ['.', 'it is a folder'],
  ])('into %s says why not', async (name, why) => {
    const file = join(folder, name);
    await expect(writeReports([{ format: 'name', file }], FILED, '')).rejects.toThrow(
      `${file} cannot be written: ${why}`,
    );
    expect(existsSync(join(folder, 'no'))).toBe(false);
  });
});

it.each([0, 1, 2, 3] as const)('every format gives exit code %i where the diagnosis does', async (exitCode) => {
  const judgement = { verdicts: [], diagnosis: { ...FILED.diagnosis, exitCode } };
  const terminal = { colour: false, width: 80, ascii: false, words: false, links: false };
  const before = process.exitCode;
  const codes = [];
  for (const output of FORMATS) {
    let printed = '';
    const print = async (text: string): Promise<void> => {
      printed += text;
    };
    const voice = { print, tell: () => undefined, terminal, verbose: false, version: '1.2.3' };
    const judging = await Judging.prepare({ output, 'fail-on': 'high' }, null, voice);
    await judging.publish(judgement);
    codes.push({ code: process.exitCode, printed: printed !== '' });
  }
  process.exitCode = before;
  expect(codes).toEqual(FORMATS.map(() => ({ code: exitCode, printed: true })));
});
