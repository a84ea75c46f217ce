/** A patch written into the text of a manifest: comments, order, quotes, indentation, line ends and anchors elsewhere stay as they are. */
import { isDeepStrictEqual } from 'node:util';
import { type Document, isMap, isScalar, isSeq, type Node, type Pair, parseAllDocuments, type Tags, visit } from 'yaml';
import type { KubeObject } from '../../facts/wire.ts';
import { applyPatch } from '../../model/apply-patch.ts';
import type { Patch } from '../../model/patch.ts';
import { isRecord, stepsOf } from './patch-steps.ts';
import { CannotWrite, StepWriter, type TextEdit } from './write-step.ts';
import type { Manner } from './write-value.ts';

/** The text after the patch, or why it cannot be written. */
export type Edited = { text: string } | { refusal: string };

const BOM = '\ufeff';
const MAX_ALIASES = 100;

function textTags(tags: Tags): Tags {
  return tags.filter((tag) => typeof tag === 'string' || !/timestamp|binary|set|omap|pairs/.test(tag.tag));
}

function documentsOf(text: string): readonly Document.Parsed[] {
  const options = {
    version: '1.1',
    merge: true,
    customTags: textTags,
    prettyErrors: false,
    logLevel: 'silent',
  } as const;
  return parseAllDocuments(text, options) as Document.Parsed[];
}

interface Standing {
  document: number;
  /** Index in a `kind: List`; null where the document is the object. */
  item: number | null;
  node: Node;
  start: number;
  end: number;
}

const KINDS: Readonly<Record<Patch['kind'], string>> = {
  service: 'Service',
  deployment: 'Deployment',
  statefulset: 'StatefulSet',
  daemonset: 'DaemonSet',
};

function textAt(node: unknown, ...keys: readonly string[]): string | null {
  let at = node;
  for (const key of keys) at = isMap(at) ? at.get(key, true) : null;
  return isScalar(at) ? String(at.value) : null;
}

/** Every object of that kind and name, in the order of the text. */
function standings(documents: readonly Document.Parsed[], { kind, name }: Patch): readonly Standing[] {
  return documents.flatMap(({ contents }, document) => {
    const items = isMap(contents) ? contents.get('items', true) : undefined;
    const nodes: [unknown, number | null][] = isSeq(items)
      ? items.items.map((node, item) => [node, item])
      : [[contents, null]];
    return nodes.flatMap(([node, item]): Standing[] => {
      if (!isMap(node) || textAt(node, 'kind') !== KINDS[kind] || textAt(node, 'metadata', 'name') !== name) return [];
      return [{ document, item, node: node as Node, start: node.range?.[0] ?? 0, end: node.range?.[2] ?? 0 }];
    });
  });
}

/** Throws CannotWrite where the text has errors, or its aliases lead nowhere. */
function valuesOf(documents: readonly Document.Parsed[]): readonly unknown[] {
  if (documents.some(({ errors }) => errors.length > 0)) throw new CannotWrite('the file is not valid YAML');
  try {
    return documents.map((document) => document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown);
  } catch {
    throw new CannotWrite('aliases or merges in the file cannot be followed');
  }
}

function objectIn(values: readonly unknown[], { document, item }: Standing): unknown {
  const value = values[document];
  return item === null ? value : isRecord(value) ? (value.items as readonly unknown[])[item] : undefined;
}

/** All values with the object at that place replaced. */
function withObject(values: readonly unknown[], { document, item }: Standing, object: unknown): readonly unknown[] {
  return values.map((value, index) => {
    if (index !== document) return value;
    if (item === null || !isRecord(value)) return object;
    return { ...value, items: (value.items as readonly unknown[]).map((one, at) => (at === item ? object : one)) };
  });
}

/** How the document is indented: from its first nested map and its first list. */
function mannerOf(text: string, document: Document.Parsed, at: number): Manner {
  const column = (offset: number): number => offset - (text.lastIndexOf('\n', offset - 1) + 1);
  let indent = 0;
  let indentSeq: boolean | null = null;
  visit(document.contents, {
    Pair(_, { key, value }: Pair) {
      const [outer, inner] = [key as Node | null, value as Node | null];
      if (!outer?.range || !inner?.range) return;
      if (isMap(inner) && !inner.flow && indent === 0) indent = column(inner.range[0]) - column(outer.range[0]);
      if (isSeq(inner) && !inner.flow) indentSeq ??= column(inner.range[0]) > column(outer.range[0]);
    },
  });
  const end = text.indexOf('\n', at);
  return { indent: indent > 0 ? indent : 2, indentSeq: indentSeq ?? true, eol: text[end - 1] === '\r' ? '\r\n' : '\n' };
}

function applied(text: string, { start, end, text: inserted }: TextEdit): string {
  return text.slice(0, start) + inserted + text.slice(end);
}

/** Which of the objects of that kind and name stands at the line, from 0; null where none does. */
export function ordinalAt(text: string, patch: Patch, line: number): number | null {
  const plain = text.startsWith(BOM) ? text.slice(1) : text;
  let offset = 0;
  for (let at = 1; at < line && offset !== -1; at++) offset = plain.indexOf('\n', offset) + 1 || -1;
  if (offset === -1) return null;
  const end = plain.indexOf('\n', offset) === -1 ? plain.length : plain.indexOf('\n', offset);
  const found = standings(documentsOf(plain), patch).findIndex(
    (one) => one.start <= end && offset < Math.max(one.end, 1),
  );
  return found === -1 ? null : found;
}

/**
 * Writes the patch into the object of its kind and name, the `ordinal`th of the text. The result is read again and compared with what the patch makes
 * of the values: where anything else would change, such as what follows an anchor, it is refused.
 */
export function editObject(text: string, patch: Patch, ordinal: number): Edited {
  const [mark, plain] = text.startsWith(BOM) ? [BOM, text.slice(1)] : ['', text];
  try {
    return { text: mark + written(plain, patch, ordinal) };
  } catch (error) {
    if (error instanceof CannotWrite) return { refusal: error.message };
    throw error;
  }
}

function written(text: string, patch: Patch, ordinal: number): string {
  const before = documentsOf(text);
  const standing = standings(before, patch)[ordinal];
  if (standing === undefined) throw new CannotWrite(`${KINDS[patch.kind]} ${patch.name} is not there any more`);
  const values = valuesOf(before);
  const object = objectIn(values, standing);
  const wanted = withObject(values, standing, applyPatch(object as KubeObject, patch));
  let result = text;
  for (const step of stepsOf(patch, object)) {
    const documents = documentsOf(result);
    const now = standings(documents, patch)[ordinal];
    const document = now === undefined ? undefined : documents[now.document];
    if (now === undefined || document === undefined) throw new CannotWrite('the text is not the same any more');
    const manner = mannerOf(result, document, now.start);
    result = applied(result, new StepWriter(result, manner).edit(now.node, step));
  }
  if (!isDeepStrictEqual(valuesOf(documentsOf(result)), wanted)) {
    throw new CannotWrite('more than this object would change: an anchor or a merge leads elsewhere');
  }
  return result;
}
