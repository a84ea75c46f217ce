/** What a container relies on that is not written as an address: variables that the kubelet sets, and values that are set twice. */
import type { Reference } from '../facts/extracts.ts';
import { expand, type RawContainer } from './reference-variables.ts';

const LINK = /\$[({]?([A-Z][A-Z0-9_]*)_SERVICE_(?:HOST|PORT)\b/g;

/** The prefixes of `X_SERVICE_HOST` and `X_SERVICE_PORT` among env, args and command that the container does not set itself. */
export function linkedIn({ env = [], args = [], command = [] }: RawContainer): readonly string[] {
  const own = new Set(env.map(({ name }) => name));
  const texts = [...env.map(({ value }) => value ?? ''), ...args, ...command].map((text) => text.slice(0, 8000));
  const found = texts.flatMap((text) =>
    [...text.replaceAll('$$', '').matchAll(LINK)].map(([, prefix]) => prefix ?? ''),
  );
  return [...new Set(found)].filter((prefix) => !own.has(`${prefix}_SERVICE_HOST`)).sort();
}

/** The values of a variable that is set more than once, all but the last. */
export function overwritten(env: RawContainer['env']): readonly { name: string; value: string }[] {
  const plain = env ?? [];
  return plain.flatMap(({ name, value }, at) => {
    const isLast = !plain.some((other, i) => i > at && other.name === name);
    return isLast || value === undefined ? [] : [{ name, value: expand(value, new Map()) }];
  });
}

/** Addresses among the earlier ones that the last value does not have. */
export function lost(earlier: readonly Reference[], final: readonly Reference[]): readonly Reference[] {
  const address = ({ host, port }: Reference): string => `${host} ${port}`;
  return earlier.filter(
    (one) => !final.some((other) => other.variable === one.variable && address(other) === address(one)),
  );
}
