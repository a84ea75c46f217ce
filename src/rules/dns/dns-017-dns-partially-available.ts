import { dnsPodsOf } from '../../model/coredns-log.ts';
import { endpointsOf, usableEndpoints } from '../../model/endpoints.ts';
import { protocolOf } from '../../model/ports.ts';
import { ageOf, conditionOf, isReady } from '../../model/readiness.ts';
import { isBeingRolledOut } from '../../model/rollout.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';

const SETTLING = 30_000;

/** Some DNS Pods answer and others do not. Those that are still listed as endpoints, on a node that is gone, swallow their share of lookups. */
export const dns017 = defineRule({
  id: 'DNS-017',
  name: 'dns-partially-available',
  stage: 'dns',
  severity: 'high',
  title: 'only some of the DNS Pods answer',
  healthy: 'all DNS Pods answer',
  roles: ['dns'],
  needs: ['service'],
  uses: ['pods', 'slices', 'nodes'],
  explains: [],
  docs: {
    why: 'kube-proxy spreads lookups over all endpoints of the DNS Service. One on a node that died stays listed until the node controller marks it; each lookup that goes there waits five seconds and is asked again. Pods that are not Ready get no lookups, but the others carry them.',
    confirm: [
      'kubectl -n kube-system get endpointslices -l kubernetes.io/service-name=kube-dns',
      'kubectl -n kube-system get pods -l k8s-app=kube-dns -o wide',
    ],
    fix: 'Repair or drain the node, or delete the Pod that does not answer.',
    references: ['kubernetes.io: Debugging DNS Resolution', 'kubernetes.io: Nodes, node controller'],
  },
  check({ service, pods, slices, nodes, now }) {
    if (!pods.known || !slices.known) return notApplicable('the DNS Pods or their endpoints are not known');
    const own = dnsPodsOf(service, pods.value);
    const ports = service.spec?.ports?.filter((one) => one.port === 53) ?? [];
    const port = ports.find((one) => protocolOf(one) === 'UDP') ?? ports[0];
    const usable = port === undefined ? [] : usableEndpoints(port, endpointsOf(slices.value));
    if (usable.length === 0) return notApplicable('the DNS Service has no ready endpoint at all');
    const down = new Set(
      (nodes.known ? nodes.value : [])
        .filter((node) =>
          ['False', 'Unknown'].includes(
            node.status?.conditions?.find(({ type }) => type === 'Ready')?.status ?? 'True',
          ),
        )
        .map(({ metadata }) => metadata?.name),
    );
    const listed = new Set(usable.map(({ address }) => address));
    const lost = own.filter((pod) => down.has(pod.spec?.nodeName) && listed.has(pod.status?.podIP ?? ''));
    const unready = own.filter((pod) => pod.spec?.nodeName !== undefined && !isReady(pod) && !lost.includes(pod));
    const bad = [...lost, ...unready];
    if (bad.length === 0 || bad.length === own.length) return pass;
    const name = `${service.metadata?.namespace}/${service.metadata?.name}`;
    const age = (pod: (typeof own)[number]): number =>
      ageOf(conditionOf(pod, 'Ready')?.lastTransitionTime ?? pod.metadata?.creationTimestamp, now) ?? SETTLING;
    return fail(
      finding({
        severity: lost.length > 0 ? 'high' : 'medium',
        message:
          lost.length > 0
            ? `lookups are slow now and then: ${lost.length} of ${own.length} DNS Pods of ${name} are on a node that does not answer`
            : `only ${own.length - bad.length} of ${own.length} DNS Pods of ${name} are Ready`,
        evidence: bad.slice(0, 3).map((pod) => ({
          label: 'Pod',
          text: `${pod.metadata?.namespace}/${pod.metadata?.name} on ${pod.spec?.nodeName}: ${lost.includes(pod) ? 'still an endpoint, its node is not Ready' : 'not Ready'}`,
          object: `Pod ${pod.metadata?.namespace}/${pod.metadata?.name}`,
          path: 'status.conditions[Ready].status',
          found: conditionOf(pod, 'Ready')?.status ?? null,
          expected: 'True',
        })),
        effects:
          lost.length > 0 ? ['a share of lookups waits five seconds, then works'] : ['the others carry all lookups'],
        dependency: name,
        converging: bad.every((pod) => age(pod) < SETTLING || isBeingRolledOut(pod, pods.value, now)),
      }),
    );
  },
});
