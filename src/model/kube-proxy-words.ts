/** What a running kube-proxy says of its work: rules it cannot write, an API server it does not reach, a node it does not find, its mode. */
import type { Fact, Unknown } from '../facts/fact.ts';
import type { Pod } from '../facts/wire.ts';
import { logText } from './log-text.ts';
import { ageOf, containerStates, isReady } from './readiness.ts';
import { redactLine } from './redact.ts';

export type ProxyWord = 'sync' | 'api' | 'well' | 'node' | 'mode';

/** Words of pkg/proxy and cmd/kube-proxy from 1.10 to 1.36, plain and structured. */
const SHAPES: readonly (readonly [ProxyWord, RegExp])[] = [
  [
    'sync',
    /Failed to execute ip6?tables-restore|nftables sync failed|"?Sync failed"?[ ;]|Failed to ensure (?:that )?(?:chain|\S+ chain)|Failed to (?:add IPVS service|sync endpoint for service)/i,
  ],
  [
    'api',
    /Failed to watch.*?(?:\*v1\.)(?<type>Service|EndpointSlice|Node)\b.*?(?<why>connection refused|i\/o timeout|no route to host|no such host|certificate[^"\\]*|x509[^"\\]*|Unauthorized|is forbidden|TLS handshake timeout|deadline exceeded)/i,
  ],
  ['well', /Caches are synced/],
  [
    'node',
    /(?:Failed to retrieve node info|Failed to retrieve node|Failed to get node).*?nodes \\?"(?<name>[^"\\]+)\\?" not found/,
  ],
  ['mode', /Using (?<mode>iptables|ipvs|nftables) Proxier/],
];

export interface ProxyLine {
  word: ProxyWord;
  /** The line, redacted. */
  line: string;
  /** Milliseconds since the kubelet received it; null where that is not told. */
  ago: number | null;
  groups: Readonly<Record<string, string | undefined>>;
}

export interface ProxyHearing {
  pod: Pod;
  node: string;
  /** In the order of the log. */
  lines: readonly ProxyLine[];
  /** All lines of the log, for what stands between. */
  raw: readonly string[];
}

export type Logs = (pod: Pod, container: string, previous: boolean) => Fact<readonly string[]>;

const NEVER_ASKED: ReadonlySet<string> = new Set(['not-collected', 'not-in-manifests', 'not-served']);
const RECENT = 15 * 60_000;

/** True for a Pod of kube-proxy that is not Ready, or whose container ended within the last fifteen minutes. */
export function looksIll(pod: Pod, now: number): boolean {
  const isRecent = (time: string | undefined): boolean => (ageOf(time, now) ?? RECENT + 1) <= RECENT;
  return (
    !isReady(pod) || containerStates(pod).some(({ status }) => isRecent(status?.lastState?.terminated?.finishedAt))
  );
}

function read(raw: string, now: number): ProxyLine | null {
  const { time, texts } = logText(raw);
  for (const text of texts) {
    for (const [word, shape] of SHAPES) {
      const match = shape.exec(text);
      if (match === null) continue;
      return { word, line: redactLine(text.trim()), ago: ageOf(time ?? undefined, now), groups: { ...match.groups } };
    }
  }
  return null;
}

/**
 * What the Pods whose container runs say, by Pod; and the logs that were refused of those that look ill. The log of a kube-proxy
 * that looks well and may not be read leaves no question open.
 */
export function hearKubeProxy(
  pods: readonly Pod[],
  logs: Logs,
  now: number,
): { heard: readonly ProxyHearing[]; missing: readonly Unknown[] } {
  const heard: ProxyHearing[] = [];
  const missing: Unknown[] = [];
  for (const pod of pods) {
    const running = containerStates(pod).find(({ init, status }) => !init && status?.state?.running !== undefined);
    if (running === undefined) continue;
    const log = logs(pod, running.container.name, false);
    if (log.known) {
      const lines = log.value.flatMap((raw) => read(raw, now) ?? []);
      heard.push({ pod, node: pod.spec?.nodeName ?? '', lines, raw: log.value });
    } else if (!NEVER_ASKED.has(log.why) && looksIll(pod, now)) {
      missing.push(log);
    }
  }
  return { heard, missing };
}
