/** Where a text stops being JSON. */
export interface JsonBreak {
  line: number;
  column: number;
  why: string;
}

/** True when the text could still become JSON if more followed: V8 complains of its very end. */
function isSoundSoFar(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const position = /at position (\d+)/.exec(message)?.[1];
    return /end of JSON|Unterminated/.test(message) || (position !== undefined && Number(position) >= text.length);
  }
}

/** The first character that cannot stand where it stands. V8 does not always tell it, so it is searched by halves. */
export function jsonBreak(text: string): JsonBreak {
  let sound = 0;
  let broken = text.length + 1;
  while (broken - sound > 1) {
    const middle = Math.floor((sound + broken) / 2);
    if (isSoundSoFar(text.slice(0, middle))) sound = middle;
    else broken = middle;
  }
  const before = text.slice(0, sound).split('\n');
  const character = text[sound];
  return {
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
    why: character === undefined ? 'the file ends too early' : `unexpected ${JSON.stringify(character)}`,
  };
}
