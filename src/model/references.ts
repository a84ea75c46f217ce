/** What a container is told to call and to listen on, and which Service a host means. */
import type { Extracts, Reference } from '../facts/extracts.ts';
import { addressesIn, portOf } from './reference-grammar.ts';
import { linkedIn, lost, overwritten } from './reference-links.ts';
import { isListenAddress, isOwnAddress, listensOf, partnerOf } from './reference-listen.ts';
import {
  argumentVariables,
  envVariables,
  normalise,
  type RawContainer,
  type Variable,
  wordsOfArguments,
} from './reference-variables.ts';

const ADDRESS_NAME =
  /(?:^|_)(?:HOSTS?|ADDR|ADDRESS|URL|URI|ENDPOINTS?|SERVERS?|SERVICE|BROKERS?|DSN|UPSTREAM|BACKEND)$|^[A-Z]{2,12}HOST$/;
const NOT_ADDRESS =
  /PASSW|PASSPHRASE|(?:^|_)(?:PASS|PWD|SECRETS?|TOKEN|CRED|CREDS|CREDENTIALS?|AUTH|KEY|KEYS|APIKEY|USER|USERNAME|LOGIN|ADMIN|ACCOUNT|COOKIE|HASH|SALT|CERT|IMAGE|TAG|VERSION|TIME|DATE|SCHEDULE|UID|GID|ID)(?:_|$)/;
const CLIENTS =
  /^(?:nc|ncat|netcat|psql|pg_isready|pg_dump|mysql|mysqladmin|mysqldump|mariadb|redis-cli|mongo|mongosh|curl|wget|ssh|kcat|cqlsh|wait-for-it(?:\.sh)?|telnet|ping|nslookup)$/;

const NO_HOST = /^(?:NAMESPACE|PROTOCOL)$/;

function ofVariable(variable: Variable, all: readonly Variable[]): Reference[] {
  const { name, shown, value, literal } = variable;
  if (value === null || value === '' || isOwnAddress(variable) || NO_HOST.test(name)) return [];
  const bare = ADDRESS_NAME.test(name);
  const found = addressesIn(value, bare, bare || !NOT_ADDRESS.test(name));
  const single = found.length === 1 && found[0]?.port === null && found[0].scheme === null;
  return found
    .filter(
      ({ host, port }) =>
        host !== '' &&
        host !== '*' &&
        host !== '+' &&
        !(isListenAddress(host) && /^(?:0\.0\.0\.0|::)$/.test(host) && port !== null),
    )
    .filter(({ host }) => !(bare && /^(?:HOST|ADDR|ADDRESS)$/.test(name) && isListenAddress(host)))
    .map((address) => {
      const reference = withoutForeignPath({ ...address, variable: shown, exact: address.exact && literal });
      return single ? withPortBeside(reference, variable, all) : reference;
    });
}

/** The reference with the port out of `X_PORT` beside `X_HOST`. */
function withPortBeside(reference: Reference, host: Variable, all: readonly Variable[]): Reference {
  const ports = all.filter(({ name, value }) => /PORT$/.test(name) && portOf(value ?? undefined) !== null);
  const beside = ports.find((port) => partnerOf(port, all) === host);
  if (beside === undefined) return reference;
  const paired = { ...reference, port: portOf(beside.value ?? undefined), path: null, exact: false };
  return reference.exact ? { ...paired, portVariable: beside.shown } : paired;
}

/** Webhook paths of other people's hosts are secrets by themselves; no rule needs them. */
function withoutForeignPath(reference: Reference): Reference {
  if (resolveHost(reference.host, 'x').kind !== 'external' || reference.path === null || reference.path === '')
    return reference;
  return { ...reference, path: null, exact: false };
}

