/** The grammar of addresses in configuration values: URLs, jdbc, libpq, Go DSNs, host:port lists, bare hosts. */
import type { Reference } from '../facts/extracts.ts';

/** What a value says, before it is known in which variable it stood. */
export type Address = Omit<Reference, 'variable'>;

/** Schemes whose authority is a bucket, an image or a path, never a host of this network. */
const NOT_NETWORK = new Set([
  'file',
  'unix',
  's3',
  's3a',
  's3n',
  'gs',
  'wasb',
  'abfs',
  'docker',
  'oci',
  'classpath',
  'data',
  'secret',
  'arn',
  'passwd',
  'chrome-extension',
]);

const HOST = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252}[A-Za-z0-9_])?\.?$/;
const IPV6 = /^[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*$/;
const NOT_A_HOST = new Set([
  'true',
  'false',
  'yes',
  'no',
  'on',
  'off',
  'null',
  'none',
  'nil',
  'undefined',
  'enabled',
  'disabled',
  'auto',
  'default',
]);

/** A port number out of digits, or null. */
export function portOf(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,5}$/.test(text)) return null;
  const port = Number(text);
  return port >= 1 && port <= 65535 ? port : null;
}

export function isHost(text: string): boolean {
  return (
    HOST.test(text) &&
    !/^[\d.]*$/.test(text.replace(/^(?:\d{1,3}\.){3}\d{1,3}$/, 'ip')) &&
    !NOT_A_HOST.has(text.toLowerCase())
  );
}

export interface HostPort {
  host: string;
  port: number | null;
}

/** `host`, `host:port`, `[v6]:port`, `:port`; an empty host is kept for the caller to judge; null when it is none of these. */
export function splitHostPort(text: string): HostPort | null {
  const bracketed = /^\[([^\]]{2,45})\](?::(\d{1,5}))?$/.exec(text);
  if (bracketed !== null) {
    const host = bracketed[1] ?? '';
    const port = portOf(bracketed[2]);
    return IPV6.test(host) && (bracketed[2] === undefined || port !== null) ? { host, port } : null;
  }
  const at = text.lastIndexOf(':');
  const host = at < 0 ? text : text.slice(0, at);
  const port = at < 0 ? null : portOf(text.slice(at + 1));
  if (at >= 0 && port === null) return null;
  return host === '' || host === '*' || host === '+' || isHost(host) ? { host, port } : null;
}

/** A path that may be kept: no user info, nothing that looks like a token. */
function keptPath(path: string): string | null {
  return path.split('/').some((segment) => segment.length >= 20 && /\d/.test(segment)) ? null : path;
}

