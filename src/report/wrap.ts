/** Wrapping to a width. A command inside a text stays in one piece, so that it can be copied. */

/** Words and the spaces before them; a word `kubectl` takes everything up to a double space or the end with it. */
const PIECE = /( *)((?<=^|[\s(])kubectl(?: \S+)+|\S+)/g;

/**
 * Breaks a text into lines of at most `width` columns. Runs of spaces inside a line are kept, since evidence is aligned by them;
 * a word or a command longer than the width gets a line of its own.
 */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const [, gap = '', word = ''] of paragraph.matchAll(PIECE)) {
      if (line === '') line = word;
      else if (line.length + gap.length + word.length <= width) line += gap + word;
      else {
        lines.push(line);
        line = word;
      }
    }
    lines.push(line);
  }
  return lines;
}

/** Sets a remark flush right after the last line, or on a line of its own where it does not fit. */
export function addRemark(
  lines: readonly string[],
  lastWidth: number,
  remark: string,
  width: number,
  paint: (text: string) => string,
): string[] {
  if (remark === '') return [...lines];
  const last = lines.at(-1) ?? '';
  const gap = width - lastWidth - remark.length;
  if (gap >= 2) return [...lines.slice(0, -1), last + ' '.repeat(gap) + paint(remark)];
  return [...lines, ' '.repeat(Math.max(width - remark.length, 0)) + paint(remark)];
}
