/** Applies a patch as the API server would: RFC 7386 merge, RFC 6902 operations (add, replace, remove), strategic merge with lists keyed by name. */
import type { KubeObject } from '../facts/wire.ts';
import type { JsonPatchOperation, Patch } from './patch.ts';

type Json = unknown;

function isRecord(value: Json): value is Record<string, Json> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** The object after the patch; the given object stays as it is. What a file said amiss of a field that the patch writes is gone. */
export function applyPatch<T extends KubeObject>(object: T, patch: Patch): T {
  const after = (
    patch.type === 'json'
      ? (patch.body as readonly JsonPatchOperation[]).reduce<Json>(operate, object)
      : merge(object, patch.body, patch.type === 'strategic')
  ) as T;
  const { written } = object;
  if (written === undefined || written.oddities.length === 0) return after;
  const paths = patchedPaths(patch).map(keysOf);
  const isLeft = (path: string): boolean => !paths.some((keys) => keys === keysOf(path));
  return { ...after, written: { ...written, oddities: written.oddities.filter(({ path }) => isLeft(path)) } };
}

/** The keys of `spec.ports[0].port` or `/spec/ports/0/port`, in one form. */
function keysOf(path: string): string {
  return [...path.matchAll(/\[([^\]]+)\]|([^./[\]]+)/g)].map(([, index, key]) => index ?? key).join('\n');
}

function patchedPaths({ type, body }: Patch): readonly string[] {
  if (type === 'json') return (body as readonly JsonPatchOperation[]).map(({ path }) => path);
  const leaves = (value: Json, path: string): readonly string[] =>
    isRecord(value) ? Object.entries(value).flatMap(([key, of]) => leaves(of, `${path}[${key}]`)) : [path];
  return leaves(body, '');
}

function merge(target: Json, patch: Json, strategic: boolean): Json {
  if (strategic && Array.isArray(patch) && patch.every((item) => isRecord(item) && typeof item.name === 'string')) {
    return mergeByName(Array.isArray(target) ? target : [], patch as Record<string, Json>[]);
  }
  if (!isRecord(patch)) return patch;
  const result: Record<string, Json> = isRecord(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merge(result[key], value, strategic);
  }
  return result;
}

function mergeByName(target: readonly Json[], patch: readonly Record<string, Json>[]): Json[] {
  const merged = target.map((item) => {
    const change = isRecord(item) ? patch.find((entry) => entry.name === item.name) : undefined;
    return change === undefined ? item : merge(item, change, true);
  });
  const added = patch.filter((entry) => !target.some((item) => isRecord(item) && item.name === entry.name));
  return [...merged, ...added];
}

function operate(target: Json, { op, path, value }: JsonPatchOperation): Json {
  const keys = path
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  return change(target, keys, op, value);
}

function change(target: Json, keys: readonly string[], op: JsonPatchOperation['op'], value: Json): Json {
  const [key, ...rest] = keys;
  if (key === undefined) return value;
  if (Array.isArray(target)) {
    const index = key === '-' ? target.length : Number(key);
    const copy = [...target];
    if (rest.length > 0) copy[index] = change(copy[index], rest, op, value);
    else if (op === 'remove') copy.splice(index, 1);
    else copy.splice(index, op === 'add' ? 0 : 1, value);
    return copy;
  }
  const copy: Record<string, Json> = isRecord(target) ? { ...target } : {};
  if (rest.length > 0) copy[key] = change(copy[key], rest, op, value);
  else if (op === 'remove') delete copy[key];
  else copy[key] = value;
  return copy;
}
