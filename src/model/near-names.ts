/** Which of the existing names a person may have meant. */

/** Damerau-Levenshtein distance (optimal string alignment), in edits. */
export function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  let row: number[] = [];
  for (let i = 1; i <= a.length; i++) {
    row[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((row[j - 1] ?? 0) + 1, (last[j] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      row[j] = cost;
    }
    [before, last, row] = [last, row, before];
  }
  return last[b.length] ?? 0;
}

const SUFFIX = /-(?:svc|service|api|srv|server|app|db|database)$/;

/** The name without endings that people add and forget: `backend-service` → `backend`. */
export function stem(name: string): string {
  const short = name.toLowerCase().replace(SUFFIX, '');
  return short === name.toLowerCase() ? short : stem(short);
}

/** True when the names differ by at most two edits (one for names up to four letters), or share their stem. */
export function isNear(a: string, b: string): boolean {
  if (a === b) return true;
  const most = Math.min(a.length, b.length) <= 4 ? 1 : 2;
  if (Math.abs(a.length - b.length) <= most && distance(a.toLowerCase(), b.toLowerCase()) <= most) return true;
  return stem(a) === stem(b);
}

/** True when the one may be the other misspelt: near, and not another version or number of it (`web-1` and `web-2`). */
export function isMisspelt(a: string, b: string): boolean {
  const numbers = (name: string): string => name.replaceAll(/\D+/g, ' ').trim();
  return isNear(a, b) && numbers(a) === numbers(b);
}

/** The near names, nearest first, then by alphabet. The name itself is left out. */
export function nearNames(name: string, candidates: readonly string[]): readonly string[] {
  return [...new Set(candidates)]
    .filter((candidate) => candidate !== name && isNear(name, candidate))
    .map((candidate) => ({ candidate, far: distance(name, candidate) }))
    .sort((a, b) => a.far - b.far || (a.candidate < b.candidate ? -1 : 1))
    .map(({ candidate }) => candidate);
}
