/** How many requests are under way at once. */

type Waiter = () => void;

/** Lets at most `size` tasks run at once, so that a request's deadline starts when it is really sent. */
export function gate(size: number): <T>(task: () => Promise<T>) => Promise<T> {
  const waiting: Waiter[] = [];
  let free = size;
  return async (task) => {
    if (free === 0) await new Promise<void>((go) => waiting.push(go));
    else free -= 1;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
