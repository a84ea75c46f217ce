/** A fact is known with a value, or unknown with the reason. 404 on a named object is known: absent (null). 403 is unknown. */

export type Why =
  | 'denied'
  | 'unauthenticated'
  | 'unreachable'
  | 'timed-out'
  | 'not-served'
  | 'not-collected'
  | 'not-in-manifests'
  | 'malformed';

/** What a user must be allowed to do for a fact to be known. `namespace` null means cluster-wide. */
export interface Permission {
  verb: 'get' | 'list';
  group: string;
  resource: string;
  namespace: string | null;
}

export interface Unknown {
  known: false;
  why: Why;
  /** What was asked, in words: `pods of shop`. */
  asked: string;
  permission: Permission | null;
  /** The server's or the network's own words, one line; null when there are none. */
  detail: string | null;
}

export interface Known<T> {
  known: true;
  value: T;
  /** False when the value is a list that may lack items: then "some" may be yes, but "none" and "every" are unknown. */
  complete: boolean;
}

export type Fact<T> = Known<T> | Unknown;

/** A known, complete fact. */
export function known<T>(value: T): Known<T> {
  return { known: true, value, complete: true };
}

/** An unknown fact; `asked` in words, permission where one is missing. */
export function unknown(
  why: Why,
  asked: string,
  permission: Permission | null = null,
  detail: string | null = null,
): Unknown {
  return { known: false, why, asked, permission, detail };
}

/** The fact where it is known to its end; a list cut short is unknown, for rules that conclude from what is not there. */
export function whole<T>(fact: Fact<T>, asked: string): Fact<T> {
  if (!fact.known || fact.complete) return fact;
  return unknown('timed-out', asked, null, 'the list is not complete');
}
