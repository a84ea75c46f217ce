/** Words and evidence that the rules about kube-proxy and its replacements share. */
import type { Node, Pod } from '../../facts/wire.ts';
import type { ProxyHearing, ProxyLine } from '../../model/kube-proxy-words.ts';
import { ageOf, ageText } from '../../model/readiness.ts';
import type { Evidence, Fix } from '../finding.ts';

/** `namespace/name` of the Pod. */
export function podName(pod: Pod): string {
  return `${pod.metadata?.namespace}/${pod.metadata?.name}`;
}

/** `node a`, `2 nodes (a, b)`. */
export function onNodes(names: readonly string[]): string {
  return names.length === 1 ? `node ${names[0]}` : `${names.length} nodes (${names.join(', ')})`;
}

/** The node of a finding's scope: set where there is but one. */
export function onlyOne(names: readonly string[]): string | null {
  return names.length === 1 ? (names[0] ?? null) : null;
}

/** What a Pod of kube-proxy said, and when. */
export function saidRow({ pod }: Pick<ProxyHearing, 'pod'>, { line, ago }: ProxyLine): Evidence {
  return {
    label: 'last log',
    text: `"${line}"${ago === null ? '' : `, ${ageText(ago)} ago`}`,
    object: `Pod ${podName(pod)}`,
    path: 'log',
    found: line,
    expected: null,
  };
}

/** A Pod that runs and is not Ready, and for how long. */
export function unreadyRow(pod: Pod, now: number): Evidence {
  const ready = pod.status?.conditions?.find(({ type }) => type === 'Ready');
  const since = ageOf(ready?.lastTransitionTime, now);
  return {
    label: 'Pod',
    text: `${podName(pod)} runs and is not Ready${since === null ? '' : `, for ${ageText(since)}`}`,
    object: `Pod ${podName(pod)}`,
    path: 'status.conditions',
    found: ready?.status ?? null,
    expected: 'True',
  };
}

/** Starts the Pod anew: its DaemonSet makes another at once. */
export function restartPod(pod: Pod, summary: string, ...steps: readonly string[]): Fix {
  const { namespace = '', name = '' } = pod.metadata ?? {};
  return {
    summary,
    safety: 'review',
    commands: [`kubectl -n ${namespace} delete pod ${name}`],
    steps,
    patch: null,
  };
}

/** Shows something before a person decides. */
export function lookFix(summary: string, commands: readonly string[], ...steps: readonly string[]): Fix {
  return { summary, safety: 'review', commands, steps, patch: null };
}

/** True for a node that is being taken away: kube-proxy's health check fails there on purpose. */
export function isLeaving({ metadata, spec }: Node): boolean {
  const tainted = spec?.taints?.some(({ key }) => key === 'ToBeDeletedByClusterAutoscaler') === true;
  return tainted || metadata?.deletionTimestamp !== undefined;
}
