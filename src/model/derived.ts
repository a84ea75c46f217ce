/** Remembers what is derived from a Service and a list: one after the other, many rules ask for the same. */
import type { Service } from '../facts/wire.ts';

/**
 * The same function, which answers again what it answered last for this very Service, list and third argument. None of them may
 * change afterwards.
 */
export function derivedOnce<L extends object, M, T>(
  derive: (service: Service, list: L, more: M) => T,
): (service: Service, list: L, more: M) => T {
  const made = new WeakMap<Service, { list: L; more: M; value: T }>();
  return (service, list, more) => {
    const last = made.get(service);
    if (last !== undefined && last.list === list && last.more === more) return last.value;
    const value = derive(service, list, more);
    made.set(service, { list, more, value });
    return value;
  };
}
