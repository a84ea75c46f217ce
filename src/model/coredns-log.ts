/** What CoreDNS says of itself: loops, a Corefile it refuses, an API server it does not reach, rights it lacks, an upstream that is silent. */
import type { Fact, Unknown } from '../facts/fact.ts';
import type { Pod, Service } from '../facts/wire.ts';
import { matchedPods } from './endpoints.ts';
import { logText } from './log-text.ts';
import { containerStates, isLive, isReady } from './readiness.ts';

export type CoreDnsWord = 'loop' | 'corefile' | 'reload' | 'forbidden' | 'api' | 'unsynced' | 'overload' | 'upstream';

const SHAPES: readonly (readonly [CoreDnsWord, RegExp])[] = [
  ['loop', /plugin\/loop: Loop \((?<from>\S+) -> (?<to>\S+)\) detected for zone "(?<zone>[^"]+)"/],
  ['reload', /plugin\/reload: Corefile changed but reload failed(?::\s*(?<message>.*))?|Restart failed: (?<why>.*)/],
  ['corefile', /Corefile:(?<line>\d+) - (?:Error during parsing|Syntax error): (?<message>.*)/],
  ['corefile', /(?<message>Unknown directive '[^']+'.*|Failed to load config.*)/],
  [
    'forbidden',
    /(?<resource>endpointslices\.discovery\.k8s\.io|endpoints|services|pods|namespaces) is forbidden: User \\?"system:serviceaccount:(?<namespace>[^:"\\]+):(?<account>[^"\\]+)\\?"/,
  ],
  [
    'api',
    /(?:dial tcp \[?(?<ip>[\d.:a-f]+?)\]?:\d+: )(?<message>i\/o timeout|connect: (?:no route to host|connection refused|network is unreachable)|operation not permitted)/,
  ],
  [
    'unsynced',
    /plugin\/kubernetes: waiting for Kubernetes API before starting server|starting server with unsynced Kubernetes API|(?:Plugins not ready|Still waiting on): "kubernetes"/,
  ],
  ['overload', /plugin\/forward: concurrent queries exceeded maximum(?: (?<maximum>\d+))?/],
  [
    'upstream',
    /plugin\/errors: 2 (?<name>\S+?)\.? (?<type>[A-Z]+): (?:read udp|dial (?:udp|tcp)|write udp)[^>]*?(?:->|: )\[?(?<upstream>[\d.]+|[\da-f:]+)\]?:(?<port>\d+): .*(?:i\/o timeout|connection refused|no route to host)/,
  ],
];

export interface CoreDnsLine {
  word: CoreDnsWord;
  pod: Pod;
  line: string;
  groups: Readonly<Record<string, string | undefined>>;
}

type Logs = (pod: Pod, container: string, previous: boolean) => Fact<readonly string[]>;

const RECENT = 15 * 60_000;
/** Names that only CoreDNS itself asks for, to find loops: two long numbers. */
const LOOP_PROBE = /^\d{10,20}\.\d{10,20}$/;

/** True for a Pod whose container ended and waits to be started again. */
export function isCrashing(pod: Pod): boolean {
  return containerStates(pod).some(
    ({ status }) => status !== null && status.restartCount > 0 && status.state?.running === undefined,
  );
}

function read(line: string): Omit<CoreDnsLine, 'pod'> | null {
  for (const text of logText(line).texts) {
    for (const [word, shape] of SHAPES) {
      const match = shape.exec(text);
      if (match === null) continue;
      const groups = { ...match.groups };
      if (word === 'upstream' && LOOP_PROBE.test(groups.name ?? '')) return null;
      return { word, line: text.trim(), groups };
    }
  }
  return null;
}

const NEVER_ASKED: ReadonlySet<string> = new Set(['not-collected', 'not-in-manifests', 'not-served']);

export interface CoreDnsHearing {
  lines: readonly CoreDnsLine[];
  /** Logs of Pods that are not Ready and that may not be read. */
  missing: readonly Unknown[];
}

/** The telling lines of the Pods' logs, newest last: of a Pod that crashes all, else those of the last fifteen minutes. */
export function hearCoreDns(pods: readonly Pod[], logs: Logs, now: number): CoreDnsHearing {
  const lines: CoreDnsLine[] = [];
  const missing: Unknown[] = [];
  for (const pod of pods) {
    for (const { container, init } of containerStates(pod)) {
      if (init) continue;
      const both = [true, false].map((previous) => logs(pod, container.name, previous));
      for (const log of both) {
        for (const raw of log.known ? log.value : []) {
          const time = Date.parse(logText(raw).time ?? '');
          const found = read(raw);
          if (found !== null && (isCrashing(pod) || Number.isNaN(time) || now - time <= RECENT))
            lines.push({ ...found, pod });
        }
      }
      const [refused] = both.filter((log) => !log.known && !NEVER_ASKED.has(log.why));
      if (refused !== undefined && !refused.known && both.every((log) => !log.known) && !isReady(pod))
        missing.push(refused);
    }
  }
  return { lines, missing };
}

/** The live Pods behind the DNS Service, in the order of their names. */
export function dnsPodsOf(service: Service, pods: readonly Pod[]): readonly Pod[] {
  return matchedPods(service, pods)
    .filter(isLive)
    .sort((a, b) => ((a.metadata?.name ?? '') < (b.metadata?.name ?? '') ? -1 : 1));
}

/** True for a DNS Pod that is not Ready, or whose container ended within the last fifteen minutes. */
export function isDnsPodIll(pod: Pod, now: number): boolean {
  if (!isReady(pod)) return true;
  return containerStates(pod).some(({ status }) => {
    const ended = Date.parse(status?.lastState?.terminated?.finishedAt ?? '');
    return !Number.isNaN(ended) && now - ended <= RECENT;
  });
}
