/** A baseline: the findings of one day, so that later runs speak of new ones only. */
import { readFile } from 'node:fs/promises';
import type { Diagnosis } from '../engine/diagnosis.ts';
import type { Suppressor } from '../engine/suppress.ts';
import { UsageError } from './failure.ts';
import { writeFailure } from './report-files.ts';
import { writeWhole } from './write-file.ts';

const HEAD = { apiVersion: 'svc-doctor.dev/v1', kind: 'Baseline' } as const;

/** The baseline's text: causes and hints, what comes with them not; in an order that makes small differences. */
export function baselineText({ findings }: Diagnosis): string {
  const kept = new Map(
    findings
      .filter(({ role }) => role === 'root' || role === 'next' || role === 'hint')
      .map(({ fingerprint, message }) => [fingerprint, message]),
  );
  const entries = [...kept].sort(([a], [b]) => (a < b ? -1 : 1));
  const listed = entries.map(([fingerprint, message]) => ({ fingerprint, message }));
  return `${JSON.stringify({ ...HEAD, findings: listed }, null, 2)}\n`;
}

/** Writes it whole; a UsageError where that cannot be. */
export async function writeBaseline(file: string, diagnosis: Diagnosis): Promise<number> {
  const text = baselineText(diagnosis);
  try {
    await writeWhole(file, text);
  } catch (error) {
    throw writeFailure(file, error);
  }
  return (JSON.parse(text) as { findings: unknown[] }).findings.length;
}

function fingerprintsIn(text: string, file: string): Set<string> {
  const refusal = new UsageError(`${file} is not a baseline`, `write it anew: --baseline ${file} --write-baseline`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refusal;
  }
  const { kind, findings } = (value ?? {}) as { kind?: unknown; findings?: unknown };
  if (kind !== HEAD.kind || !Array.isArray(findings)) throw refusal;
  return new Set(
    findings.map((entry: unknown) => {
      const { fingerprint } = (entry ?? {}) as { fingerprint?: unknown };
      if (typeof fingerprint !== 'string') throw refusal;
      return fingerprint;
    }),
  );
}

/** What the baseline in that file tells to leave alone; a UsageError where there is none. */
export async function readBaseline(file: string): Promise<Suppressor> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UsageError(
      missing ? `there is no baseline ${file}` : `${file} cannot be read: ${(error as Error).message}`,
      `write one of what is found now: --baseline ${file} --write-baseline`,
    );
  }
  const known = fingerprintsIn(text, file);
  return ({ fingerprint }) => (known.has(fingerprint) ? { reason: `in the baseline ${file}`, by: 'baseline' } : null);
}
