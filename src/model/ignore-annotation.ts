/** The annotation by which the owner of an object says that a finding about it is meant to be: `SEL-005: shared on purpose`. */
export const IGNORE = 'svc-doctor.dev/ignore';

export interface Ignored {
  /** A rule's id, reason or name, as it was written. */
  rule: string;
  /** Why; empty where none is given. */
  reason: string;
}

/** The entries of the annotation's value: one a line, or parted by `;`. */
export function readIgnore(value: string | undefined): readonly Ignored[] {
  return (value ?? '')
    .split(/[;\r\n]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry) => {
      const colon = entry.indexOf(':');
      return colon === -1
        ? { rule: entry, reason: '' }
        : { rule: entry.slice(0, colon).trim(), reason: entry.slice(colon + 1).trim() };
    });
}
