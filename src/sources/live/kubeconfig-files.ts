/** Reads and merges kubeconfig files by the rules of client-go's `ClientConfigLoadingRules`. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { ConnectionError } from './errors.ts';

export interface ClusterEntry {
  server?: string;
  'tls-server-name'?: string;
  'insecure-skip-tls-verify'?: boolean;
  'certificate-authority'?: string;
  'certificate-authority-data'?: string;
  'proxy-url'?: string;
  'disable-compression'?: boolean;
  extensions?: { name?: string; extension?: unknown }[];
}

export interface ExecEntry {
  apiVersion?: string;
  command?: string;
  args?: string[] | null;
  env?: { name: string; value: string }[] | null;
  installHint?: string;
  provideClusterInfo?: boolean;
  interactiveMode?: string;
}

export interface UserEntry {
  'client-certificate'?: string;
  'client-certificate-data'?: string;
  'client-key'?: string;
  'client-key-data'?: string;
  token?: string;
  tokenFile?: string;
  as?: string;
  'as-uid'?: string;
  'as-groups'?: string[];
  'as-user-extra'?: Record<string, string[]>;
  username?: string;
  password?: string;
  'auth-provider'?: { name: string; config?: Record<string, string> };
  exec?: ExecEntry;
}

export interface ContextEntry {
  cluster?: string;
  user?: string;
  namespace?: string;
}

export interface Kubeconfig {
  currentContext: string;
  clusters: Map<string, ClusterEntry>;
  users: Map<string, UserEntry>;
  contexts: Map<string, ContextEntry>;
  /** The files that were read, and those that were looked for. */
  files: readonly string[];
  searched: readonly string[];
}

type Named<K extends string, T> = ({ name?: string } & { [P in K]?: T | null })[] | null;

interface Document {
  'current-context'?: string;
  clusters?: Named<'cluster', ClusterEntry>;
  users?: Named<'user', UserEntry>;
  contexts?: Named<'context', ContextEntry>;
}

const PATH_KEYS = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'] as const;

/** Paths in an entry are relative to the file they stand in; so is a plugin's command when it holds a slash. */
function anchored<T extends ClusterEntry & UserEntry>(entry: T, directory: string): T {
  const copy = { ...entry };
  for (const key of PATH_KEYS) {
    const value = copy[key];
    if (value !== undefined && value !== '' && !isAbsolute(value)) copy[key] = resolve(directory, value);
  }
  const command = copy.exec?.command;
  if (copy.exec !== undefined && command !== undefined && /[/\\]/.test(command) && !isAbsolute(command)) {
    copy.exec = { ...copy.exec, command: resolve(directory, command) };
  }
  return copy;
}

function readDocument(file: string): Document {
  const hint = `Check it with: kubectl config view --kubeconfig ${file}`;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new ConnectionError(`The kubeconfig ${file} cannot be read (${code}).`, `See who may read it: ls -l ${file}`);
  }
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    const [line] = (error as Error).message.split('\n');
    throw new ConnectionError(`The kubeconfig ${file} is not valid YAML: ${line?.replace(/:$/, '')}.`, hint);
  }
  if (document === null || document === undefined) return {};
  if (typeof document !== 'object' || Array.isArray(document)) {
    throw new ConnectionError(`The kubeconfig ${file} is not a kubeconfig: its top level is no mapping.`, hint);
  }
  for (const key of ['clusters', 'users', 'contexts'] as const) {
    const list = (document as Record<string, unknown>)[key] ?? [];
    if (!Array.isArray(list) || list.some((item) => typeof item !== 'object' || item === null)) {
      throw new ConnectionError(`The kubeconfig ${file} is not a kubeconfig: its ${key} are no list of entries.`, hint);
    }
  }
  return document as Document;
}

/** Adds a file's entries; a name that is there already stays as it is (the first file wins). */
function mergeFile(into: Kubeconfig, file: string): void {
  const document = readDocument(file);
  const directory = dirname(resolve(file));
  into.currentContext ||= document['current-context'] ?? '';
  const fresh = { clusters: new Map<string, ClusterEntry>(), users: new Map<string, UserEntry>() };
  for (const { name, cluster } of document.clusters ?? [])
    fresh.clusters.set(name ?? '', anchored(cluster ?? {}, directory));
  for (const { name, user } of document.users ?? []) fresh.users.set(name ?? '', anchored(user ?? {}, directory));
  for (const [name, cluster] of fresh.clusters) if (!into.clusters.has(name)) into.clusters.set(name, cluster);
  for (const [name, user] of fresh.users) if (!into.users.has(name)) into.users.set(name, user);
  for (const { name, context } of document.contexts ?? []) {
    if (!into.contexts.has(name ?? '')) into.contexts.set(name ?? '', context ?? {});
  }
}

/**
 * The merged kubeconfig: `--kubeconfig` alone (it must exist), else every file of KUBECONFIG (missing ones are skipped),
 * else `~/.kube/config`. Entries and current-context of earlier files win.
 */
export function loadKubeconfig(explicit: string | undefined, env: NodeJS.ProcessEnv): Kubeconfig {
  const listed = [...new Set((env.KUBECONFIG ?? '').split(delimiter).filter((file) => file !== ''))];
  const home = env.HOME || env.USERPROFILE || homedir();
  const searched = explicit ? [explicit] : env.KUBECONFIG ? listed : [join(home, '.kube', 'config')];
  if (explicit && !existsSync(explicit)) {
    throw new ConnectionError(
      `The kubeconfig ${explicit} (from --kubeconfig) does not exist.`,
      'Name an existing file, or leave --kubeconfig out to use KUBECONFIG or ~/.kube/config.',
    );
  }
  const files = searched.filter((file) => existsSync(file));
  const merged: Kubeconfig = {
    currentContext: '',
    clusters: new Map(),
    users: new Map(),
    contexts: new Map(),
    files,
    searched,
  };
  for (const file of files) mergeFile(merged, file);
  return merged;
}
