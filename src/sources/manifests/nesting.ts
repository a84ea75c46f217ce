/** What no parser should be given: nesting that no manifest has. The YAML parser recurses, and V8 ends the process when its stack is full. */

const MOST = 200;
const DEEP_COMPACT = /(?:[-?:][ \t]+){200}/;

/** The offset at which brackets or indentation nest too deeply, or null. Brackets in strings count too: manifests have few. */
export function tooDeepAt(text: string): number | null {
  const compact = DEEP_COMPACT.exec(text);
  if (compact !== null) return compact.index;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x7b || code === 0x5b) {
      depth++;
      if (depth > MOST) return at;
    } else if (code === 0x7d || code === 0x5d) depth = Math.max(0, depth - 1);
  }
  return deepIndentAt(text);
}

/** Block nesting costs a column a level. */
function deepIndentAt(text: string): number | null {
  const levels: number[] = [];
  for (const { 0: line, 1: indent = '', index } of text.matchAll(/^( *)[^\s#].*$/gm)) {
    if (line.length === 0) continue;
    while ((levels.at(-1) ?? -1) >= indent.length) levels.pop();
    levels.push(indent.length);
    if (levels.length > MOST) return index;
  }
  return null;
}
