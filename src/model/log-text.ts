/** A raw log line as text that shapes can be tried on. */

const MAX_LENGTH = 2000;
const ANSI = /\u001b\[[0-9;?]{0,16}[A-Za-z]/g;
const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) /;

export interface LogText {
  /** When the kubelet received it (`timestamps=true`), ISO; null without that prefix. */
  time: string | null;
  /** The line's own text, and before it the message fields of a JSON log. */
  texts: readonly string[];
}

const FIELDS = ['msg', 'message', 'error', 'err', 'exception'];

function messages(text: string): string[] {
  if (!text.startsWith('{')) return [];
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return [];
  }
  if (typeof parsed !== 'object' || parsed === null) return [];
  const object = parsed as Record<string, unknown>;
  return FIELDS.flatMap((field) => {
    const value = object[field];
    if (typeof value === 'string') return [value];
    if (typeof value !== 'object' || value === null) return [];
    const nested = value as Record<string, unknown>;
    return FIELDS.map((inner) => nested[inner]).filter((inner) => typeof inner === 'string');
  });
}

/** Takes the kubelet's time off, strips colours, reads JSON logs, cuts to a length that is matched quickly. */
export function logText(line: string): LogText {
  const stamp = STAMP.exec(line);
  const whole = stamp === null ? line : line.slice(stamp[0].length);
  const texts = [...(whole.length <= 16_000 ? messages(whole.trim()) : []), whole];
  return {
    time: stamp?.[1] ?? null,
    texts: texts.map((text) =>
      text
        .slice(0, 2 * MAX_LENGTH)
        .replace(ANSI, '')
        .slice(0, MAX_LENGTH),
    ),
  };
}
