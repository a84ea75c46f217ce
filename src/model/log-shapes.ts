/** Finds in log lines what a program failed to reach, and how. */
import { classOf, classOfNumber, type LogClass } from './log-class.ts';
import { CLIENT_SHAPES } from './log-expressions-clients.ts';
import { TOOL_SHAPES } from './log-expressions-tools.ts';
import type { LogShape } from './log-pattern.ts';
import { logText } from './log-text.ts';
import { redactLine } from './redact.ts';

const MAX_LINES = 200;

/** The shapes in the order in which they are tried: the most precise first, the weakest last. */
export const LOG_SHAPES: readonly LogShape[] = [...CLIENT_SHAPES, ...TOOL_SHAPES];

export interface LogMatch {
  /** The catalogue's id of the shape (`L05`); `auth`, `exhausted` and `unnamed` for words that name no address. */
  shape: string;
  class: LogClass;
  host: string | null;
  ip: string | null;
  port: number | null;
  /** The address of the name server that was asked, where the line tells. */
  dns: string | null;
  /** The newest such line, redacted. */
  line: string;
  /** When the kubelet received that line, or null. */
  time: string | null;
  /** How many lines say the same: class, host or address, port. */
  count: number;
}

type Found = Omit<LogMatch, 'line' | 'time' | 'count'>;

const AUTH =
  /NOAUTH Authentication required|WRONGPASS|Access denied for user|FATAL: {1,2}(?:password authentication failed|role "|database "|no pg_hba)/;
/** Words of a server that was reached and has no connection left: MySQL, PostgreSQL, Redis. */
const EXHAUSTED =
  /Too many connections|too many clients already|remaining connection slots are reserved|max number of clients reached/;
/** Refusals of stacks that do not say by whom: Java's, under JDBC drivers. */
const UNNAMED = /\bjava\.net\.ConnectException: Connection refused(?! *: )/;
/** Words without any address, tried last. */
const BARE: readonly (readonly [RegExp, string, LogClass])[] = [
  [EXHAUSTED, 'exhausted', 'exhausted'],
  [AUTH, 'auth', 'auth'],
  [UNNAMED, 'unnamed', 'refused'],
];
const IPV4 = /^(?:\d{1,3}\.){3}\d{1,3}$/;

function classFor(
  shape: LogShape,
  groups: Record<string, string | undefined>,
  matched: string,
  text: string,
): LogClass {
  const numbered = classOfNumber(groups.errno);
  const said = [groups.code, groups.why, groups.why2].filter((part) => part !== undefined).join(' ');
  if (shape.id === 'L46') return groups.svc === undefined ? 'nxdomain' : 'refused';
  if (shape.id === 'L45') return groups.host === undefined ? (classOf(said) ?? 'refused') : 'nxdomain';
  if (shape.id === 'L43') return groups.num === '3' ? 'nxdomain' : 'dns-unreachable';
  if (shape.class === 'dns')
    return classOf(said === '' ? text : said) === 'nxdomain' || (said === '' && classOf(text) !== 'dns-unreachable')
      ? 'nxdomain'
      : 'dns-unreachable';
  if (shape.class !== 'words') return shape.class;
  return numbered ?? classOf(said) ?? classOf(matched) ?? classOf(text) ?? 'refused';
}

function matchText(text: string): Found | null {
  for (const shape of LOG_SHAPES) {
    const match = shape.expression.exec(text);
    if (match === null) continue;
    const groups: Record<string, string | undefined> = match.groups ?? {};
    const of = classFor(shape, groups, match[0], text);
    const named = groups.svc ?? groups.svc2;
    const space = groups.ns ?? groups.ns2;
    const host = named === undefined ? (groups.host ?? null) : `${named}.${space}.svc`;
    const isAddress = host !== null && (IPV4.test(host) || host.includes(':'));
    const ip = groups.ip === '<unresolved>' ? undefined : groups.ip;
    const port = groups.port ?? (of === 'bind' ? /(?::|\bport )(\d{2,5})\b/i.exec(match[0])?.[1] : undefined);
    return {
      shape: shape.id,
      class: of,
      host: isAddress ? null : (host?.replace(/\.$/, '') ?? hostBeside(text, of)),
      ip: ip ?? (isAddress ? host : null),
      port: port === undefined ? null : Number(port),
      dns: groups.dns ?? null,
    };
  }
  const bare = BARE.find(([words]) => words.test(text));
  return bare === undefined ? null : { shape: bare[1], class: bare[2], host: null, ip: null, port: null, dns: null };
}

/** pgx and its like name the host apart from the address: ``failed to connect to `host=postgres user=app …` ``. */
function hostBeside(text: string, of: LogClass): string | null {
  return of === 'bind' ? null : (/\bhost=([A-Za-z][A-Za-z0-9.-]{0,252})/.exec(text)?.[1] ?? null);
}

/**
 * What the last 200 lines say about the network: one match for each class, host (or address) and port, with the newest line
 * and a count; the newest first. Lines may carry the kubelet's time.
 */
export function matchLog(lines: readonly string[]): readonly LogMatch[] {
  const recent = lines.slice(-MAX_LINES).map(logText);
  const groups = new Map<string, LogMatch>();
  recent.forEach(({ time, texts }, index) => {
    for (const text of texts) {
      // libpq before 14 tells the host on the next line.
      const next = /could not connect to server: /.test(text) ? recent.slice(index + 1, index + 3) : [];
      const found = matchText([text, ...next.map((one) => one.texts.at(-1) ?? '')].join('\n'));
      if (found === null) continue;
      const key = `${found.class} ${found.host ?? found.ip} ${found.port}`;
      const count = (groups.get(key)?.count ?? 0) + 1;
      groups.delete(key);
      groups.set(key, { ...found, line: redactLine(text).trim(), time, count });
      return;
    }
  });
  return [...groups.values()].reverse();
}
