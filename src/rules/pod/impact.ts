/** What Pods that do not serve mean for their Service: the parts that findings of this group share. */
import type { Service } from '../../facts/wire.ts';
import { isHeadless } from '../../model/governing.ts';
import type { CauseClass, Census, PodCause } from '../../model/pod-cause.ts';
import { ageText, isReady } from '../../model/readiness.ts';
import { ownerOf, ownerText } from '../../model/workloads.ts';
import { type Evidence, type Finding, finding } from '../finding.ts';

export function serviceText(service: Service): string {
  return `${service.metadata?.namespace}/${service.metadata?.name}`;
}

export function podName({ pod }: PodCause): string {
  return pod.metadata?.name ?? '';
}

export function podObject(cause: PodCause): string {
  return `Pod ${cause.pod.metadata?.namespace}/${podName(cause)}`;
}

/** `Pod web-1`, `Pods web-1 (+2)`. */
export function podsText(affected: readonly PodCause[]): string {
  const [first] = affected;
  if (first === undefined) return 'no Pod';
  return affected.length === 1 ? `Pod ${podName(first)}` : `Pods ${podName(first)} (+${affected.length - 1})`;
}

/** `container "web"`, with the word init where it is one. */
export function containerText(cause: PodCause): string {
  return `${cause.state?.init ? 'init container' : 'container'} "${cause.state?.container.name ?? ''}"`;
}

/** `Deployment web` of the first Pod. */
export function ownersText(affected: readonly PodCause[]): string {
  return [...new Set(affected.map(({ pod }) => ownerText(ownerOf(pod))))].sort().join(', ');
}

/** The path of the container's status in its Pod. */
export function statusPath({ state }: PodCause): string {
  const list =
    state?.init || state?.container.restartPolicy === 'Always' ? 'initContainerStatuses' : 'containerStatuses';
  return `status.${list}[${state?.container.name ?? ''}]`;
}

/** The Pods of the classes, in groups of one distinct cause each, in order of their keys. */
export function groupsOf(
  census: Census,
  classes: readonly CauseClass[],
  key: (cause: PodCause) => string,
): readonly (readonly [PodCause, ...PodCause[]])[] {
  const groups = new Map<string, [PodCause, ...PodCause[]]>();
  for (const cause of census.causes.filter((entry) => classes.includes(entry.class))) {
    const group = groups.get(key(cause));
    if (group === undefined) groups.set(key(cause), [cause]);
    else group.push(cause);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

/** `2 of 3 Pods`, and which. */
export function podsEvidence(census: Census, affected: readonly [PodCause, ...PodCause[]], state: string): Evidence {
  const [first] = affected;
  const age = first.pod.metadata?.creationTimestamp;
  return {
    label: 'Pods',
    text: `${affected.length} of ${census.causes.length} ${state}: ${affected.slice(0, 3).map(podName).join(', ')}${affected.length > 3 ? ` (+${affected.length - 3})` : ''}`,
    object: podObject(first),
    path: age === undefined ? 'status' : 'status.conditions[Ready]',
    found: state,
    expected: 'Ready',
  };
}

/** What clients see when no Pod is Ready. */
export function deadEffects(service: Service): readonly string[] {
  const ip = service.spec?.clusterIP;
  const ports = service.spec?.ports ?? [];
  if (ip === undefined || ip === 'None' || ip === '')
    return [`the name ${service.metadata?.name} has no address to answer with`];
  return ports.flatMap((port) => [
    `port ${port.port} has no ready endpoint`,
    `clients of ${ip.includes(':') ? `[${ip}]` : ip}:${port.port} are refused`,
  ]);
}

/** True where Pods are endpoints before they are ready, for the Service asks for it: their readiness keeps no call from them. */
function publishesAll(service: Service): boolean {
  return service.spec?.publishNotReadyAddresses === true;
}

/** True for the Service by which Pods find each other while they start: not being ready is no fault of what it does. */
export function isForPeers(service: Service): boolean {
  return publishesAll(service) && isHeadless(service);
}

function lossText(service: Service, share: string, ready: number, what: string): string {
  const name = serviceText(service);
  if (!publishesAll(service))
    return ready === 0 ? `${name} does not work: ${what}` : `${name} lacks ${share} endpoints: ${what}`;
  return `${name} publishes Pods that are not ready, ${share}: ${what}`;
}

function lossEffects(service: Service, share: string, ready: number): readonly string[] {
  if (publishesAll(service)) return [`${share} endpoints get calls although their Pods are not ready`];
  return ready === 0 ? deadEffects(service) : [`${share} Pods get no calls, ${ready} carry the load`];
}

type Parts = Pick<Finding, 'evidence' | 'fix'> & Partial<Pick<Finding, 'confidence' | 'notes'>>;

/**
 * The finding of one cause that keeps Pods from serving. Critical when no Pod of the Service is Ready; high when calls fail
 * or less than half of the Pods are left to carry the load; else medium, for no call goes to a Pod that is not Ready.
 * `what` ends the sentence: `container "web" of Deployment web crashes again and again`.
 */
export function podFinding(
  service: Service,
  census: Census,
  affected: readonly [PodCause, ...PodCause[]],
  what: string,
  parts: Parts,
): Finding {
  const { ready, causes } = census;
  const share = `${affected.length} of ${causes.length}`;
  const back = ready > 0 && affected.every(({ pod }) => isReady(pod));
  const spared = !back && !publishesAll(service) && ready * 2 >= causes.length;
  return finding({
    severity: ready === 0 ? 'critical' : spared ? 'medium' : 'high',
    message: back
      ? `${serviceText(service)} keeps losing ${share} endpoints: ${what}`
      : lossText(service, share, ready, what),
    effects: back ? [`calls to ${share} Pods fail around each restart`] : lossEffects(service, share, ready),
    scope: { pod: affected.length === 1 ? `${affected[0].pod.metadata?.namespace}/${podName(affected[0])}` : null },
    converging: affected.every((cause) => cause.young),
    ...parts,
  });
}

/** `40s ago`; `` where the time is not known. */
export function agoText(ago: number | null): string {
  return ago === null ? '' : ` ${ageText(ago)} ago`;
}
