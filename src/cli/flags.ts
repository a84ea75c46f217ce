/** The flags that several commands share, and how they become options. */
import * as Flags from '@oclif/core/flags';
import type { ConnectionFlags } from '../sources/live/kubeconfig.ts';

const CONNECTION = 'CONNECTION';

/** kubectl's connection flags, spelt as there. */
export const connectionFlags = {
  namespace: Flags.string({ char: 'n', description: 'namespace of the Service', helpValue: 'NAME' }),
  context: Flags.string({ description: 'kubeconfig context', helpGroup: CONNECTION }),
  kubeconfig: Flags.string({ description: 'kubeconfig file', helpGroup: CONNECTION }),
  cluster: Flags.string({ description: 'kubeconfig cluster', helpGroup: CONNECTION }),
  user: Flags.string({ description: 'kubeconfig user', helpGroup: CONNECTION }),
  server: Flags.string({ char: 's', description: 'address of the API server', helpGroup: CONNECTION }),
  token: Flags.string({ description: 'bearer token', helpGroup: CONNECTION }),
  as: Flags.string({ description: 'user to impersonate', helpGroup: CONNECTION }),
  'as-group': Flags.string({
    description: 'group to impersonate, repeatable',
    multiple: true,
    multipleNonGreedy: true,
    helpGroup: CONNECTION,
  }),
  'as-uid': Flags.string({ description: 'UID to impersonate', helpGroup: CONNECTION }),
  'certificate-authority': Flags.string({ description: 'CA certificate file', helpGroup: CONNECTION }),
  'client-certificate': Flags.string({ description: 'client certificate file', helpGroup: CONNECTION }),
  'client-key': Flags.string({ description: 'client key file', helpGroup: CONNECTION }),
  'insecure-skip-tls-verify': Flags.boolean({
    description: "do not check the server's certificate",
    helpGroup: CONNECTION,
  }),
  'tls-server-name': Flags.string({ description: "name in the server's certificate", helpGroup: CONNECTION }),
  username: Flags.string({ description: 'name for basic authentication', helpGroup: CONNECTION }),
  password: Flags.string({ description: 'password for basic authentication', helpGroup: CONNECTION }),
  'disable-compression': Flags.boolean({ description: 'ask for plain responses', helpGroup: CONNECTION }),
  'request-timeout': Flags.string({ description: 'limit for one request: 5s, 1m, 0 = none', helpGroup: CONNECTION }),
  'cache-dir': Flags.string({ hidden: true }),
  'log-flush-frequency': Flags.string({ hidden: true }),
  'match-server-version': Flags.boolean({ hidden: true }),
};

/** Which Services, where none is named. */
export const choiceFlags = {
  'all-namespaces': Flags.boolean({ char: 'A', description: 'all Services of the cluster' }),
  selector: Flags.string({ char: 'l', description: 'only Services with these labels', helpValue: 'QUERY' }),
};

export const verboseFlag = {
  verbose: Flags.boolean({ char: 'v', description: 'say on stderr what was asked and how every rule came out' }),
};

export const colourFlag = {
  color: Flags.option({ options: ['auto', 'always', 'never'] as const, default: 'auto' as const })({
    description: 'colour the report',
  }),
};

/** Flags as the parser returns them. */
export interface ParsedConnectionFlags {
  [flag: string]: unknown;
}

const NAMES: Readonly<Record<keyof ConnectionFlags, string>> = {
  kubeconfig: 'kubeconfig',
  context: 'context',
  cluster: 'cluster',
  user: 'user',
  namespace: 'namespace',
  server: 'server',
  token: 'token',
  as: 'as',
  asGroup: 'as-group',
  asUid: 'as-uid',
  certificateAuthority: 'certificate-authority',
  clientCertificate: 'client-certificate',
  clientKey: 'client-key',
  insecureSkipTlsVerify: 'insecure-skip-tls-verify',
  tlsServerName: 'tls-server-name',
  requestTimeout: 'request-timeout',
  username: 'username',
  password: 'password',
  disableCompression: 'disable-compression',
};

/** The connection flags that were given; the others stay absent. */
export function connectionFlagsOf(parsed: ParsedConnectionFlags): ConnectionFlags {
  const given = Object.entries(NAMES).flatMap(([key, flag]) =>
    parsed[flag] === undefined ? [] : [[key, parsed[flag]]],
  );
  return Object.fromEntries(given) as ConnectionFlags;
}
