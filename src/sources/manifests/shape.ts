/** What the API server takes for a field. What a file says otherwise is noted, and made to fit where that can be guessed, so that rules never meet it. */

export type Shape =
  | 'text'
  | 'number'
  | 'flag'
  /** A number or a name. */
  | 'port'
  | 'any'
  | { list: Shape }
  | { map: Shape }
  /** `needs`: without these the object says nothing, and is left out. */
  | { fields: Readonly<Record<string, Shape>>; needs?: readonly string[] };

/** A value of another type than the API takes. */
export interface Misfit {
  path: string;
  /** The value as JavaScript reads it, as text. */
  found: string;
  wanted: 'text' | 'number' | 'flag' | 'port' | 'list' | 'object';
}

export const TEXTS: Shape = { map: 'text' };

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** `spec.selector.app`, `metadata.labels[app.kubernetes.io/name]`, `spec.ports[0]`. */
export function pathTo(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  if (path === '') return key;
  return /^[\w-]+$/.test(key) ? `${path}.${key}` : `${path}[${key}]`;
}

/** Keeps what fits a shape and notes what does not. Absent and null are the same to the API server. */
export class Fitting {
  readonly misfits: Misfit[] = [];

  fit(value: unknown, shape: Shape, path = ''): unknown {
    if (value === null || value === undefined) return undefined;
    if (shape === 'any') return value;
    if (typeof shape === 'string') return this.#scalar(value, shape, path);
    if ('list' in shape) return this.#list(value, shape.list, path);
    if (!isObject(value)) return this.#not(value, 'object', path);
    const entries = Object.entries(value).map(([key, of]) => {
      const own = 'map' in shape ? shape.map : Object.hasOwn(shape.fields, key) ? shape.fields[key] : 'any';
      return [key, this.fit(of, own ?? 'any', pathTo(path, key))] as const;
    });
    const kept = Object.fromEntries(entries.filter(([, of]) => of !== undefined));
    const needs = 'fields' in shape ? (shape.needs ?? []) : [];
    return needs.every((key) => kept[key] !== undefined) ? kept : undefined;
  }

  #list(value: unknown, shape: Shape, path: string): unknown {
    if (!Array.isArray(value)) return this.#not(value, 'list', path);
    return value.map((item, at) => this.fit(item, shape, pathTo(path, at))).filter((item) => item !== undefined);
  }

  #not(value: unknown, wanted: Misfit['wanted'], path: string): undefined {
    this.misfits.push({ path, found: asText(value), wanted });
    return undefined;
  }

  #scalar(value: unknown, shape: 'text' | 'number' | 'flag' | 'port', path: string): unknown {
    const type = typeof value;
    if (shape === 'text' && type === 'string') return value;
    if (shape === 'number' && type === 'number' && Number.isFinite(value)) return value;
    if (shape === 'flag' && type === 'boolean') return value;
    if (shape === 'port' && (type === 'number' || type === 'string')) return value;
    this.#not(value, shape, path);
    if (type === 'object') return undefined;
    if (shape === 'text') return String(value);
    if (shape === 'number') return /^-?\d{1,9}$/.test(String(value)) ? Number(value) : undefined;
    if (shape === 'flag') return /^(?:true|false)$/.test(String(value)) ? value === 'true' : undefined;
    return undefined;
  }
}
