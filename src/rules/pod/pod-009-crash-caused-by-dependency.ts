import type { Service } from '../../facts/wire.ts';
import { byKey } from '../../model/by-key.ts';
import { type Complaint, hear } from '../../model/complaints.ts';
import { dnsServiceOf } from '../../model/dns-service.ts';
import { matchedPods } from '../../model/endpoints.ts';
import { ageOf, isLive, isReady } from '../../model/readiness.ts';
import { defineRule, failIfAny, unanswered } from '../rule.ts';
import { blameOf, DEPENDENCY_CAUSES, dependencyFinding } from './dependency-text.ts';

const SETTLING = 30_000;

/** `a.b` counts where such a Service is known, or b is a namespace that is; a bare `host:port code` where the host is known or configured. */
function isBelievable({ match, service, certain, container, pod }: Complaint, services: readonly Service[]): boolean {
  if (service === null) return true;
  const exists = services.some(
    ({ metadata }) => metadata?.name === service.name && metadata.namespace === service.namespace,
  );
  const referenced = container.extracts?.references.some(({ host }) => host === match.host) === true;
  if (match.shape === 'L03') return exists || referenced;
  const home = pod.metadata?.namespace;
  return (
    certain || exists || [home, ...services.map(({ metadata }) => metadata?.namespace)].includes(service.namespace)
  );
}

/** Failing Pods whose logs say that they cannot reach another Service: its fault is the cause of theirs. */
export const pod009 = defineRule({
  id: 'POD-009',
  name: 'crash-caused-by-dependency',
  stage: 'pods',
  severity: 'critical',
  title: 'Pods fail because they cannot reach a Service they depend on',
  healthy: 'no failing Pod complains about another Service',
  roles: ['target', 'dependency'],
  gate: 'ill',
  needs: ['service', 'pods'],
  causes: DEPENDENCY_CAUSES,
  uses: ['logs', 'services', 'servicesEverywhere', 'systemServices'],
  explains: ['POD-007', 'POD-008', 'POD-011', 'POD-012'],
  docs: {
    why: 'A program that needs a database, a queue or another Service when it starts ends or never becomes Ready while it cannot reach it. Restarting it does not help: the Service that it needs is what has to be repaired. Only Pods that are not Ready are heard; what a Pod said before it became Ready does not count.',
    confirm: ['kubectl -n NAMESPACE logs POD --previous', 'kubectl svc-doctor DEPENDENCY'],
    fix: 'Repair the Service it depends on. The Pods come back by themselves when their back-off ends, after at most five minutes; restart them only to save that time.',
    references: ['kubernetes.io: Debug Running Pods', 'kubernetes.io: Pod Lifecycle, container restart policy'],
  },
  check(facts) {
    const live = matchedPods(facts.service, facts.pods).filter(isLive);
    const ill = live.filter((pod) => !isReady(pod));
    if (ill.length === 0 || !facts.logs.known) return failIfAny([]);
    const logs = facts.logs.value;
    const home = facts.services.known ? facts.services.value : null;
    const all = facts.servicesEverywhere.known ? facts.servicesEverywhere.value : (home ?? []);
    const dns = facts.systemServices.known ? dnsServiceOf(facts.systemServices.value) : null;
    const heard = ill.map((pod) => hear(pod, logs, all, facts.now));
    const blames = heard.flatMap(({ complaints }) =>
      complaints.filter((complaint) => isBelievable(complaint, all)).flatMap((one) => blameOf(one, dns) ?? []),
    );
    const missing = heard.flatMap((one) => one.missing.slice(0, 1));
    if (blames.length === 0 && missing.length === heard.length) return unanswered(...missing.slice(0, 1));
    const own = `${facts.service.metadata?.namespace}/${facts.service.metadata?.name}`;
    const converging = ill.every((pod) => (ageOf(pod.metadata?.creationTimestamp, facts.now) ?? SETTLING) < SETTLING);
    const about = { own, live: live.length, home, dns, converging };
    const named = blames.filter(({ complaint }) => complaint.match.shape !== 'unnamed');
    const causes = byKey(
      (named.length > 0 ? named : blames).filter(({ dependency }) => dependency !== own),
      ({ cause, dependency }) => dependency ?? cause,
    );
    return failIfAny(causes.flatMap((same) => dependencyFinding(same, about)));
  },
});
