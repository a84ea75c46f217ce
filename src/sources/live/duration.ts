import { ConnectionError } from './errors.ts';

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const DURATION = /^(?:\d+|(?:\d+(?:\.\d+)?(?:ms|s|m|h))+)$/;

/** `30` (seconds), `500ms`, `1m30s` in milliseconds; null for what is no duration, and for none at all. */
export function parseDuration(text: string): number | null {
  if (!DURATION.test(text)) return null;
  if (/^\d+$/.test(text)) return Number(text) * 1000 || null;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g))
    total += Number(amount) * (UNITS[unit ?? ''] ?? 0);
  return total || null;
}

/** kubectl's `--request-timeout` in milliseconds: `0` (no limit: null), `30` (seconds), `500ms`, `1m30s`. */
export function parseRequestTimeout(text: string): number | null {
  if (!DURATION.test(text)) {
    throw new ConnectionError(
      `--request-timeout ${text} is not a duration.`,
      'Write it like 5s, 1m30s or 0 (no limit).',
    );
  }
  return parseDuration(text);
}
