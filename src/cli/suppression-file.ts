/** `.svc-doctor.yaml`: findings that a team has decided to leave alone, each with a reason and, where it is meant for a while, an end. */
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml';
import { isNamed, type Suppressor } from '../engine/suppress.ts';
import { nearNames } from '../model/near-names.ts';
import { UsageError } from './failure.ts';

const KEYS = ['rule', 'objects', 'reason', 'expires'];

export interface Entry {
  /** Ids, reasons or names of rules. */
  rules: readonly { word: string; at: string }[];
  /** Globs; empty = whatever it is about. */
  objects: readonly string[];
  reason: string;
  /** `2026-12-31`: the last day; null = for good. */
  expires: string | null;
  /** `.svc-doctor.yaml:3:5`. */
  at: string;
}

/** Reads one file; every complaint names line and column. */
class Reader {
  readonly #name: string;
  readonly #lines = new LineCounter();
  readonly #text: string;

  constructor(name: string, text: string) {
    this.#name = name;
    this.#text = text;
  }

  entries(): readonly Entry[] {
    const document = parseDocument(this.#text, { lineCounter: this.#lines, prettyErrors: false });
    const [error] = document.errors;
    if (error !== undefined) throw this.#refusal(error.pos[0], error.message.split('\n')[0] ?? 'not YAML');
    const { contents } = document;
    if (contents === null) return [];
    if (!isMap(contents)) throw this.#refusal(contents.range?.[0], 'the file must hold one key, ignore');
    this.#onlyKeys(contents, ['ignore']);
    const list = contents.get('ignore', true) as Node | undefined;
    if (list === undefined || (isScalar(list) && list.value === null)) return [];
    if (!isSeq(list)) throw this.#refusal(list.range?.[0], 'ignore must be a list');
    return list.items.map((item) => this.#entry(item as Node));
  }

  #place(offset = 0): string {
    const { line, col } = this.#lines.linePos(offset);
    return `${this.#name}:${line}:${col}`;
  }

  #refusal(offset: number | undefined, what: string): UsageError {
    return new UsageError(
      `${this.#place(offset)}: ${what}`,
      'an entry: {rule: SEL-005, objects: [shop/web], reason: why it is meant, expires: 2026-12-31}',
    );
  }

  #onlyKeys(map: YAMLMap, known: readonly string[]): void {
    for (const { key } of map.items) {
      const word = isScalar(key) ? String(key.value) : '';
      if (known.includes(word)) continue;
      const [near] = nearNames(word, [...known]);
      const suggestion = near === undefined ? `; known: ${known.join(', ')}` : `; did you mean ${near}?`;
      throw this.#refusal((key as Node).range?.[0], `there is no key ${word} here${suggestion}`);
    }
  }

  #entry(item: Node): Entry {
    if (!isMap(item)) throw this.#refusal(item.range?.[0], 'an entry must have the keys rule and reason');
    this.#onlyKeys(item, KEYS);
    const rules = this.#words(item, 'rule');
    const [reason] = this.#words(item, 'reason');
    const [expires] = this.#words(item, 'expires');
    if (rules.length === 0) throw this.#refusal(item.range?.[0], 'the entry names no rule');
    if (reason === undefined) throw this.#refusal(item.range?.[0], 'the entry gives no reason');
    if (expires !== undefined && !isDay(expires.word)) {
      throw new UsageError(`${expires.at}: expires is not a day: ${expires.word}`, 'write it as 2026-12-31');
    }
    return {
      rules,
      objects: this.#words(item, 'objects').map(({ word }) => word),
      reason: reason.word,
      expires: expires?.word ?? null,
      at: this.#place(item.range?.[0]),
    };
  }

  /** The words at a key: one, or a list of them. */
  #words(map: YAMLMap, key: string): { word: string; at: string }[] {
    const value = map.get(key, true) as Node | undefined;
    if (value === undefined) return [];
    const nodes = isSeq(value) ? (value.items as Node[]) : [value];
    return nodes.map((node) => {
      const word = isScalar(node) && node.value !== null ? String(node.source ?? node.value).trim() : '';
      if (word === '') throw this.#refusal(node.range?.[0], `${key} must be a word, or a list of words`);
      return { word, at: this.#place(node.range?.[0]) };
    });
  }
}

function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(time || 0).toISOString().startsWith(text);
}

/** The entries of a file; a UsageError with file, line and column for what is none. */
export async function readConfig(path: string): Promise<readonly Entry[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UsageError(
      missing ? `there is no file ${path}` : `${path} cannot be read: ${(error as Error).message}`,
      'it is named by --config, or found as .svc-doctor.yaml',
    );
  }
  const name = relative(process.cwd(), path);
  return new Reader(name === '' || name.startsWith('..') ? path : name, text).entries();
}

function glob(pattern: string): RegExp {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^/ ]*')
    .replaceAll('?', '[^/ ]');
  return new RegExp(`^${source}$`, 'i');
}

/** `shop/web*` means Services; `Deployment shop/api` an object that the finding names. */
function isAbout(patterns: readonly string[], service: string | null, objects: readonly string[]): boolean {
  if (patterns.length === 0) return true;
  return patterns.some((pattern) => {
    const shape = glob(pattern);
    return pattern.includes(' ')
      ? objects.some((object) => shape.test(object))
      : service !== null && shape.test(service);
  });
}

/** True after the last day, which counts whole, in UTC. */
export function isExpired({ expires }: Entry, now: Date): boolean {
  return expires !== null && now.toISOString().slice(0, 10) > expires;
}

/** What the entries that have not expired tell to leave alone. */
export function fileSuppressor(entries: readonly Entry[], now: Date): Suppressor {
  const valid = entries.filter((entry) => !isExpired(entry, now));
  return ({ names, service, objects }) => {
    const found = valid.find(
      (entry) => entry.rules.some(({ word }) => isNamed(names, word)) && isAbout(entry.objects, service, objects),
    );
    return found === undefined ? null : { reason: found.reason, by: 'file' };
  };
}
