import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';

const FOLDER = join(import.meta.dirname, '../goldens');

/** Compares the whole output with the file of that name; UPDATE_GOLDENS=1 writes it. Escape characters are kept readable. */
export function expectGolden(name: string, output: string): void {
  const file = join(FOLDER, name);
  const readable = output.replaceAll('\u001b', '␛');
  if (process.env.UPDATE_GOLDENS === '1') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, readable);
  }
  expect(readable).toBe(readFileSync(file, 'utf8'));
}
