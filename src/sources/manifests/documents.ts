/** The documents of one file, each with its values and the way back to where they stand. */
import { type Document, isScalar, type ParsedNode, parseAllDocuments, type ScalarTag, type Tags } from 'yaml';
import type { Problem } from '../../facts/place.ts';
import { jsonBreak } from '../snapshot/json-break.ts';
import { tooDeepAt } from './nesting.ts';
import type { SourceText } from './source-text.ts';

export interface ParsedDocument {
  source: SourceText;
  /** From 0, in the file. */
  index: number;
  value: unknown;
  /** The root node; its ranges count from `offset`. */
  node: ParsedNode;
  offset: number;
  template: string | null;
}

export interface ParsedFile {
  documents: readonly ParsedDocument[];
  problems: readonly Problem[];
  /** Documents that hold a template's directives: not yet manifests. */
  templated: number;
}

interface Chunk {
  text: string;
  offset: number;
  template: string | null;
}

const SEPARATOR = /^---(?=[ \t\r\n]|$)/gm;
const SOURCE = /^# Source: (\S.*?)\s*$/m;
const IS_OBJECT = /^\s*(?:- )?["']?(?:kind|items)["']?\s*:/m;
const NOT_JUDGED = /^kind:\s*["']?(?:CustomResourceDefinition|Secret)["']?\s*(?:#.*)?$/m;
const DIRECTIVE = /\{\{/;

/** A separator at the start of a line always ends a document, so that each can be read, or fail, on its own. */
function chunksOf(text: string): readonly Chunk[] {
  const starts = [0, ...[...text.matchAll(SEPARATOR)].map(({ index }) => index).filter((index) => index > 0)];
  return starts.map((offset, at) => {
    const part = text.slice(offset, starts[at + 1]);
    return { text: part, offset, template: SOURCE.exec(part)?.[1] ?? null };
  });
}

/** Go's YAML, which kubectl uses, keeps dates and sexagesimal numbers as text. */
function kubernetesTags(tags: Tags): Tags {
  return tags.filter((tag) => {
    if (typeof tag === 'string') return true;
    const { tag: name, format } = tag as ScalarTag;
    return !/timestamp|binary|set|omap|pairs/.test(name) && format !== 'TIME';
  });
}

const OPTIONS = {
  version: '1.1',
  merge: true,
  customTags: kubernetesTags,
  prettyErrors: false,
  logLevel: 'silent',
  uniqueKeys: true,
  keepSourceTokens: false,
} as const;

const MAX_ALIASES = 100;

/** `{{ .Values.x }}` where a value should stand reads as a map within a map. */
function isDirective(text: string): boolean {
  return /^[ \t]*(?:- )*(?:["']?[\w./-]+["']?:[ \t]+)?\{\{/m.test(text);
}

const WORDS: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'the same key stands twice in one map',
  TAB_AS_INDENT: 'a tab stands where spaces must indent',
  BAD_INDENT: 'the indentation does not fit',
};

function problemAt(source: SourceText, at: number, message: string): Problem {
  const { file, line, column, excerpt } = source.place(at, at + 1, 0, null);
  return { file, line, column, message, excerpt, hint: 'Correct it there; the other files were judged.' };
}

/**
 * Go's YAML lets the later lines of a quoted text stand as far left as its key, and writes them so. Their breaks and indents become spaces,
 * as many, so that all else stays where it is.
 */
function unfolded(text: string): string {
  return text.replace(
    /((?:^|[:-])[ \t]+)("(?:[^"\\]|\\[\s\S])*"|'(?:[^']|'')*')(?=[ \t]*(?:\r?\n|$))/gm,
    (_, before: string, quoted: string) =>
      before + quoted.replaceAll(/[ \t]*\r?\n[ \t]*/g, (fold) => ' '.repeat(fold.length)),
  );
}

/** A second try at a chunk whose quoted texts are folded in Go's manner. */
function readFolded(source: SourceText, chunk: Chunk, index: number): ParsedFile {
  const first = readChunk(source, chunk, index);
  if (first.problems.length === 0 || !/['"]/.test(chunk.text)) return first;
  const text = unfolded(chunk.text);
  const second = text === chunk.text ? first : readChunk(source, { ...chunk, text }, index);
  return second.problems.length === 0 ? second : first;
}

function readChunk(source: SourceText, chunk: Chunk, index: number): ParsedFile {
  const none = { documents: [], problems: [], templated: 0 };
  const deep = tooDeepAt(chunk.text);
  if (deep !== null) return { ...none, problems: [problemAt(source, chunk.offset + deep, 'it is nested too deeply')] };
  const parsed = parseAllDocuments(chunk.text, OPTIONS) as Document.Parsed[];
  const documents: ParsedDocument[] = [];
  for (const [at, document] of parsed.entries()) {
    const [error] = document.errors;
    if (error !== undefined) {
      if (isDirective(chunk.text)) return { ...none, templated: 1 };
      const words = WORDS[error.code] ?? error.message.split('\n')[0] ?? '';
      const where = problemAt(source, chunk.offset + error.pos[0], `it is not valid YAML: ${words}`);
      return { ...none, documents, problems: [where] };
    }
    const { contents } = document;
    if (contents === null || (isScalar(contents) && contents.value === null)) continue;
    const { offset, template } = chunk;
    try {
      const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
      documents.push({ source, index: index + at, value, node: contents, offset, template });
    } catch {
      return { ...none, documents, problems: [problemAt(source, offset, 'its aliases unfold to too much')] };
    }
  }
  if (DIRECTIVE.test(chunk.text) && isDirective(chunk.text) && !isLiteral(chunk.text)) return { ...none, templated: 1 };
  return { documents, problems: [], templated: 0 };
}

/** True when every directive stands in a block of text, as in a ConfigMap of templates. */
function isLiteral(text: string): boolean {
  let block = -1;
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const indent = line.length - line.trimStart().length;
    if (block >= 0 && indent > block) continue;
    block = /(?:^|[\s:-])[|>][-+0-9]*\s*(?:#.*)?\r?$/.test(line) ? indent : -1;
    if (isDirective(line)) return false;
  }
  return true;
}

/** JSON objects one after the other, as kubectl takes them too. */
function jsonChunks(text: string): readonly Chunk[] {
  let offset = 0;
  return text.split(/(?<=^\}[ \t]*\r?\n)(?=\{)/m).map((part) => {
    const chunk = { text: part, offset, template: null };
    offset += part.length;
    return chunk;
  });
}

function readJson(source: SourceText): ParsedFile {
  const chunks = jsonChunks(source.text);
  try {
    for (const { text } of chunks) JSON.parse(text);
  } catch {
    const { line, column, why } = jsonBreak(source.text);
    const excerpt = source.text.split('\n')[line - 1]?.trimEnd() ?? null;
    const hint = 'Correct it there; the other files were judged.';
    const problem = { file: source.file, line, column, message: `it is not valid JSON: ${why}`, excerpt, hint };
    return { documents: [], problems: [problem], templated: 0 };
  }
  return joined(chunks.map((chunk, index) => readChunk(source, chunk, index)));
}

/**
 * Every document that may hold objects of Kubernetes. `isAny`: also what holds none.
 * Never throws: what cannot be read becomes a problem with its place.
 */
export function readDocuments(source: SourceText, isAny = false): ParsedFile {
  if (!isAny && !IS_OBJECT.test(source.text) && !source.text.trimStart().startsWith('{'))
    return { documents: [], problems: [], templated: 0 };
  if (source.file.endsWith('.json')) return readJson(source);
  const parts = chunksOf(source.text).flatMap((chunk, index) =>
    !isAny && !IS_OBJECT.test(chunk.text) && !/^\s*(?:---)?\s*\{/.test(chunk.text)
      ? []
      : NOT_JUDGED.test(chunk.text)
        ? []
        : [readFolded(source, chunk, index)],
  );
  return joined(parts);
}

function joined(parts: readonly ParsedFile[]): ParsedFile {
  return {
    documents: parts.flatMap(({ documents }) => documents),
    problems: parts.flatMap(({ problems }) => problems),
    templated: parts.reduce((sum, { templated }) => sum + templated, 0),
  };
}
