import { distance } from '../../model/near-names.ts';

/** The cluster cannot be asked at all: what happened in `message`, what to type next in `hint`. Never shown with a stack. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** The known name that is most like the given one; null when none is near. */
export function nearestName(name: string, names: readonly string[]): string | null {
  const near = names
    .map((candidate) => ({ candidate, far: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, far }) => far <= Math.max(2, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.far - b.far);
  return near[0]?.candidate ?? null;
}
