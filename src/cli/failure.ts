/** What a person reads when a run could not happen: what went wrong, and what to type next. */

/** The command line itself is wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly hint: string | null;

  constructor(message: string, hint: string | null = null) {
    super(message);
    this.hint = hint;
  }
}

function hintOf(error: Error): string | null {
  return 'hint' in error && typeof error.hint === 'string' ? error.hint : null;
}

/** The first sentence of what a library threw, without its advice. */
function firstLine(message: string): string {
  return (message.split('\n')[0] ?? message).trim() || 'something went wrong';
}

/** The lines for stderr: the sentence, the hint, and the stack only when asked for. */
export function failureText(error: unknown, verbose: boolean): string {
  const thrown = error instanceof Error ? error : new Error(String(error));
  const hint = hintOf(thrown);
  const lines = [`error: ${hint === null ? firstLine(thrown.message) : thrown.message}`];
  if (hint !== null) lines.push(`hint:  ${hint}`);
  if (verbose && thrown.stack !== undefined) lines.push(thrown.stack);
  return `${lines.join('\n')}\n`;
}
