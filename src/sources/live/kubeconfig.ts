/** Which cluster, user and namespace a run talks to: the kubeconfig with the flags laid over it, as kubectl does it. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConnectionError, nearestName } from './errors.ts';
import {
  type ClusterEntry,
  type ContextEntry,
  type Kubeconfig,
  loadKubeconfig,
  type UserEntry,
} from './kubeconfig-files.ts';

/** kubectl's connection flags; an absent one was not given. */
export interface ConnectionFlags {
  kubeconfig?: string;
  context?: string;
  cluster?: string;
  user?: string;
  namespace?: string;
  server?: string;
  token?: string;
  as?: string;
  asGroup?: readonly string[];
  asUid?: string;
  certificateAuthority?: string;
  clientCertificate?: string;
  clientKey?: string;
  insecureSkipTlsVerify?: boolean;
  tlsServerName?: string;
  requestTimeout?: string;
  username?: string;
  password?: string;
  disableCompression?: boolean;
}

/** One cluster and one user, ready to be connected to; paths are absolute. */
export interface Target {
  contextName: string | null;
  /** The user's name in the kubeconfig, or null. */
  userName: string | null;
  namespace: string;
  cluster: ClusterEntry & { server: string };
  user: UserEntry;
  /** Where the address came from, in words: `context "prod"`, `--server`, `in-cluster configuration`. */
  origin: string;
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

function overlayCluster(cluster: ClusterEntry, flags: ConnectionFlags): ClusterEntry {
  const result = { ...cluster };
  if (flags.server) result.server = flags.server;
  if (flags.disableCompression !== undefined) result['disable-compression'] = flags.disableCompression;
  // client-go: a new address drops the old server name; an explicit trust setting replaces all trust settings.
  if (flags.tlsServerName || flags.server) {
    delete result['tls-server-name'];
    if (flags.tlsServerName) result['tls-server-name'] = flags.tlsServerName;
  }
  if (flags.insecureSkipTlsVerify || flags.certificateAuthority) {
    delete result['certificate-authority'];
    delete result['certificate-authority-data'];
    result['insecure-skip-tls-verify'] = flags.insecureSkipTlsVerify ?? false;
    if (flags.certificateAuthority) result['certificate-authority'] = resolve(flags.certificateAuthority);
  }
  return result;
}

function overlayUser(user: UserEntry, flags: ConnectionFlags): UserEntry {
  const result = { ...user };
  if (flags.token) {
    delete result.tokenFile;
    result.token = flags.token;
  }
  if (flags.clientCertificate) {
    delete result['client-certificate-data'];
    result['client-certificate'] = resolve(flags.clientCertificate);
  }
  if (flags.clientKey) {
    delete result['client-key-data'];
    result['client-key'] = resolve(flags.clientKey);
  }
  if (flags.username) result.username = flags.username;
  if (flags.password) result.password = flags.password;
  if (flags.as) result.as = flags.as;
  if (flags.asUid) result['as-uid'] = flags.asUid;
  if (flags.asGroup !== undefined && flags.asGroup.length > 0) result['as-groups'] = [...flags.asGroup];
  return result;
}

function mustHave<T>(kind: string, name: string, entries: ReadonlyMap<string, T>, from: string): T {
  const found = entries.get(name);
  if (found !== undefined) return found;
  const near = nearestName(name, [...entries.keys()]);
  const meant = near === null ? '' : ` Did you mean "${near}"?`;
  throw new ConnectionError(
    `There is no ${kind} "${name}" (${from}) in the kubeconfig.${meant}`,
    `See what there is: kubectl config get-${kind}s`,
  );
}

/** An address without a scheme is https when anything about TLS is configured, else http (client-go's DefaultServerURL). */
function withScheme(server: string, cluster: ClusterEntry, user: UserEntry): string {
  if (/^https?:\/\//i.test(server)) return server;
  const tls =
    cluster['certificate-authority'] ||
    cluster['certificate-authority-data'] ||
    cluster['insecure-skip-tls-verify'] ||
    user['client-certificate'] ||
    user['client-certificate-data'];
  return `${tls ? 'https' : 'http'}://${server}`;
}

/** The Pod's own ServiceAccount; null outside of a Pod. The same three conditions as client-go's `icc.Possible`. */
function inCluster(flags: ConnectionFlags, env: NodeJS.ProcessEnv, root: string): Target | null {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  if (!host || !port || !existsSync(`${root}/token`)) return null;
  const ownNamespace = existsSync(`${root}/namespace`) ? readFileSync(`${root}/namespace`, 'utf8').trim() : '';
  const address = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const cluster = overlayCluster({ server: address, 'certificate-authority': `${root}/ca.crt` }, flags);
  return {
    contextName: null,
    userName: null,
    namespace: flags.namespace || env.POD_NAMESPACE || ownNamespace || 'default',
    cluster: { ...cluster, server: cluster.server ?? address },
    user: overlayUser({ tokenFile: `${root}/token` }, flags),
    origin: 'in-cluster configuration',
  };
}

function noAddress(config: Kubeconfig): ConnectionError {
  if (config.files.length === 0) {
    return new ConnectionError(
      `No kubeconfig was found (looked for ${config.searched.join(', ')}), and this is not inside a Pod.`,
      'Name one with --kubeconfig FILE or KUBECONFIG; without a cluster, try: kubectl svc-doctor demo',
    );
  }
  const files = config.files.join(', ');
  if (config.contexts.size === 0) {
    return new ConnectionError(
      `The kubeconfig ${files} holds no context.`,
      'Name another file with --kubeconfig FILE, or an address with --server.',
    );
  }
  return new ConnectionError(
    `The kubeconfig ${files} has no current context.`,
    `Choose one with --context NAME (there are: ${[...config.contexts.keys()].sort().join(', ')}), or: kubectl config use-context NAME`,
  );
}

/**
 * What to connect to. `serviceAccount` is the directory of the Pod's own credentials.
 * Order as in client-go's ClientConfig: flag, context's entry; with no kubeconfig at all the Pod's ServiceAccount.
 */
export function resolveTarget(
  flags: ConnectionFlags,
  env: NodeJS.ProcessEnv,
  serviceAccount = SERVICE_ACCOUNT,
): Target {
  const config = loadKubeconfig(flags.kubeconfig, env);
  const contextName = flags.context || config.currentContext || null;
  const empty = config.contexts.size === 0 && config.clusters.size === 0 && config.users.size === 0;
  if (empty && contextName === null) {
    const pod = inCluster(flags, env, serviceAccount);
    if (pod !== null) return pod;
    if (config.files.length === 0 && !flags.server) throw noAddress(config);
  }
  const context: ContextEntry =
    contextName === null
      ? {}
      : mustHave('context', contextName, config.contexts, flags.context ? 'from --context' : 'the current context');
  const from = (flag: string | undefined, name: string): string =>
    flag ? `from --${name}` : `of context "${contextName}"`;
  const clusterName = flags.cluster || context.cluster;
  const userName = flags.user || context.user || null;
  const clusterEntry =
    clusterName && !(flags.server && !flags.cluster && !config.clusters.has(clusterName))
      ? mustHave('cluster', clusterName, config.clusters, from(flags.cluster, 'cluster'))
      : {};
  const userEntry = userName === null ? {} : mustHave('user', userName, config.users, from(flags.user, 'user'));
  const cluster = overlayCluster(clusterEntry, flags);
  const user = overlayUser(userEntry, flags);
  if (!cluster.server) {
    if (!clusterName) throw noAddress(config);
    throw new ConnectionError(
      `Cluster "${clusterName}" of the kubeconfig has no server address.`,
      'Give one with --server https://HOST:PORT',
    );
  }
  return {
    contextName,
    userName,
    namespace: flags.namespace || context.namespace || 'default',
    cluster: { ...cluster, server: withScheme(cluster.server, cluster, user) },
    user,
    origin: flags.server ? '--server' : contextName === null ? `cluster "${clusterName}"` : `context "${contextName}"`,
  };
}
