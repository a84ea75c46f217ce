/** Ports that a container is told to listen on. */
import type { ListenHint } from '../facts/extracts.ts';
import { portOf, splitHostPort } from './reference-grammar.ts';
import type { Variable } from './reference-variables.ts';

const LISTEN = /(?:^|_)(?:LISTEN|LISTENER|BIND)(?:_|$)/;
/** Names that say where a server itself stands. */
const OWN_ADDRESS =
  /^(?:(?:HTTP|HTTPS|GRPC|SERVER|WEB|METRICS|HEALTH|ADMIN)_)?(?:HOST|ADDR|ADDRESS)$|^(?:B|P|ASPNETCORE_URLS|HOSTNAME)$/;
const DEPENDENCY =
  /^(?:DB|DATABASE|POSTGRES|POSTGRESQL|PG|MYSQL|MARIADB|REDIS|MONGO|MONGODB|KAFKA|RABBITMQ|AMQP|SMTP|MAIL|ELASTIC\w*|MEMCACHED?|NATS|ZOOKEEPER|CASSANDRA|LDAP|STATSD|JAEGER|OTEL|REMOTE|UPSTREAM|PROXY|BACKEND|API|TARGET|NODE)(?:_|$)/;
const PARTNERS = [
  'HOST',
  'HOSTS',
  'HOSTNAME',
  'ADDR',
  'ADDRESS',
  'SERVER',
  'URL',
  'URI',
  'ENDPOINT',
  'SERVICE',
  'SERVICE_HOST',
  'BROKER',
];
const LOCAL = new Set(['', '*', '+', '0.0.0.0', '127.0.0.1', 'localhost', '::', '::1']);

export function isListenAddress(host: string): boolean {
  return LOCAL.has(host);
}

/** True when the variable says where the container itself listens, so its value is no dependency. */
export function isOwnAddress(variable: Variable): boolean {
  if (LISTEN.test(variable.name)) return true;
  if (!OWN_ADDRESS.test(variable.name)) return false;
  const host = splitHostPort((variable.value ?? '').replace(/^[a-z]{1,8}:\/\//, ''))?.host;
  return host === undefined || LOCAL.has(host);
}

/** The host that stands beside `X_PORT`: `X_HOST` and its like, or null. */
export function partnerOf(port: Variable, variables: readonly Variable[]): Variable | null {
  const stem = port.name.replace(/_?PORT$/, '');
  const names = new Set(PARTNERS.flatMap((suffix) => [`${stem}_${suffix}`, stem === '' ? suffix : `${stem}${suffix}`]));
  if (stem !== '') names.add(stem);
  return variables.find((variable) => names.has(variable.name)) ?? null;
}

function fromPort(variable: Variable, variables: readonly Variable[]): ListenHint[] {
  const port = portOf(variable.value ?? undefined);
  if (port === null || !/(?:^|_)PORT$/.test(variable.name) || /SERVICE_PORT$/.test(variable.name)) return [];
  const partner = partnerOf(variable, variables);
  if (partner === null) {
    return DEPENDENCY.test(variable.name) ? [] : [{ port, host: null, source: variable.shown }];
  }
  const host = partner.value?.trim() ?? null;
  const own = host !== null && LOCAL.has(host) && !DEPENDENCY.test(variable.name);
  return own ? [{ port, host: host === '' ? null : host, source: variable.shown }] : [];
}

function fromAddress(variable: Variable): ListenHint[] {
  const named = LISTEN.test(variable.name) || OWN_ADDRESS.test(variable.name);
  const value = variable.value ?? '';
  if (!named && !value.includes(':')) return [];
  return value.split(/[;,]/).flatMap((item) => {
    const text = item
      .trim()
      .replace(/^[a-z]{1,8}:\/\//i, '')
      .replace(/\/.*$/, '');
    const found = splitHostPort(text);
    const digits = named ? portOf(text) : null;
    if (digits !== null) return [{ port: digits, host: null, source: variable.shown }];
    if (found === null || found.port === null) return [];
    const open =
      found.host === '' || found.host === '*' || found.host === '+' || found.host === '0.0.0.0' || found.host === '::';
    if (!open && !(named && LOCAL.has(found.host))) return [];
    return [{ port: found.port, host: /^[*+]?$/.test(found.host) ? null : found.host, source: variable.shown }];
  });
}

/** The listen hints of all variables, in their order, without repeats. */
export function listensOf(variables: readonly Variable[], isClient: boolean): readonly ListenHint[] {
  const seen = new Set<string>();
  return variables
    .filter(
      (variable) => !(isClient && /^(?:P|PORT|H|B)$/.test(variable.name) && /^(?:args|command)$/.test(variable.shown)),
    )
    .flatMap((variable) => [...fromPort(variable, variables), ...fromAddress(variable)])
    .filter((hint) => {
      const key = `${hint.port} ${hint.host} ${hint.source}`;
      return seen.has(key) ? false : seen.add(key) !== undefined;
    });
}
