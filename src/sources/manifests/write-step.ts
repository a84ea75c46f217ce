/** One step of a patch as one change of a text: nothing but the value, or the lines, that it is about is touched. */
import { isAlias, isCollection, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import type { PatchStep } from './patch-steps.ts';
import { blockLines, inline, inPlaceOf, type Manner } from './write-value.ts';

export interface TextEdit {
  start: number;
  end: number;
  text: string;
}

/** Why a step cannot be written. */
export class CannotWrite extends Error {
  override readonly name = 'CannotWrite';
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Where the last value below a node ends, without comments and empty lines behind it. */
function endOf(node: Node): number {
  const last = isCollection(node) && !node.flow ? node.items.at(-1) : undefined;
  if (last === undefined) return node.range?.[1] ?? 0;
  const inner = isMap(node) ? (((last as Pair).value ?? (last as Pair).key) as Node) : (last as Node);
  return inner === null ? (node.range?.[1] ?? 0) : endOf(inner);
}

/** Behind the line on which the offset stands; a block of text ends with its line already. */
function nextLine(text: string, offset: number): number {
  if (text[offset - 1] === '\n') return offset;
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end + 1;
}

function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

function keyText({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : '';
}

/** Keys in double quotes mean that the map is JSON. */
function isJson(map: YAMLMap): boolean {
  return map.flow === true && map.items.every(({ key }) => isScalar(key) && key.type === 'QUOTE_DOUBLE');
}

/** The way of a step through one document. */
export class StepWriter {
  readonly #text: string;
  readonly #manner: Manner;

  constructor(text: string, manner: Manner) {
    this.#text = text;
    this.#manner = manner;
  }

  /** The change that makes the step, starting at the object's node. Throws CannotWrite. */
  edit(object: Node, step: PatchStep): TextEdit {
    if (step.op === 'append') return this.#append(this.#walk(object, step.path), step.value);
    if (step.op === 'remove') return this.#remove(object, step.path);
    return this.#set(object, step.path, step.value);
  }

  /** The node at the path; it must be written out there. */
  #walk(from: Node, path: PatchStep['path']): Node {
    let node = from;
    for (const part of path) node = this.#child(node, part) ?? this.#missing(part);
    return node;
  }

  #missing(part: string | number): never {
    throw new CannotWrite(`${part} is not written in this place`);
  }

  #child(node: Node, part: string | number): Node | null {
    if (isAlias(node)) throw new CannotWrite(`*${node.source} stands there, and others use it too`);
    if (isSeq(node)) return (node.items[Number(part)] as Node | undefined) ?? null;
    if (!isMap(node)) return null;
    return (node.items.find((pair) => keyText(pair) === part)?.value as Node | undefined) ?? null;
  }

  #set(object: Node, path: PatchStep['path'], value: unknown): TextEdit {
    let node = object;
    for (const [index, part] of path.entries()) {
      const child = this.#child(node, part);
      if (child !== null) {
        node = child;
        continue;
      }
      const rest = path.slice(index + 1).reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
      if (isMap(node)) return this.#insert(node, String(part), rest);
      if (isScalar(node) && node.value === null) return this.#fill(node, { [part]: rest });
      return this.#missing(part);
    }
    return this.#replace(node, value);
  }

  #replace(node: Node, value: unknown): TextEdit {
    const [start, end] = [startOf(node), node.range?.[1] ?? 0];
    const json = this.#text[start] === '"' && isJsonText(this.#text);
    if (isScalar(node) && node.value === null && start === end) return this.#fill(node, value);
    const isBlock = (isCollection(node) && !node.flow) || (isScalar(node) && node.type?.startsWith('BLOCK'));
    if (!isBlock) return { start, end, text: isScalar(node) ? inPlaceOf(node, value, json) : inline(value, json) };
    if (!isCollection(node) || value === null || typeof value !== 'object' || Object.keys(value).length === 0) {
      throw new CannotWrite('a value of several lines stands there');
    }
    const column = columnOf(this.#text, start);
    const lines = blockLines(value, column, this.#manner).slice(column);
    return { start, end: nextLine(this.#text, endOf(node)), text: lines };
  }

  /** A key without value gets one. */
  #fill(node: Node, value: unknown): TextEdit {
    const at = startOf(node);
    if (value === null || typeof value !== 'object') return { start: at, end: at, text: ` ${inline(value, false)}` };
    const line = this.#text.slice(lineStart(this.#text, at), at);
    const column = line.search(/[^\s-]/) + this.#manner.indent;
    const text = this.#manner.eol + blockLines(value, column, this.#manner);
    return { start: at, end: at, text: text.slice(0, -this.#manner.eol.length) };
  }

  #insert(map: YAMLMap, key: string, value: unknown): TextEdit {
    const last = map.items.at(-1);
    if (map.flow) return this.#insertInline(map, last, key, value);
    const first = map.items[0]?.key as Node | undefined;
    if (last === undefined || first === undefined) throw new CannotWrite('the map is empty');
    return this.#lines({ [key]: value }, columnOf(this.#text, startOf(first)), endOf(map));
  }

  /** New lines behind the line on which something ends. */
  #lines(value: unknown, column: number, end: number): TextEdit {
    const at = nextLine(this.#text, end);
    const lines = blockLines(value, column, this.#manner);
    if (this.#text[at - 1] === '\n') return { start: at, end: at, text: lines };
    const { eol } = this.#manner;
    return { start: at, end: at, text: eol + lines.slice(0, -eol.length) };
  }

  #insertInline(map: YAMLMap, last: Pair | undefined, key: string, value: unknown): TextEdit {
    const json = last === undefined ? isJsonText(this.#text) : isJson(map);
    const pair = json
      ? `${JSON.stringify(key)}: ${JSON.stringify(value)}`
      : `${inline(key, false)}: ${inline(value, false)}`;
    if (last === undefined) return { start: startOf(map) + 1, end: startOf(map) + 1, text: pair };
    const at = endOf((last.value ?? last.key) as Node);
    return { start: at, end: at, text: this.#gap(startOf(last.key as Node)) + pair };
  }

  #append(list: Node, value: unknown): TextEdit {
    if (!isSeq(list)) throw new CannotWrite('no list stands there');
    const [first] = (list as YAMLSeq).items as Node[];
    if (list.flow || first === undefined) return this.#appendInline(list as YAMLSeq, value);
    const dash = this.#text.lastIndexOf('-', startOf(first) - 1);
    return this.#lines([value], columnOf(this.#text, dash), endOf(list));
  }

  #appendInline(list: YAMLSeq, value: unknown): TextEdit {
    const text = inline(value, isJsonText(this.#text));
    const last = list.items.at(-1) as Node | undefined;
    const at = last === undefined ? startOf(list) + 1 : endOf(last);
    return { start: at, end: at, text: last === undefined ? text : this.#gap(startOf(last)) + text };
  }

  /** What parts a new item from the last one, which begins at the offset: on a line of its own where that one is. */
  #gap(begin: number): string {
    const before = this.#text.slice(lineStart(this.#text, begin), begin);
    return before.trim() === '' ? `,${this.#manner.eol}${before}` : ', ';
  }

  #remove(object: Node, path: PatchStep['path']): TextEdit {
    const [above, key] = [path.slice(0, -1), String(path.at(-1))];
    const map = this.#walk(object, above);
    if (!isMap(map)) throw new CannotWrite('no map stands there');
    const index = map.items.findIndex((pair) => keyText(pair) === key);
    const pair = map.items[index];
    if (pair === undefined) return this.#missing(key);
    if (map.items.length === 1) return this.#empty(object, above, map);
    const [start, end] = [startOf(pair.key as Node), endOf((pair.value ?? pair.key) as Node)];
    if (map.flow) return this.#removeInline(map, index, start, end);
    const begin = lineStart(this.#text, start);
    if (this.#text.slice(begin, start).trim() === '') return { start: begin, end: nextLine(this.#text, end), text: '' };
    const next = map.items[index + 1];
    if (next === undefined) throw new CannotWrite('it stands on the line of the list item');
    return { start, end: this.#uncommented(end, startOf(next.key as Node)), text: '' };
  }

  /** The end of a stretch in which no comment stands that would be lost. */
  #uncommented(start: number, end: number): number {
    if (this.#text.slice(start, end).includes('#')) throw new CannotWrite('a comment stands within it');
    return end;
  }

  /** A map of which nothing is left is written as `{}`. */
  #empty(object: Node, path: PatchStep['path'], map: YAMLMap): TextEdit {
    if (map.flow) return { start: startOf(map), end: map.range?.[1] ?? 0, text: '{}' };
    const holder = this.#walk(object, path.slice(0, -1));
    const key = isMap(holder) ? holder.items.find((pair) => keyText(pair) === path.at(-1))?.key : undefined;
    if (key === undefined) throw new CannotWrite('nothing would be left of the list item');
    const start = this.#text.indexOf(':', (key as Node).range?.[1] ?? 0) + 1;
    this.#uncommented(start, startOf(map));
    return { start, end: endOf(map), text: ' {}' };
  }

  #removeInline(map: YAMLMap, index: number, start: number, end: number): TextEdit {
    const next = map.items[index + 1];
    if (next !== undefined) return { start, end: startOf(next.key as Node), text: '' };
    const before = map.items[index - 1] as Pair;
    return { start: endOf((before.value ?? before.key) as Node), end, text: '' };
  }
}

function isJsonText(text: string): boolean {
  return /^\s*[{[]/.test(text);
}
