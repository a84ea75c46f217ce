/** Reads a Corefile (the Caddyfile syntax of CoreDNS 1.x) into server blocks and directives, each with its line. */

/** One line of a block: its first word, the words after it, and the block that it opens. */
export interface Directive {
  name: string;
  args: readonly string[];
  line: number;
  block: readonly Directive[];
}

export interface ServerBlock {
  /** `.:53`, `cluster.local:53`, as they are written. */
  keys: readonly string[];
  line: number;
  directives: readonly Directive[];
}

export interface Corefile {
  blocks: readonly ServerBlock[];
  /** Why it cannot be read to its end, as CoreDNS would refuse it too; null where it can. */
  error: { line: number; message: string } | null;
  /** Imports whose text is not known: what stands there may change any answer. */
  unresolved: readonly string[];
  lines: readonly string[];
}

/** The files that an `import` names, each as text; null where they are not known. */
export type Imports = (pattern: string) => readonly string[] | null;

interface Token {
  text: string;
  line: number;
  quoted: boolean;
}

const WORD = /"((?:[^"\\]|\\.)*)"|#[^\n]*|\n|[^\s#"][^\s]*/g;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  for (const match of text.matchAll(WORD)) {
    const [word, quoted] = match;
    if (word === '\n') line++;
    else if (quoted !== undefined) {
      tokens.push({ text: quoted.replace(/\\"/g, '"'), line, quoted: true });
      line += quoted.split('\n').length - 1;
    } else if (!word.startsWith('#')) tokens.push({ text: word, line, quoted: false });
  }
  return tokens;
}

class Unreadable extends Error {
  readonly line: number;
  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  next(): Token | undefined {
    return this.#tokens[this.#at++];
  }

  is(text: string): boolean {
    const token = this.peek();
    return token !== undefined && !token.quoted && token.text === text;
  }

  get lastLine(): number {
    return this.#tokens.at(-1)?.line ?? 1;
  }
}

/** A brace where a word must stand. */
function refuseBrace({ text, line, quoted }: Token): void {
  if (!quoted && (text === '{' || text === '}')) throw new Unreadable(line, `unexpected "${text}"`);
}

function directive(reader: Reader, first: Token): Directive {
  refuseBrace(first);
  const args: string[] = [];
  for (let token = reader.peek(); token !== undefined && token.line === first.line; token = reader.peek()) {
    if (reader.is('}')) break;
    reader.next();
    if (token.text === '{' && !token.quoted)
      return { name: first.text, args, line: first.line, block: block(reader, token.line) };
    args.push(token.text);
  }
  return { name: first.text, args, line: first.line, block: [] };
}

/** What stands between braces, the opening one read already. */
function block(reader: Reader, opened: number): readonly Directive[] {
  const found: Directive[] = [];
  for (;;) {
    const token = reader.next();
    if (token === undefined) throw new Unreadable(opened, 'the brace that opens here is never closed');
    if (token.text === '}' && !token.quoted) return found;
    found.push(directive(reader, token));
  }
}

interface Draft {
  blocks: ServerBlock[];
  snippets: Map<string, readonly Directive[]>;
}

/** The keys of a server block: words up to the brace; a comma carries them on to the next line. */
function keysOf(reader: Reader, first: Token): { keys: string[]; braced: boolean } {
  const keys = [first.text];
  let line = first.line;
  for (let token = reader.peek(); token !== undefined; token = reader.peek()) {
    if (token.text === '{' && !token.quoted) {
      reader.next();
      return { keys: cleaned(keys), braced: true };
    }
    if (token.line !== line && !keys.at(-1)?.endsWith(',')) break;
    reader.next();
    keys.push(token.text);
    line = token.line;
  }
  return { keys: cleaned(keys), braced: false };
}

function cleaned(keys: readonly string[]): string[] {
  return keys.flatMap((key) => key.split(',')).filter((key) => key !== '');
}

function topLevel(reader: Reader, draft: Draft, imports: Imports, unresolved: string[]): void {
  for (let first = reader.next(); first !== undefined; first = reader.next()) {
    // CoreDNS takes a brace too many for the name of one more server.
    if (first.text === '}' && !first.quoted) continue;
    refuseBrace(first);
    if (first.text === 'import' && !first.quoted) {
      const pattern = reader.next()?.text ?? '';
      if (pattern === '{') throw new Unreadable(first.line, 'unexpected "{"');
      const texts = imports(pattern);
      if (texts === null) unresolved.push(pattern);
      for (const text of texts ?? []) topLevel(new Reader(tokensOf(text)), draft, imports, unresolved);
      continue;
    }
    const { keys, braced } = keysOf(reader, first);
    if (!braced && draft.blocks.length > 0) throw new Unreadable(first.line, `"${first.text}" opens no block`);
    const directives = braced ? block(reader, first.line) : rest(reader);
    const snippet = /^\((.+)\)$/.exec(keys[0] ?? '');
    if (snippet === null) draft.blocks.push({ keys, line: first.line, directives });
    else draft.snippets.set(snippet[1] ?? '', directives);
  }
}

/** A Corefile of one server may leave its braces out. */
function rest(reader: Reader): readonly Directive[] {
  const found: Directive[] = [];
  for (let token = reader.next(); token !== undefined; token = reader.next()) found.push(directive(reader, token));
  return found;
}

/** Directives with each `import` replaced by the snippet or the files that it names. */
function expanded(
  directives: readonly Directive[],
  { snippets }: Draft,
  imports: Imports,
  unresolved: string[],
): readonly Directive[] {
  return directives.flatMap((one) => {
    if (one.name !== 'import') return [one];
    const [name = ''] = one.args;
    const snippet = snippets.get(name);
    if (snippet !== undefined) return snippet;
    const texts = imports(name);
    if (texts === null) unresolved.push(name);
    return (texts ?? []).flatMap((text) => rest(new Reader(tokensOf(text))));
  });
}

/** Reads the text of a Corefile; `imports` gives the files beside it. */
export function parseCorefile(text: string, imports: Imports): Corefile {
  const draft: Draft = { blocks: [], snippets: new Map() };
  const unresolved: string[] = [];
  const lines = text.split('\n');
  try {
    topLevel(new Reader(tokensOf(text)), draft, imports, unresolved);
    const blocks = draft.blocks.map((one) => ({
      ...one,
      directives: expanded(one.directives, draft, imports, unresolved),
    }));
    return { blocks, error: null, unresolved, lines };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { blocks: draft.blocks, error: { line: error.line, message: error.message }, unresolved, lines };
  }
}
