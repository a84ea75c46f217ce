/** What a user of a kubeconfig sends with each request: headers and a client certificate. */
import { readFileSync } from 'node:fs';
import type { OutgoingHttpHeaders } from 'node:http';
import { authProviderHeader } from './auth-provider.ts';
import { ConnectionError } from './errors.ts';
import { type ExecCredential, type ExecOptions, runExecPlugin } from './exec-credential.ts';
import type { Target } from './kubeconfig.ts';
import type { UserEntry } from './kubeconfig-files.ts';

export interface Credentials {
  /** The headers of the next request. A token file is read again after a minute, an expired plugin token is renewed. */
  headers(): Promise<OutgoingHttpHeaders>;
  certificate: Buffer | string | null;
  key: Buffer | string | null;
}

/** A file that the kubeconfig or a flag names; a missing one is a ConnectionError that says what it was for. */
export function readNamedFile(file: string, what: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
    throw new ConnectionError(
      `The ${what} ${file} ${why}.`,
      'Correct its path in the kubeconfig: kubectl config view --minify',
    );
  }
}

/** Embedded base64 data wins over a file, as in client-go. */
export function dataOrFile(data: string | undefined, file: string | undefined, what: string): Buffer | null {
  if (data) return Buffer.from(data, 'base64');
  return file ? readNamedFile(file, what) : null;
}

/** client-go escapes what may not stand in a header name (transport.headerKeyEscape). */
function extraHeader(key: string): string {
  const escaped = key.replace(/[^!#$&'*+.^_`|~0-9A-Za-z-]/gu, (sign) => encodeURIComponent(sign));
  return `Impersonate-Extra-${escaped}`;
}

function impersonation(user: UserEntry): OutgoingHttpHeaders {
  const groups = user['as-groups'] ?? [];
  const extra = Object.entries(user['as-user-extra'] ?? {});
  if (!user.as) {
    if (groups.length === 0 && extra.length === 0 && !user['as-uid']) return {};
    throw new ConnectionError('A group, uid or extra field is to be impersonated, but no user.', 'Add --as USER.');
  }
  return {
    'Impersonate-User': user.as,
    ...(user['as-uid'] ? { 'Impersonate-Uid': user['as-uid'] } : {}),
    ...(groups.length > 0 ? { 'Impersonate-Group': groups } : {}),
    ...Object.fromEntries(extra.map(([key, values]) => [extraHeader(key), values])),
  };
}

function bearer(token: string): string {
  return `Bearer ${token.trim()}`;
}

function fileToken(file: string): () => string {
  let read = { at: Number.NEGATIVE_INFINITY, value: '' };
  return () => {
    if (Date.now() - read.at > 60_000)
      read = { at: Date.now(), value: bearer(readNamedFile(file, 'token file').toString('utf8')) };
    return read.value;
  };
}

async function pluginToken(
  target: Target,
  options: ExecOptions,
): Promise<[() => Promise<string | null>, ExecCredential]> {
  const run = (): Promise<ExecCredential> => runExecPlugin(target.user.exec ?? {}, target.cluster, options);
  const first = await run();
  let current = Promise.resolve(first);
  let expires = first.expires;
  const authorization = async (): Promise<string | null> => {
    if (expires !== null && Date.now() >= expires) {
      expires = null;
      current = run();
      expires = (await current).expires;
    }
    const { token } = await current;
    return token === null ? null : bearer(token);
  };
  return [authorization, first];
}

/** Signs in as the target's user. A token or password given besides a plugin wins, and the plugin is not run. */
export async function signIn(target: Target, options: ExecOptions): Promise<Credentials> {
  const { user } = target;
  const extra = impersonation(user);
  let certificate = dataOrFile(user['client-certificate-data'], user['client-certificate'], 'client certificate');
  let key = dataOrFile(user['client-key-data'], user['client-key'], 'client key');
  let authorization: () => string | null | Promise<string | null> = () => null;
  if (user.tokenFile) authorization = fileToken(user.tokenFile);
  else if (user.token) authorization = () => bearer(user.token ?? '');
  else if (user.username) {
    const basic = Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64');
    authorization = () => `Basic ${basic}`;
  } else if (user.exec) {
    const [token, first] = await pluginToken(target, options);
    authorization = token;
    if (first.certificate !== null) certificate = Buffer.from(first.certificate);
    if (first.key !== null) key = Buffer.from(first.key);
  } else if (user['auth-provider']) {
    const header = await authProviderHeader(target);
    authorization = () => header;
  }
  await authorization();
  return {
    certificate,
    key,
    async headers() {
      const value = await authorization();
      return { ...extra, ...(value === null ? {} : { Authorization: value }) };
    },
  };
}
