/** A patch as single steps, in the order in which they are written into a file: what is set, then what is taken away. */
import type { JsonPatchOperation, Patch } from '../../model/patch.ts';

/** A key, or the index of an item. */
export type Path = readonly (string | number)[];

export type PatchStep =
  | { op: 'set'; path: Path; value: unknown }
  | { op: 'append'; path: Path; value: unknown }
  | { op: 'remove'; path: Path };

type Json = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Json {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

interface Target {
  path: Path;
  /** What stands at the path now. */
  now: unknown;
  strategic: boolean;
}

/** `exact`: keys that the patch does not name go, as within a list that a patch replaces whole. */
function mapSteps(patch: Json, target: Target, exact: boolean): PatchStep[] {
  const now = isRecord(target.now) ? target.now : {};
  const entries = Object.entries(patch).map(([key, value]) => ({ value, path: [...target.path, key], at: now[key] }));
  const sets = entries.filter(({ value }) => value !== null);
  const gone = exact ? Object.keys(now).filter((key) => !(key in patch)) : [];
  const removed = [...entries.filter(({ value, at }) => value === null && at !== undefined).map(({ path }) => path)];
  return [
    ...sets.flatMap(({ value, path, at }) => valueSteps(value, { ...target, path, now: at }, exact)),
    ...[...removed, ...gone.map((key) => [...target.path, key])].map((path): PatchStep => ({ op: 'remove', path })),
  ];
}

function valueSteps(value: unknown, target: Target, exact: boolean): PatchStep[] {
  const { path, now } = target;
  if (isRecord(value) && Object.keys(value).length > 0 && (isRecord(now) || now === undefined || now === null)) {
    return mapSteps(value, target, exact);
  }
  if (Array.isArray(value) && Array.isArray(now)) {
    if (target.strategic && value.every((item) => isRecord(item) && 'name' in item)) return namedSteps(value, target);
    if (value.length === now.length) {
      return value.flatMap((item, index) =>
        valueSteps(item, { ...target, path: [...path, index], now: now[index] }, true),
      );
    }
  }
  return Object.is(value, now) ? [] : [{ op: 'set', path, value }];
}

/** The items of a list that a strategic patch merges by their names. */
function namedSteps(items: readonly Json[], target: Target): PatchStep[] {
  const now = target.now as readonly unknown[];
  return items.flatMap((item): PatchStep[] => {
    const index = now.findIndex((one) => isRecord(one) && one.name === item.name);
    if (index === -1) return [{ op: 'append', path: target.path, value: item }];
    return mapSteps(item, { ...target, path: [...target.path, index], now: now[index] }, false);
  });
}

function pointer(path: string, object: unknown): Path {
  let now = object;
  return path
    .split('/')
    .slice(1)
    .map((part) => {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
      const step = Array.isArray(now) && /^\d+$/.test(key) ? Number(key) : key;
      now = isRecord(now) ? now[key] : Array.isArray(now) ? now[Number(key)] : undefined;
      return step;
    });
}

function operationStep({ op, path, value }: JsonPatchOperation, object: unknown): PatchStep {
  const steps = pointer(path, object);
  if (op === 'remove') return { op, path: steps };
  return steps.at(-1) === '-' ? { op: 'append', path: steps.slice(0, -1), value } : { op: 'set', path: steps, value };
}

/** The steps that make of the object what the patch makes of it. */
export function stepsOf({ type, body }: Patch, object: unknown): readonly PatchStep[] {
  if (type === 'json') return (body as readonly JsonPatchOperation[]).map((one) => operationStep(one, object));
  return mapSteps(body as Json, { path: [], now: object, strategic: type === 'strategic' }, false);
}
