import { unknown } from '../../facts/fact.ts';
import type { Pod, Service } from '../../facts/wire.ts';
import { endpointsOf, matchedPods, usableEndpoints } from '../../model/endpoints.ts';
import { managedDnsOf } from '../../model/managed-dns.ts';
import { protocolOf } from '../../model/ports.ts';
import { ageOf, ageText, conditionOf, isLive, isReady, isScheduled, restarts } from '../../model/readiness.ts';
import { type Evidence, finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass, unanswered } from '../rule.ts';

const SETTLING = 30_000;
const SHOWN_PODS = 3;

function podRow(pod: Pod, now: number): Evidence {
  const name = `${pod.metadata?.namespace}/${pod.metadata?.name}`;
  const age = ageOf(pod.metadata?.creationTimestamp, now);
  const state = isReady(pod) ? 'Ready' : `${pod.status?.phase ?? 'Unknown'}, not Ready`;
  const count = restarts(pod);
  return {
    label: 'Pod',
    text: `${name}: ${state}${age === null ? '' : ` for ${ageText(age)}`}${count === 0 ? '' : `, ${count} restarts`}, ${pod.spec?.nodeName ? `on ${pod.spec.nodeName}` : 'on no node'}`,
    object: `Pod ${name}`,
    path: 'status.conditions[Ready].status',
    found: conditionOf(pod, 'Ready')?.status ?? null,
    expected: 'True',
  };
}

function isSettling(service: Service, pods: readonly Pod[], now: number): boolean {
  const times = [
    service.metadata?.creationTimestamp,
    // a Pod that crashes again and again is Ready for a moment each time
    ...pods
      .filter((pod) => restarts(pod) < 2)
      .flatMap((pod) => [pod.metadata?.creationTimestamp, conditionOf(pod, 'Ready')?.lastTransitionTime]),
  ];
  return times.some((time) => (ageOf(time, now) ?? SETTLING) < SETTLING);
}

/** The DNS Service has no endpoint that kube-proxy may use for UDP 53. The Pods' own faults are its causes; this is what they all come down to. */
export const dns002 = defineRule({
  id: 'DNS-002',
  name: 'dns-no-ready-endpoints',
  stage: 'dns',
  severity: 'critical',
  title: 'the DNS Service has no ready endpoint for UDP 53',
  healthy: 'the DNS Service has ready endpoints',
  roles: ['dns'],
  needs: ['service', 'slices', 'pods'],
  uses: ['nodes'],
  explains: [],
  docs: {
    why: 'Every Pod sends its lookups to the cluster IP of the DNS Service. With no usable endpoint behind UDP port 53 (ready, or serving while it terminates where none is ready), kube-proxy rejects or drops them, and no Service name resolves from any Pod. Calls by IP address still work.',
    confirm: [
      'kubectl -n kube-system get endpointslices -l kubernetes.io/service-name=kube-dns',
      'kubectl -n kube-system get pods -l k8s-app=kube-dns -o wide',
    ],
    fix: 'Repair the DNS Pods: the finding above this one says what is wrong with them.',
    references: ['kubernetes.io: Debugging DNS Resolution', 'kubernetes.io: Virtual IPs and Service Proxies'],
  },
  check(facts) {
    const { service, now } = facts;
    const port = service.spec?.ports?.find((entry) => entry.port === 53 && protocolOf(entry) === 'UDP');
    if (port === undefined) return notApplicable('the DNS Service has no UDP port 53');
    if (usableEndpoints(port, endpointsOf(facts.slices)).length > 0) return pass;
    const pods = matchedPods(service, facts.pods).filter(isLive);
    if (pods.length === 0) {
      if (!facts.nodes.known) return unanswered(facts.nodes);
      const managed = managedDnsOf(facts.nodes.value);
      if (managed !== null) return notApplicable(`no DNS Pods: ${managed} may answer instead`);
      if (!facts.nodes.complete) return unanswered(unknown('timed-out', 'all nodes'));
    }
    const name = `${service.metadata?.namespace}/${service.metadata?.name}`;
    const none: Evidence = {
      label: 'Service',
      text: `${name} (${service.spec?.clusterIP ?? 'no cluster IP'}): no ready endpoint for UDP 53, ${pods.length} live ${pods.length === 1 ? 'Pod' : 'Pods'}`,
      object: `Service ${name}`,
      path: 'spec.ports[port=53,protocol=UDP]',
      found: '0',
      expected: '1 or more',
    };
    return fail(
      finding({
        severity: 'critical',
        message: `no Service name resolves in this cluster: ${name} (${service.spec?.clusterIP ?? 'no cluster IP'}) has no ready endpoint`,
        evidence: [none, ...pods.slice(0, SHOWN_PODS).map((pod) => podRow(pod, now))],
        effects: ['every lookup from every Pod fails: "could not resolve host"; calls by IP address still work'],
        dependency: pods.length > 0 && pods.every((pod) => !isScheduled(pod)) ? null : name,
        converging: isSettling(service, pods, now),
      }),
    );
  },
});