/** `nc -z postgres 5432`, `pg_isready -h postgres -p 5432`, `wait-for-it db:5432`: what a waiting script dials. */
function ofClients(words: readonly string[], shown: string): Reference[] {
  return words.flatMap((word, at) => {
    if (!CLIENTS.test(word.replace(/^.*\//, ''))) return [];
    const end = words.findIndex((other, i) => i > at && (CLIENTS.test(other) || other === 'do' || other === 'then'));
    const own = words.slice(at + 1, end < 0 ? at + 12 : end);
    const flag = own.findIndex((other) => /^(?:-h|--host)$/.test(other));
    const named = own[flag + 1] ?? '';
    const plain = own.filter((other) => !other.startsWith('-'));
    const port = own[own.findIndex((other) => /^(?:-p|-P|--port)$/.test(other)) + 1];
    const [host, number] =
      flag >= 0
        ? [named, portOf(port)]
        : /^(?:nc|ncat|netcat|telnet)$/.test(word)
          ? [plain[0] ?? '', portOf(plain[1])]
          : ['', null];
    const address = host === '' || /[$:/]/.test(host) ? undefined : addressesIn(host, true, true)[0];
    return address === undefined || (flag < 0 && number === null)
      ? []
      : [{ ...address, port: number, path: null, exact: false, variable: shown }];
  });
}

function ofArguments(
  list: readonly string[] | undefined,
  shown: 'args' | 'command',
  values: ReadonlyMap<string, string>,
): { variables: Variable[]; references: Reference[]; isClient: boolean } {
  const words = wordsOfArguments(list ?? [], values);
  const isClient = words.some((word) => CLIENTS.test(word.replace(/^.*\//, '')));
  const { variables, rest } = argumentVariables(words, shown);
  if (words.includes('http.server')) {
    variables.push({ name: 'PORT', shown, value: words[words.indexOf('http.server') + 1] ?? null, literal: false });
  }
  const loose = isClient ? [] : variables.filter(({ name }) => !/^[HP]$/.test(name));
  const references = [
    ...loose.flatMap((variable) => ofVariable(variable, variables)),
    ...(isClient ? words.filter((word) => !word.startsWith('-')) : rest).flatMap((value) =>
      ofVariable({ name: 'WORD', shown, value, literal: false }, []),
    ),
    ...ofClients(words, shown),
  ];
  return { variables, references, isClient };
}

function unique(references: readonly Reference[]): readonly Reference[] {
  return [...new Map(references.map((reference) => [JSON.stringify(reference), reference])).values()];
}

/** True for the name of a variable that holds an address. */
export function isAddressName(name: string): boolean {
  return ADDRESS_NAME.test(normalise(name));
}

/** The addresses in the value of one variable. */
export function referencesOfVariable(name: string, value: string): readonly Reference[] {
  return ofVariable({ name: normalise(name), shown: name, value, literal: true }, []);
}

/** The addresses among settings that stand together, such as those of one file: a port beside its host is taken for its port. */
export function referencesOfSettings(settings: readonly { name: string; value: string }[]): readonly Reference[] {
  const variables = settings.map(({ name, value }) => ({ name: normalise(name), shown: name, value, literal: false }));
  return unique(variables.flatMap((variable) => ofVariable(variable, variables)));
}

/**
 * The addresses in a container's env literals, args and command, and the ports it is told to listen on.
 * Credentials, queries and all other values stay behind.
 */
export function extractsOf(container: RawContainer): Extracts {
  const { variables, values } = envVariables(container.env);
  const command = ofArguments(container.command, 'command', values);
  const args = ofArguments(container.args, 'args', values);
  const own = variables.flatMap((variable) => ofVariable(variable, variables));
  const shadowed = lost(
    overwritten(container.env).flatMap(({ name, value }) => referencesOfVariable(name, value)),
    own,
  );
  const linked = linkedIn(container);
  return {
    ...(shadowed.length === 0 ? {} : { shadowed }),
    ...(linked.length === 0 ? {} : { linked }),
    references: unique([...own, ...command.references, ...args.references]),
    listens: [
      ...listensOf(variables, false),
      ...listensOf(command.variables, command.isClient),
      ...listensOf(args.variables, args.isClient || command.isClient),
    ],
  };
}

export type HostTarget =
  | { kind: 'service'; name: string; namespace: string }
  | { kind: 'service-or-external'; name: string; namespace: string }
  | { kind: 'external' }
  | { kind: 'local' }
  | { kind: 'ip'; ip: string };

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

function serviceIn(labels: readonly string[]): HostTarget {
  const [name, namespace] = labels.slice(-2);
  return name !== undefined && namespace !== undefined && LABEL.test(name) && LABEL.test(namespace)
    ? { kind: 'service', name, namespace }
    : { kind: 'external' };
}

/**
 * What a host name means to a Pod of the namespace with dnsPolicy ClusterFirst (Kubernetes DNS specification 1.1.0):
 * `a`, `a.b` (a Service or an outside name), `a.b.svc`, `pod.a.b.svc.<domain>`, an address, this machine, or an outside name.
 */
export function resolveHost(host: string, namespace: string, clusterDomain = 'cluster.local'): HostTarget {
  const bare = host
    .trim()
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/%.*$/, '');
  if (bare === 'localhost' || bare.endsWith('.localhost') || bare === 'host.docker.internal') return { kind: 'local' };
  if (/^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(bare) || bare === '::1' || bare === '0.0.0.0' || bare === '::')
    return { kind: 'local' };
  if (/^(?:\d{1,3}\.){3}\d{1,3}$/.test(bare) || /^[0-9a-f:]*:[0-9a-f:.]*$/.test(bare)) return { kind: 'ip', ip: bare };
  const absolute = bare.endsWith('.');
  const name = absolute ? bare.slice(0, -1) : bare;
  if (name.endsWith(`.svc.${clusterDomain}`))
    return serviceIn(name.slice(0, -`.svc.${clusterDomain}`.length).split('.'));
  if (absolute || name.endsWith(`.${clusterDomain}`)) return { kind: 'external' };
  const labels = name.split('.');
  if (labels.length === 1) return LABEL.test(name) ? { kind: 'service', name, namespace } : { kind: 'external' };
  if (labels.length >= 3 && labels.at(-1) === 'svc') return serviceIn(labels.slice(0, -1));
  if (labels.length !== 2) return { kind: 'external' };
  const pair = serviceIn(labels);
  return pair.kind === 'service' ? { ...pair, kind: 'service-or-external' } : pair;
}
