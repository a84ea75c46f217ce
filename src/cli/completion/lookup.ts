/** Names for the TAB key, out of the cluster, the kubeconfig and the bundle: what comes in time, and silence where nothing does. */
import type { KubeObject } from '../../facts/wire.ts';
import type { ConnectionFlags } from '../../sources/live/kubeconfig.ts';
import type { Candidate, Lookup } from './candidates.ts';
import type { Typed } from './typed.ts';

const CALLER_PATHS: Readonly<Record<string, string>> = {
  pod: '/api/v1/namespaces/NAMESPACE/pods',
  deploy: '/apis/apps/v1/namespaces/NAMESPACE/deployments',
  sts: '/apis/apps/v1/namespaces/NAMESPACE/statefulsets',
  ds: '/apis/apps/v1/namespaces/NAMESPACE/daemonsets',
};

type Given = Typed['flags'];

function lastOf(flags: Given, name: string): string | undefined {
  return flags.get(name)?.at(-1);
}

const SWITCHES = ['insecure-skip-tls-verify', 'disable-compression'];

/** `--as-group x` as `asGroup: [x]`: the connection flags among those that were typed. */
function connectionFlags(flags: Given): ConnectionFlags {
  const entries = [...flags].map(([name, values]): [string, unknown] => {
    const key = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    return [key, name === 'as-group' ? values : SWITCHES.includes(name) ? true : values.at(-1)];
  });
  return Object.fromEntries(entries) as ConnectionFlags;
}

function named(items: readonly KubeObject[], describe: (item: KubeObject) => string): Candidate[] {
  return items.flatMap((item) => {
    const value = item.metadata?.name ?? '';
    return value === '' ? [] : [{ value, description: describe(item) }];
  });
}

function portsOf(item: KubeObject): string {
  const { type = '', ports = [] } = (item as { spec?: { type?: string; ports?: { port: number }[] } }).spec ?? {};
  return [type, ports.map(({ port }) => port).join(',')].join(' ').trim();
}

export interface LookupOptions {
  env: NodeJS.ProcessEnv;
  /** The folder of the package, where the bundled incidents lie. */
  root: string;
  /** Milliseconds that the cluster may take. */
  patienceMs: number;
}

async function items(
  flags: Given,
  namespace: string | null,
  path: string,
  options: LookupOptions,
): Promise<KubeObject[]> {
  const { connect } = await import('../../sources/live/connection.ts');
  const { patienceMs, env } = options;
  const signal = AbortSignal.timeout(patienceMs);
  const limits = { signal, execTimeoutMs: patienceMs, requestTimeoutMs: patienceMs, terminal: false };
  const given = { ...connectionFlags(flags), requestTimeout: `${patienceMs}ms` };
  const connection = await connect(given, env, limits);
  try {
    const where = encodeURIComponent(namespace ?? connection.namespace);
    const reply = await connection.transport.get(`${path.replace('NAMESPACE', where)}?limit=500`);
    const list: { items?: KubeObject[] } = reply.ok ? JSON.parse(reply.body.toString()) : {};
    return list.items ?? [];
  } finally {
    connection.close();
  }
}

/** Whatever goes wrong, nobody at the TAB key wants to hear of it. */
async function orNothing(find: () => Promise<readonly Candidate[]>): Promise<readonly Candidate[]> {
  try {
    return await find();
  } catch {
    return [];
  }
}

/** The names there are. */
export function lookupFor(options: LookupOptions): Lookup {
  const list = (flags: Given, path: string, namespace: string | null = null, describe = (_: KubeObject) => '') =>
    orNothing(async () => named(await items(flags, namespace, path, options), describe));
  return {
    services: (flags) => list(flags, '/api/v1/namespaces/NAMESPACE/services', null, portsOf),
    namespaces: (flags) => list(flags, '/api/v1/namespaces'),
    callers: (flags, kind, namespace) => list(flags, CALLER_PATHS[kind] ?? '', namespace),
    entries: (flags, of) =>
      orNothing(async () => {
        const { loadKubeconfig } = await import('../../sources/live/kubeconfig-files.ts');
        const config = loadKubeconfig(lastOf(flags, 'kubeconfig'), options.env);
        return [...config[of].keys()].sort().map((value) => ({ value, description: '' }));
      }),
    rules: () =>
      orNothing(async () => {
        const { RULES } = await import('../../rules/index.ts');
        return RULES.map(({ id, title }) => ({ value: id, description: title }));
      }),
    incidents: () =>
      orNothing(async () => {
        const { incidentNames } = await import('../incidents.ts');
        return (await incidentNames(options.root)).map((value) => ({ value, description: '' }));
      }),
  };
}
