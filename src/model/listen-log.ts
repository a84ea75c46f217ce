/** What a server's own log says about where it listens. */
import { logText } from './log-text.ts';

export interface ListenLine {
  port: number;
  /** The address it is bound to, or null where the line names none. */
  host: string | null;
  line: string;
}

const HOST = String.raw`\[?(?<host>localhost|0\.0\.0\.0|127\.\d+\.\d+\.\d+|::1?|\*|\d{1,3}(?:\.\d{1,3}){3})\]?`;
const WORD = '(?:listen(?:ing|s)?|running|serving|started|starting|bound|available|local)';
const SHAPES: readonly RegExp[] = [
  new RegExp(String.raw`\b${WORD}\b[^\n]{0,60}?(?:[a-z]{2,5}://)?${HOST}(?::| port )(?<port>\d{2,5})\b`, 'i'),
  new RegExp(String.raw`\b${WORD}\b[^\n]{0,40}?\bport(?:\(s\))?[ :=]{1,3}(?<port>\d{2,5})\b`, 'i'),
  new RegExp(String.raw`\b${WORD}\b (?:on|at) (?:[a-z]{2,5}://)?:(?<port>\d{2,5})\b`, 'i'),
];
/** Words of clients and of failures, and of ports that are not meant for callers. */
const OTHER =
  /connect|wait|fail|error|refused|cannot|could not|unable|retry|timeout|in use|denied|metric|prometheus|health|probe|admin|debug|pprof|management|inspector|telemetry/i;

/** The lines in which a program says that it listens, without those about metrics, health and administration. */
export function listenLines(lines: readonly string[]): readonly ListenLine[] {
  return lines.flatMap((raw) => {
    const text = logText(raw).texts[0]?.trim() ?? '';
    if (OTHER.test(text)) return [];
    for (const shape of SHAPES) {
      const groups = shape.exec(text)?.groups;
      if (groups?.port === undefined) continue;
      return [{ port: Number(groups.port), host: groups.host ?? null, line: text }];
    }
    return [];
  });
}

/** True for an address that only the Pod itself can call. */
export function isLoopback(host: string | null): boolean {
  return host !== null && (host === 'localhost' || host === '::1' || host.startsWith('127.'));
}
