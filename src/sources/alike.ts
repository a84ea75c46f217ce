/** Parts that many objects have in common, cut down once and kept once: the Pods of a template differ in little. */

/** The API server names the volume of the token anew in each Pod. */
const TOKEN_VOLUME = 'kube-api-access-';
/** How many different parts are remembered; whoever has more of them at hand forgets the oldest. */
const MOST = 1000;

/** Equal but for the names of token volumes. */
function isAlike(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a === 'string') return typeof b === 'string' && a.startsWith(TOKEN_VOLUME) && b.startsWith(TOKEN_VOLUME);
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, at) => isAlike(item, b[at]));
  if (Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  let keys = 0;
  for (const key in left) {
    if (!isAlike(left[key], right[key])) return false;
    keys++;
  }
  for (const _ in right) keys--;
  return keys === 0;
}

/**
 * The same function, which for a value like one that it was given before returns the very same result. `nameOf` tells apart what need not
 * be compared at all. Neither values nor results may change afterwards.
 */
export function onceForAlike<T extends object, R>(
  nameOf: (value: T) => string,
  make: (value: T) => R,
): (value: T) => R {
  const made = new Map<string, { value: T; result: R }>();
  return (value) => {
    const name = nameOf(value);
    const known = made.get(name);
    if (known !== undefined && isAlike(known.value, value)) return known.result;
    const result = make(value);
    if (made.size >= MOST) made.delete(made.keys().next().value ?? '');
    made.set(name, { value, result });
    return result;
  };
}

/** For a value like the last one of that name the very same object, so that thousands of them take the room of one. None may change afterwards. */
export function lastOfAlike(): <T>(name: string, value: T) => T {
  const last = new Map<string, unknown>();
  return (name, value) => {
    if (typeof value !== 'object' || value === null) return value;
    const known = last.get(name);
    if (known !== undefined && isAlike(known, value)) return known as typeof value;
    if (last.size >= MOST) last.delete(last.keys().next().value ?? '');
    last.set(name, value);
    return value;
  };
}
