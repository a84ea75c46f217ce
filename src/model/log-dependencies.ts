/** The Services that a log says could not be reached. */
import type { LogClass } from './log-class.ts';
import { type LogMatch, matchLog } from './log-shapes.ts';
import { resolveHost } from './references.ts';

export interface LogDependency {
  match: LogMatch;
  service: { name: string; namespace: string };
  /** False for `a.b`, which may be an outside name as well: then only an existing Service or namespace makes it one. */
  certain: boolean;
}

/** Classes that say nothing against the network to another Service. */
const NOT_ABOUT_A_SERVICE = new Set<LogClass>(['bind', 'auth', 'exhausted', 'service-link']);

/** Every failed or awaited host of the lines that by its form names a Service, seen from the Pod's namespace; newest first. */
export function dependenciesIn(lines: readonly string[], namespace: string): readonly LogDependency[] {
  return matchLog(lines).flatMap((match) => {
    if (match.host === null || NOT_ABOUT_A_SERVICE.has(match.class)) return [];
    const target = resolveHost(match.host, namespace);
    if (target.kind !== 'service' && target.kind !== 'service-or-external') return [];
    return [{ match, service: { name: target.name, namespace: target.namespace }, certain: target.kind === 'service' }];
  });
}
