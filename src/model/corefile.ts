/** What the server blocks of a Corefile are for, and how its kubernetes plugin is set (coredns.io: kubernetes). */
import type { ConfigMap } from '../facts/wire.ts';
import { type Corefile, type Directive, parseCorefile, type ServerBlock } from './corefile-parse.ts';

/** A name as CoreDNS compares it: lower case, with the dot at its end. */
export function fullName(name: string): string {
  const lower = name.toLowerCase();
  return lower.endsWith('.') ? lower : `${lower}.`;
}

/** True when the name is the zone or lies in it; `.` holds every name. */
export function isIn(name: string, zone: string): boolean {
  return zone === '.' || name === zone || name.endsWith(`.${zone}`);
}

export interface Server {
  zone: string;
  port: number;
  /** Plain DNS over UDP and TCP, as Pods ask. */
  plain: boolean;
}

/** `dns://cluster.local.:5353` → zone, port; null where an environment variable or a CIDR stands in it. */
export function serverOf(key: string): Server | null {
  const scheme = /^([a-z0-9]+):\/\//i.exec(key)?.[1]?.toLowerCase() ?? 'dns';
  const rest = key.replace(/^[a-z0-9]+:\/\//i, '');
  if (/[{}$/]/.test(rest)) return null;
  const port = /:(\d{1,5})$/.exec(rest)?.[1];
  const zone = rest.replace(/:\d{1,5}$/, '');
  return {
    zone: fullName(zone === '' ? '.' : zone),
    port: port === undefined ? 53 : Number(port),
    plain: scheme === 'dns',
  };
}

/** The zones of a block for plain DNS. */
export function zonesOf(block: ServerBlock): readonly string[] {
  return block.keys.flatMap((key) => {
    const server = serverOf(key);
    return server?.plain ? [server.zone] : [];
  });
}

/** The ports on which plain DNS is served. */
export function portsOf(corefile: Corefile): readonly number[] {
  const servers = corefile.blocks.flatMap(({ keys }) => keys.flatMap((key) => serverOf(key) ?? []));
  return [...new Set(servers.filter(({ plain }) => plain).map(({ port }) => port))];
}

/** The block that answers for a name: the one with the longest zone that holds it. */
export function blockFor(corefile: Corefile, name: string): { block: ServerBlock; zone: string } | null {
  let best: { block: ServerBlock; zone: string } | null = null;
  for (const block of corefile.blocks) {
    for (const zone of zonesOf(block)) {
      if (isIn(name, zone) && (best === null || zone.length > best.zone.length)) best = { block, zone };
    }
  }
  return best;
}

export interface KubernetesPlugin {
  line: number;
  zones: readonly string[];
  /** Only these namespaces are answered; null = all. */
  namespaces: readonly string[] | null;
  namespaceLabels: string | null;
  labels: string | null;
  /** Headless Services have no names. */
  noEndpoints: boolean;
  /** Services without ready endpoint have no name. */
  ignoresEmpty: boolean;
  pods: 'disabled' | 'insecure' | 'verified';
  /** Zones for which a name that is not found is handed on; empty = for none. */
  fallthrough: readonly string[];
}

function option({ block }: Directive, name: string): Directive | undefined {
  return block.find((one) => one.name === name);
}

/** Zones of `fallthrough`: all of the plugin's where none is named; none where the word is missing. */
export function fallthroughOf(directive: Directive, zones: readonly string[]): readonly string[] {
  const found = option(directive, 'fallthrough');
  if (found === undefined) return [];
  return found.args.length === 0 ? zones : found.args.map(fullName);
}

function kubernetesPlugin(directive: Directive, own: readonly string[]): KubernetesPlugin {
  const zones = directive.args.length === 0 ? own : directive.args.map(fullName);
  const expression = (name: string): string | null => option(directive, name)?.args.join(' ') ?? null;
  const pods = option(directive, 'pods')?.args[0];
  return {
    line: directive.line,
    zones,
    namespaces: option(directive, 'namespaces')?.args ?? null,
    namespaceLabels: expression('namespace_labels'),
    labels: expression('labels'),
    noEndpoints: option(directive, 'noendpoints') !== undefined,
    ignoresEmpty: option(directive, 'ignore')?.args[0] === 'empty_service',
    pods: pods === 'insecure' || pods === 'verified' ? pods : 'disabled',
    fallthrough: fallthroughOf(directive, zones),
  };
}

/** The kubernetes plugin of a block, or null. */
export function kubernetesOf(block: ServerBlock): KubernetesPlugin | null {
  const directive = block.directives.find(({ name }) => name === 'kubernetes');
  return directive === undefined ? null : kubernetesPlugin(directive, zonesOf(block));
}

/** The zone of the cluster's names as the Corefile tells it: the first of a kubernetes plugin that is no reverse zone. */
export function clusterZoneOf(corefile: Corefile): string | null {
  for (const block of corefile.blocks) {
    const zone = kubernetesOf(block)?.zones.find((one) => !one.endsWith('.arpa.') && one !== '.');
    if (zone !== undefined) return zone;
  }
  return null;
}

const PARSED = new WeakMap<ConfigMap, { custom: ConfigMap | null | undefined; corefile: Corefile }>();

/** The Corefile of the ConfigMap, with what it imports from coredns-custom; `custom` undefined = not known. */
export function corefileOf(config: ConfigMap, custom: ConfigMap | null | undefined): Corefile {
  const before = PARSED.get(config);
  if (before !== undefined && before.custom === custom) return before.corefile;
  const corefile = parseCorefile(config.data?.Corefile ?? '', (pattern) => {
    if (!/(?:^|\/)custom\//.test(pattern)) return null;
    if (custom === undefined) return null;
    const ending = /\*(\.[a-z]+)?$/.exec(pattern);
    const files = Object.entries(custom?.data ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    const name = pattern.split('/').at(-1);
    return files
      .filter(([file]) => (ending === null ? file === name : file.endsWith(ending[1] ?? '')))
      .map(([, text]) => text);
  });
  PARSED.set(config, { custom, corefile });
  return corefile;
}

/** True when the Corefile imports files of the ConfigMap coredns-custom. */
export function importsCustom(config: ConfigMap): boolean {
  return /^\s*import\s+\S*custom\//m.test(config.data?.Corefile ?? '');
}