function fromUrl(scheme: string, authority: string, rest: string): Address[] {
  if (rest.includes('@')) return [];
  const at = authority.lastIndexOf('@');
  const hosts = authority.slice(at + 1).split(',');
  const end = rest.search(/[?#;]/);
  const path = keptPath(end < 0 ? rest : rest.slice(0, end));
  const exact = at < 0 && end < 0 && hosts.length === 1 && path !== null;
  return hosts.flatMap((part) => {
    const found = splitHostPort(part);
    return found === null ? [] : [{ ...found, scheme: scheme.toLowerCase(), path: exact ? path : null, exact }];
  });
}

const CALLED =
  /^(?:https?|wss?|h2c?|grpcs?|dns|tcp|udp|tls|ssl|ftps?|sftp|ssh|ldaps?|smtps?|imaps?|amqps?|mqtts?|stomp|kafka|nats|pulsar|rediss?|valkeys?|memcached?|mongodb|postgres(?:ql)?|mysqlx?|mariadb|mssql|sqlserver|oracle|cockroach(?:db)?|clickhouse|cassandra|couchbases?|neo4j|bolt|influxdb|elasticsearch|opensearch|etcds?|consul|zk|zookeeper|thrift|rsocket|dubbo|jaeger|zipkin|otlp|statsd|syslog|nfs|smb|rtsp|socks5?h?|jdbc:.+|r2dbc:.+)(?:[+-][a-z0-9_]+)*$/i;

const URL_START = /(?:^|[^A-Za-z0-9+.:-])((?:jdbc:)?[A-Za-z][A-Za-z0-9+.-]{0,30}(?::[a-z]{1,20})?):\/\//g;

/** Every URL in the value; null when there is none at all. */
function urls(value: string): Address[] | null {
  const starts = [...value.matchAll(URL_START)];
  if (starts.length === 0) return null;
  const found = starts.flatMap((start, index) => {
    const scheme = start[1] ?? '';
    if (NOT_NETWORK.has(scheme.toLowerCase())) return [];
    // `kubernetes://apis/apps/v1/…`, `spiffe://cluster.local/…`: a scheme nobody calls names no host, unless a port stands there
    const called = CALLED.test(scheme);
    const next = starts[index + 1];
    const body = value.slice(start.index + start[0].length, next === undefined ? undefined : next.index);
    const url = /^([^\s/?#;"'<>`|)}]+)([^\s"'<>`|)}]*)/.exec(body);
    if (url === null) return [];
    const whole =
      start.index === 0 && !/^[^A-Za-z]/.test(start[0]) && next === undefined && url[0].length === body.length;
    const addresses = fromUrl(scheme, url[1] ?? '', url[2] ?? '').filter(({ port }) => called || port !== null);
    return addresses.map((address) => (whole ? address : { ...address, path: null, exact: false }));
  });
  return found;
}

/** `host=db port=5432 …`, `Server=db,1433;Database=…`, `Host=db;Port=5432;…`. */
function keyValue(value: string): Address[] | null {
  const hosts = /(?:^|[\s;])(?:host|server|data source|hostaddr)\s?=\s?(?:tcp:)?([^\s;]{1,253})/i.exec(value);
  if (hosts === null) return null;
  const port = portOf(/(?:^|[\s;])port\s?=\s?(\d{1,5})(?=$|[\s;])/i.exec(value)?.[1]);
  const inline = /^([^,]+),(\d{1,5})$/.exec(hosts[1] ?? '');
  const names = inline === null ? (hosts[1] ?? '').split(',') : [inline[1] ?? ''];
  return names.flatMap((name) => {
    const found = splitHostPort(name);
    if (found === null || found.host === '') return [];
    return [
      { host: found.host, port: found.port ?? portOf(inline?.[2]) ?? port, scheme: null, path: null, exact: false },
    ];
  });
}

/** `jdbc:oracle:thin:@host:1521:sid` and Go's `user:password@tcp(host:3306)/db`. */
function special(value: string): Address[] | null {
  const oracle = /^jdbc:oracle:[a-z]{1,10}:[^@]{0,200}@(?:\/\/)?([A-Za-z0-9_.-]{1,253}):(\d{1,5})(?:[:/]|$)/.exec(
    value,
  );
  const mysql = /(?:^|@)(?:tcp|tcp4|tcp6)\(([^()\s]{1,260})\)/.exec(value);
  const found = oracle === null ? splitHostPort(mysql?.[1] ?? '') : splitHostPort(`${oracle[1]}:${oracle[2]}`);
  if ((oracle === null && mysql === null) || found === null || found.host === '') return null;
  return [{ ...found, scheme: oracle === null ? 'mysql' : 'jdbc:oracle', path: null, exact: false }];
}

/** `host:port(,host:port)*`, where every item has a port; other `key=value` items are passed over. */
function hostPorts(value: string): Address[] | null {
  if (value.length > 2000 || /\s/.test(value.trim())) return null;
  const items = value.split(',').filter((item) => item !== '');
  const found = items.map(splitHostPort);
  if (found.some((item, index) => (item === null || item.port === null) && !/^[A-Za-z]+=/.test(items[index] ?? '')))
    return null;
  const all = found.filter((item) => item !== null && item.port !== null);
  const exact = items.length === 1;
  return all.length === 0
    ? null
    : all.flatMap((item) => (item === null ? [] : [{ ...item, scheme: null, path: exact ? '' : null, exact }]));
}

/** `host/path` and `host:port/path` without a scheme, and bare hosts, single or in a list. */
function bareHosts(value: string): Address[] {
  const withPath = /^([A-Za-z0-9_.-]{1,253}(?::\d{1,5})?)(\/[^\s?#@]{0,300})$/.exec(value);
  const items = withPath === null ? value.split(',') : [withPath[1] ?? ''];
  const path = keptPath(withPath?.[2] ?? '');
  const exact = items.length === 1 && path !== null;
  const found = items.map((item) => splitHostPort(item.trim()));
  if (found.some((item) => item === null || item.host === '')) return [];
  return found.flatMap((item) => (item === null ? [] : [{ ...item, scheme: null, path: exact ? path : null, exact }]));
}

/** Reads a value by the grammar, most specific first. `bare`: the variable's name makes a lone host believable; `pairs`: so is host:port. */
export function addressesIn(value: string, bare: boolean, pairs: boolean): readonly Address[] {
  const text = value.trim();
  // a URL, a DSN, a pair and a name of several labels have one of these
  if (!bare && !/[:=(.]/.test(text)) return [];
  const strong = urls(text) ?? special(text) ?? keyValue(text);
  if (strong !== null) return strong;
  const listed = pairs ? hostPorts(text) : null;
  if (listed !== null)
    return bare ? listed : listed.filter((item) => (item.port ?? 0) >= 53 && /[A-Za-z]|^$/.test(item.host));
  if (bare) return bareHosts(text);
  return /^[a-z0-9-]{1,63}\.[a-z0-9-]{1,63}\.svc(?:\.[a-z0-9.-]{1,200})?$/i.test(text) ? bareHosts(text) : [];
}
