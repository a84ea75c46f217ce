/** The files that were named: single ones, folders with all below them, patterns, standard input. Links within a folder are not followed, so nothing outside of it is read. */
import { closeSync, openSync, readdirSync, readSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join, posix, relative, resolve, sep } from 'node:path';
import type { Problem } from '../../facts/place.ts';

/** A file that may hold manifests. */
export interface NamedFile {
  /** As the user would name it; `-` is standard input. */
  file: string;
  /** The folder that was named and holds it; null where the file itself was named. */
  root: string | null;
  /** The path below the root, with `/`; the file itself where it was named. */
  path: string;
}

export interface NamedFiles {
  files: readonly NamedFile[];
  problems: readonly Problem[];
  /** Links that were not followed, and folders that were left out. */
  left: number;
}

const MAX_DEPTH = 32;
const MAX_FILES = 20_000;
const MANIFEST = /\.(?:ya?ml|json)$/;
const LEFT_OUT = /^(?:\..+|node_modules|vendor)$/;
const PATTERN = /[*?[{]/;

function problem(file: string, message: string, hint: string): Problem {
  return { file, line: null, column: null, message, excerpt: null, hint };
}

interface Walk {
  files: NamedFile[];
  left: number;
  isFull: boolean;
}

function walk(root: string, folder: string, depth: number, into: Walk): void {
  if (depth > MAX_DEPTH || into.files.length >= MAX_FILES) {
    into.isFull ||= into.files.length >= MAX_FILES;
    into.left += 1;
    return;
  }
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isSymbolicLink() || (entry.isDirectory() && LEFT_OUT.test(entry.name))) into.left += 1;
    else if (entry.isDirectory()) walk(root, path, depth + 1, into);
    else if (entry.isFile() && (MANIFEST.test(entry.name) || entry.name === 'Kustomization'))
      into.files.push({ file: posix.join(root.split(sep).join('/'), path), root, path });
  }
}

/** `k8s/*.yaml` as an expression; `**` crosses folders, the others do not. */
function expressionOf(pattern: string): RegExp {
  const source = pattern.replace(/\*\*\/?|\*|\?|\{[^}]*\}|\[[^\]]*\]|[.+^$()|\\{}[\]]/g, (part) => {
    if (part.startsWith('**')) return '(?:.*/)?';
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    if (part.startsWith('{') && part.length > 1) {
      return `(?:${part
        .slice(1, -1)
        .split(',')
        .map((one) => one.replace(/[.+^$()|\\*?[\]]/g, '\\$&'))
        .join('|')})`;
    }
    if (part.startsWith('[') && part.length > 1) return part.replace('[!', '[^').replaceAll('\\', '\\\\');
    return `\\${part}`;
  });
  return new RegExp(`^${source}$`);
}

function expanded(pattern: string): readonly NamedFile[] {
  const fixed = pattern.slice(0, pattern.search(PATTERN));
  const base = fixed.includes('/') ? fixed.slice(0, fixed.lastIndexOf('/')) || '/' : '.';
  const into: Walk = { files: [], left: 0, isFull: false };
  try {
    walk(base, '', 0, into);
  } catch {
    return [];
  }
  const wanted = expressionOf(posix.normalize(pattern));
  return into.files.filter(({ file }) => wanted.test(file)).map(({ file }) => ({ file, root: null, path: file }));
}

function stated(argument: string): Stats | null {
  try {
    return statSync(argument);
  } catch {
    return null;
  }
}

function found(argument: string): NamedFiles {
  const none = { files: [], problems: [], left: 0 };
  if (argument === '-') return { ...none, files: [{ file: '-', root: null, path: '-' }] };
  if (/^https?:\/\//.test(argument)) {
    const hint = `Download it first: curl -fsSL ${argument} | kubectl svc-doctor preflight -f -`;
    return { ...none, problems: [problem(argument, 'addresses are not read', hint)] };
  }
  const stat = stated(argument);
  if (stat === null) {
    const files = PATTERN.test(argument) ? expanded(argument) : [];
    const words = PATTERN.test(argument) ? 'no file matches it' : 'there is no such file or folder';
    return files.length > 0
      ? { ...none, files }
      : { ...none, problems: [problem(argument, words, 'Name files or folders that are there: -f FILE|DIR')] };
  }
  if (!stat.isDirectory()) return { ...none, files: [{ file: argument, root: null, path: argument }] };
  const into: Walk = { files: [], left: 0, isFull: false };
  try {
    walk(argument, '', 0, into);
  } catch (error) {
    return {
      ...none,
      problems: [problem(argument, `it cannot be read: ${(error as Error).message}`, 'Check its permissions.')],
    };
  }
  const full = problem(
    argument,
    `it holds more than ${MAX_FILES} manifests; the rest was not read`,
    'Name smaller folders.',
  );
  return { files: into.files, problems: into.isFull ? [full] : [], left: into.left };
}

/** Every file that the arguments of `-f` name, each once. */
export function namedFiles(named: readonly string[]): NamedFiles {
  const parts = named.map(found);
  const files = new Map<string, NamedFile>();
  for (const one of parts.flatMap((part) => part.files)) {
    const key = one.file === '-' ? '-' : resolve(one.file);
    if (!files.has(key)) files.set(key, one);
  }
  return {
    files: [...files.values()],
    problems: parts.flatMap(({ problems }) => problems),
    left: parts.reduce((sum, { left }) => sum + left, 0),
  };
}

/** True when the path, links resolved, lies in the folder. */
export function isWithin(folder: string, path: string): boolean {
  try {
    const below = relative(realpathSync(folder), realpathSync(path));
    return below !== '..' && !below.startsWith(`..${sep}`);
  } catch {
    return false;
  }
}

const MAX_BYTES = 16 * 1024 * 1024;

/** Like `readSync`; waits where a pipe has nothing to give yet. */
function readSome(handle: number, into: Buffer): number {
  for (;;) {
    try {
      return readSync(handle, into, 0, into.length, null);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

/** The text of a file or of standard input, or why it cannot be had. Reads no more than the limit. */
export function textOf({ file }: NamedFile): string | Problem {
  const parts: Buffer[] = [];
  let size = 0;
  let handle: number | null = null;
  try {
    handle = file === '-' ? 0 : openSync(file, 'r');
    for (;;) {
      const part = Buffer.allocUnsafe(256 * 1024);
      const length = readSome(handle, part);
      if (length === 0) break;
      size += length;
      if (size > MAX_BYTES) {
        return problem(file, 'it is larger than 16 MB', 'Split it: preflight reads manifests, not whole archives.');
      }
      parts.push(part.subarray(0, length));
    }
    return Buffer.concat(parts).toString('utf8');
  } catch (error) {
    return problem(file, `it cannot be read: ${(error as Error).message}`, 'Check the file and its permissions.');
  } finally {
    if (handle !== null && handle !== 0) closeSync(handle);
  }
}
