/** How sure it is that an address which is written somewhere is the one that fails. */
import type { Fact } from '../../facts/fact.ts';
import type { Service } from '../../facts/wire.ts';
import { type Complaint, hear } from '../../model/complaints.ts';
import { type LogMatch, matchLog } from '../../model/log-shapes.ts';
import { isMeshed } from '../../model/mesh.ts';
import { conditionOf, isReady } from '../../model/readiness.ts';
import type { LogReader } from '../facts.ts';
import type { Confidence } from '../finding.ts';
import type { Subject } from '../subject.ts';
import { isFiled, type Said, type Usage } from './reference-text.ts';

/** What is heard of the failing calls, and who asks. */
export interface Heard {
  logs: Fact<LogReader>;
  services: readonly Service[];
  now: number;
  subject: Subject;
}

export interface Weight {
  confidence: Confidence;
  said: Said | null;
}

/**
 * Certain where a log complains of it (`isAbout`), or where the named caller calls the Service asked about in this way (`meant`).
 * Likely where the workload struggles and complains of nothing else. Otherwise possible: what is written may not be used.
 */
export function weigh(
  { workload, uses }: Pick<Usage, 'workload' | 'uses'>,
  isAbout: (complaint: Complaint) => boolean,
  meant: string | null,
  { logs, services, now, subject }: Heard,
): Weight {
  let others = false;
  for (const pod of logs.known ? workload.pods : []) {
    const { complaints } = hear(pod, logs.known ? logs.value : () => logs, services, now);
    const found = complaints.find(isAbout);
    if (found !== undefined) {
      const said = { pod: `${pod.metadata?.namespace}/${pod.metadata?.name}`, line: found.match.line };
      return { confidence: 'certain', said };
    }
    others ||= complaints.length > 0;
  }
  if (subject.role === 'caller' && meant !== null && subject.calls === meant)
    return { confidence: 'certain', said: null };
  const likely = workload.struggles && !isFiled(uses) && !others && !workload.pods.some(isMeshed);
  return { confidence: likely ? 'likely' : 'possible', said: null };
}

/** Complaints that a connection to the Service failed, on one of the ports where the line names one. */
export function isConnectionTo(
  service: { name: string; namespace: string },
  ports: readonly number[],
): (complaint: Complaint) => boolean {
  return ({ service: blamed, match }) =>
    blamed?.name === service.name &&
    blamed.namespace === service.namespace &&
    match.class !== 'nxdomain' &&
    match.class !== 'dns-unreachable' &&
    (match.port === null || ports.includes(match.port));
}

/** The newest line about an address that names no Service, of the containers in which it is written; of a Ready Pod only what it said since. */
export function lineAbout(
  { workload, uses }: Pick<Usage, 'workload' | 'uses'>,
  isAbout: (match: LogMatch) => boolean,
  logs: Fact<LogReader>,
): Said | null {
  if (!logs.known) return null;
  for (const pod of workload.pods) {
    const since = isReady(pod) ? Date.parse(conditionOf(pod, 'Ready')?.lastTransitionTime ?? '') : 0;
    for (const container of new Set(uses.map((use) => use.container))) {
      for (const previous of isReady(pod) ? [false] : [false, true]) {
        const log = logs.value(pod, container, previous);
        const found = matchLog(log.known ? log.value : []).find(
          (match) => isAbout(match) && (since === 0 || Date.parse(match.time ?? '') > since),
        );
        if (found !== undefined) return { pod: `${pod.metadata?.namespace}/${pod.metadata?.name}`, line: found.line };
      }
    }
  }
  return null;
}

/** The weight of an address that names no Service. */
export function weighAddress(
  usage: Pick<Usage, 'workload' | 'uses'>,
  isAbout: (match: LogMatch) => boolean,
  facts: Heard,
): Weight {
  const said = lineAbout(usage, isAbout, facts.logs);
  return said === null ? weigh(usage, () => false, null, facts) : { confidence: 'certain', said };
}
