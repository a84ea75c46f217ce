import { ConnectionError } from './errors.ts';

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** kubectl's `--request-timeout` in milliseconds: `0` (no limit: null), `30` (seconds), `500ms`, `1m30s`. */
export function parseRequestTimeout(text: string): number | null {
  if (/^\d+$/.test(text)) return Number(text) === 0 ? null : Number(text) * 1000;
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) {
    throw new ConnectionError(
      `--request-timeout ${text} is not a duration.`,
      'Write it like 5s, 1m30s or 0 (no limit).',
    );
  }
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g))
    total += Number(amount) * (UNITS[unit ?? ''] ?? 0);
  return total === 0 ? null : total;
}
