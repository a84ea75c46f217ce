/** How long a request may take, and who may end it before. */

export interface Limit {
  signal: AbortSignal;
  /** True when the time was used up. */
  isOver(): boolean;
  /** Lets go of everything; to be called when the request is done. */
  end(): void;
}

/** Aborts after that time or with one of the others. `AbortSignal.timeout` and `any` would be held until the time is over. */
export function within(ms: number | null, others: readonly AbortSignal[]): Limit {
  const controller = new AbortController();
  let over = false;
  const stop = (): void => controller.abort();
  const late = (): void => {
    over = true;
    stop();
  };
  const timer = ms === null ? null : setTimeout(late, ms);
  for (const other of others) {
    if (other.aborted) stop();
    other.addEventListener('abort', stop);
  }
  return {
    signal: controller.signal,
    isOver: () => over,
    end() {
      if (timer !== null) clearTimeout(timer);
      for (const other of others) other.removeEventListener('abort', stop);
    },
  };
}

/** Waits so long, or until the signal. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(finish, ms);
    function finish(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      done();
    }
    signal.addEventListener('abort', finish);
    if (signal.aborted) finish();
  });
}
