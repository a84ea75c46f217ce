/** From `spec.ports[0].targetPort` to the node of the YAML document, or to the nearest one above that is written. */
import { isAlias, isMap, isPair, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';

/** What was reached: a value, with the key it stands under. */
export interface Reached {
  key: Node | null;
  node: Node | null;
  /** How many parts of the path were walked. */
  depth: number;
}

interface Part {
  text: string;
  isIndex: boolean;
}

/** `spec`, `[0]`, `[name=web]`, `env API_URL`: the parts of a path as rules write it. */
export function partsOf(path: string): readonly Part[] {
  return [...path.matchAll(/\[([^\]]*)\]|([^.[\]\s]+)/g)].map(([, index, text]) =>
    index === undefined ? { text: text ?? '', isIndex: false } : { text: index, isIndex: true },
  );
}

function keyText(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.source ?? pair.key.value) : '';
}

/** What an alias stands for. */
type Resolve = (node: unknown) => Node | null;

function textAt(node: unknown, key: string, resolve: Resolve): string | null {
  const map = resolve(node);
  if (!isMap(map)) return null;
  const value = pairOf(map, key, resolve)?.value;
  return isScalar(value) ? String(value.source ?? value.value) : null;
}

/** The pair of that key; merged maps count after own keys. */
function pairOf(map: YAMLMap, key: string, resolve: Resolve): Pair | null {
  const own = map.items.find((pair) => keyText(pair) === key);
  if (own !== undefined) return own;
  for (const pair of map.items.filter((item) => keyText(item) === '<<')) {
    const value = resolve(pair.value);
    for (const source of isSeq(value) ? value.items : [value]) {
      const merged = resolve(source);
      const found = isMap(merged) ? pairOf(merged, key, resolve) : null;
      if (found !== null) return found;
    }
  }
  return null;
}

function itemOf(list: YAMLSeq, { text, isIndex }: Part, rest: readonly Part[], resolve: Resolve): unknown {
  if (isIndex && /^\d+$/.test(text)) return list.items[Number(text)];
  if (text === '') {
    const [next] = rest;
    return next === undefined
      ? list.items[0]
      : (list.items.find((item) => {
          const map = resolve(item);
          return isMap(map) && pairOf(map, next.text, resolve) !== null;
        }) ?? list.items[0]);
  }
  const wanted = text.includes('=') ? text.split(',').map((pair) => pair.split('=')) : [['name', text]];
  return list.items.find((item) => wanted.every(([key = '', value]) => textAt(item, key, resolve) === value));
}

/** Walks as far as the document goes. A key with dots in it is found by joining parts. */
export function reach(root: Node, path: string, resolve: Resolve): Reached {
  const parts = partsOf(path);
  let reached: Reached = { key: null, node: root, depth: 0 };
  for (let at = 0; at < parts.length; ) {
    const node = resolve(reached.node);
    const part = parts[at] as Part;
    if (isSeq(node)) {
      const item = itemOf(node, part, parts.slice(at + 1), resolve);
      if (item === undefined) break;
      at += 1;
      reached = { key: null, node: item as Node, depth: at };
      continue;
    }
    if (!isMap(node)) break;
    const found = pairFor(node, parts.slice(at), resolve);
    if (found === null) break;
    at += found.used;
    reached = { key: found.pair.key as Node, node: found.pair.value as Node | null, depth: at };
  }
  return reached;
}

function pairFor(map: YAMLMap, parts: readonly Part[], resolve: Resolve): { pair: Pair; used: number } | null {
  let key = '';
  for (const [at, { text }] of parts.entries()) {
    key = at === 0 ? text : `${key}.${text}`;
    const pair = pairOf(map, key, resolve);
    if (isPair(pair)) return { pair, used: at + 1 };
  }
  return null;
}

/** Resolves aliases by the anchors below the root. */
export function aliasesOf(root: Node): Resolve {
  const anchors = new Map<string, Node>();
  const visit = (node: unknown): void => {
    if (isPair(node)) {
      visit(node.key);
      visit(node.value);
    } else if (isMap(node) || isSeq(node)) {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
      for (const item of node.items) visit(item);
    } else if (isScalar(node) && node.anchor !== undefined) anchors.set(node.anchor, node);
  };
  let isVisited = false;
  return (node) => {
    if (!isAlias(node)) return (node ?? null) as Node | null;
    if (!isVisited) visit(root);
    isVisited = true;
    return anchors.get(node.source) ?? null;
  };
}
