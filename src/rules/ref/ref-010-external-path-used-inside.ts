import type { Ingress, Node, Service } from '../../facts/wire.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { useRows, workloadText } from './reference-text.ts';

interface Way {
  /** `the load balancer of shop/web`. */
  words: string;
  /** The name to call instead; null where several Services stand behind it. */
  inside: Service | null;
}

/** The way out and in again that host and port take; null where they lead somewhere else. */
function wayOf(
  host: string,
  port: number | null,
  services: readonly Service[],
  ingresses: readonly Ingress[],
  nodes: readonly Node[],
): Way | null {
  const balanced = services.find(({ spec, status }) =>
    [
      ...(status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => [ip, hostname]),
      ...(spec?.externalIPs ?? []),
    ].includes(host),
  );
  if (balanced !== undefined) return { words: 'the load balancer', inside: balanced };
  const isNode = nodes.some(({ status }) => status?.addresses?.some(({ address }) => address === host));
  const opened = services.find(({ spec }) =>
    spec?.ports?.some(({ nodePort }) => nodePort !== undefined && nodePort === port),
  );
  if (isNode && opened !== undefined) return { words: 'a node port', inside: opened };
  const rules = ingresses.flatMap(({ spec }) => spec?.rules ?? []).filter((rule) => rule.host === host);
  const names = [
    ...new Set(rules.flatMap(({ http }) => http?.paths ?? []).map(({ backend }) => backend.service?.name)),
  ];
  const [name] = names;
  if (rules.length === 0) return null;
  const only = names.length === 1 ? services.find(({ metadata }) => metadata?.name === name) : undefined;
  return { words: 'an Ingress', inside: only ?? null };
}

/** A caller inside of the cluster that takes the way for those outside. */
export const ref010 = defineRule({
  id: 'REF-010',
  name: 'external-path-used-inside',
  stage: 'references',
  severity: 'low',
  title: 'a workload calls a Service of its cluster by the way for callers outside',
  healthy: 'Services of the cluster are called by their own names',
  roles: ['target'],
  gate: 'calls',
  needs: ['references', 'services'],
  uses: ['ingresses', 'nodes'],
  explains: [],
  docs: {
    why: 'The call leaves the cluster and comes back through the load balancer or the Ingress. Source ranges, the proxy protocol and certificates of that way apply to it, and some load balancers do not carry a call back to the node from which it came. Logins that must use the public name do so on purpose.',
    confirm: ['kubectl get services,ingresses -o wide'],
    fix: 'Call the Service by its name.',
    references: ['kubernetes.io: Service, load balancers', 'kubernetes.io: Virtual IPs and Service Proxies'],
  },
  check({ references, services, ingresses, nodes }) {
    const findings = references.flatMap((workload) =>
      workload.told.flatMap((use): Finding[] => {
        if (!use.host.includes('.') && !use.host.includes(':')) return [];
        const way = wayOf(
          use.host,
          use.port,
          services,
          ingresses.known ? ingresses.value : [],
          nodes.known ? nodes.value : [],
        );
        if (way === null) return [];
        const key = way.inside === null ? null : `${way.inside.metadata?.namespace}/${way.inside.metadata?.name}`;
        return [
          finding({
            severity: 'low',
            confidence: 'possible',
            message: `${workloadText(workload)} calls ${use.host}, ${way.words} of its own cluster${key === null ? '' : `, to reach ${key}`}`,
            evidence: useRows(workload, [use], key === null ? null : (way.inside?.metadata?.name ?? null)),
          }),
        ];
      }),
    );
    return failIfAny(findings);
  },
});
