/** A snapshot file that cannot be used: what is wrong, and what to do, for people. */
export class SnapshotError extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.name = 'SnapshotError';
    this.hint = hint;
  }
}
