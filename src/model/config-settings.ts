/** Settings in the text of a configuration: properties, env files, YAML, JSON, INI, nginx. No parser of any of them: lines, names and values. */
import type { Reference } from '../facts/extracts.ts';
import { referencesOfSettings, referencesOfVariable } from './references.ts';

export interface Setting {
  name: string;
  value: string;
}

const MAX_TEXT = 65_536;
const MAX_LINE = 1000;
const ASSIGNMENT =
  /^(\s*)(?:-\s+)?["']?([A-Za-z_][A-Za-z0-9_.-]{0,80})["']?\s{0,8}([:=])(?:\s+|(?=[^/\s]|$)|(?==))(.*)$/;
const NGINX = /^\s*(?:(?:proxy|grpc|fastcgi|uwsgi)_pass|server)\s+([^\s;{]{1,300})[^;{]*;/;

/** `${DB_HOST:db}` and `${DB_HOST:-db}` as their default; null where one has none. */
export function withDefaults(value: string): string | null {
  const text = value.replace(/\$\{[A-Za-z0-9_.-]{1,80}:-?([^${}]{0,200})\}/g, '$1');
  return text.includes('${') ? null : text;
}

function bare(value: string): string {
  return value
    .replace(/\s#.*$/, '')
    .trim()
    .replace(/[,;]$/, '')
    .replace(/^(["'])(.*)\1$/, '$2');
}

function flattened(value: unknown, path: string): Setting[] {
  if (typeof value === 'string' || typeof value === 'number') return [{ name: path, value: String(value) }];
  if (Array.isArray(value)) return value.flatMap((item) => flattened(item, path));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => flattened(item, path === '' ? key : `${path}.${key}`));
}

function asJson(text: string): Setting[] | null {
  if (!/^\s*[{[]/.test(text)) return null;
  try {
    return flattened(JSON.parse(text) as unknown, '');
  } catch {
    return null;
  }
}

function asLines(text: string): Setting[] {
  const parents: { indent: number; name: string }[] = [];
  return text.split('\n').flatMap((whole): Setting[] => {
    const line = whole.slice(0, MAX_LINE);
    if (/^\s*(?:#|\/\/|;|!|$)/.test(line)) return [];
    const passed = NGINX.exec(line)?.[1];
    if (passed !== undefined) return [{ name: 'upstream', value: passed }];
    const indent = /^[\s-]*/.exec(line)?.[0].length ?? 0;
    while ((parents.at(-1)?.indent ?? -1) >= indent) parents.pop();
    const path = parents.map(({ name }) => name).join('.');
    const found = ASSIGNMENT.exec(line);
    if (found === null) {
      const item = bare(line.replace(/^\s*-\s+/, ''));
      if (/^\s*-\s/.test(line)) return [{ name: path === '' ? 'item' : path, value: item }];
      return line.includes('://') ? [{ name: 'line', value: item }] : [];
    }
    const [, , name = '', sign, raw = ''] = found;
    const value = bare(raw);
    if (sign === ':' && (value === '' || /^[{[|>]/.test(value))) {
      parents.push({ indent, name });
      return [];
    }
    return [{ name: sign === ':' && path !== '' ? `${path}.${name}` : name, value }];
  });
}

/** All settings of the text, nested ones by their path. */
export function settingsIn(text: string): readonly Setting[] {
  const cut = text.slice(0, MAX_TEXT);
  return (asJson(cut) ?? asLines(cut)).flatMap(({ name, value }) => {
    const filled = withDefaults(value);
    return filled === null || filled === '' ? [] : [{ name, value: filled }];
  });
}

/** A word alone in a file is a host only where its name says so: `service: web` of a manifest in a file is none. */
function isBelievable({ port, scheme, host, variable }: Reference): boolean {
  return port !== null || scheme !== null || host.includes('.') || /host(?:s|name)?$/i.test(variable);
}

/** The addresses in the value of one key: of a single line by the key's name, of a file by the names of its settings. */
export function referencesInConfig(key: string, value: string): readonly Reference[] {
  const text = value.trim();
  if (!text.includes('\n') && !/\.(?:json|ya?ml|conf|properties|ini|toml|env)$/i.test(key)) {
    const filled = withDefaults(text.slice(0, MAX_LINE));
    return filled === null ? [] : referencesOfVariable(key, filled);
  }
  return referencesOfSettings(settingsIn(text)).filter(isBelievable).slice(0, 200);
}
