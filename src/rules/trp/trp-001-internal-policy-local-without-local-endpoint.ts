import type { Node } from '../../facts/wire.ts';
import { endpointsOf, matchedPods, usableEndpoints } from '../../model/endpoints.ts';
import { portLabel } from '../../model/ports.ts';
import { isLive } from '../../model/readiness.ts';
import { isOpenNode } from '../../model/topology.ts';
import { ownerOf } from '../../model/workloads.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny, notApplicable, unread } from '../rule.ts';
import { few, nameOf, serviceRow, specFix } from '../service-text.ts';

function nodeNames(nodes: readonly Node[]): readonly string[] {
  return nodes.map(({ metadata }) => metadata?.name ?? '').sort();
}

export const trp001 = defineRule({
  id: 'TRP-001',
  name: 'internal-policy-local-without-local-endpoint',
  stage: 'dataplane',
  severity: 'high',
  title: 'internalTrafficPolicy Local, and nodes without an endpoint',
  healthy: 'every node that may call has an endpoint, or the policy is not Local',
  roles: ['target', 'dependency'],
  gate: 'preferring',
  needs: ['service', 'slices'],
  uses: ['nodes', 'pods'],
  explains: [],
  docs: {
    why: 'With internalTrafficPolicy Local a node sends calls to endpoints on itself only. Where it has none, calls from its Pods are dropped: they hang, though the Service has endpoints elsewhere.',
    confirm: [
      'kubectl get service NAME -o jsonpath={.spec.internalTrafficPolicy}',
      'kubectl get endpointslices -l kubernetes.io/service-name=NAME -o yaml',
    ],
    fix: 'Set internalTrafficPolicy to Cluster, or prefer near endpoints with trafficDistribution.',
    references: ['kubernetes.io: Service Internal Traffic Policy', 'kubernetes.io: Virtual IPs and Service Proxies'],
  },
  check({ service, slices, nodes, pods }) {
    const { spec } = service;
    if (spec?.internalTrafficPolicy !== 'Local') return notApplicable('internalTrafficPolicy is not Local');
    if (spec.clusterIP === 'None' || spec.type === 'ExternalName')
      return notApplicable('the policy counts for cluster IPs only');
    if (!nodes.known) return unread(nodes);
    if (!pods.known) return unread(pods);
    if (!pods.complete) return notApplicable('not all Pods were read');
    const own = matchedPods(service, pods.value).filter(isLive);
    const open = nodes.value.filter(isOpenNode);
    const endpoints = endpointsOf(slices);
    const agents = own.length > 0 && own.every((pod) => ownerOf(pod).kind === 'DaemonSet');
    return failIfAny(
      (spec.ports ?? []).flatMap((port): Finding[] => {
        const usable = usableEndpoints(port, endpoints);
        const local = new Set(usable.map(({ node }) => node));
        const without = nodeNames(open.filter(({ metadata }) => !local.has(metadata?.name ?? '')));
        if (usable.length === 0 || without.length === 0) return [];
        return [
          finding({
            severity: agents ? 'medium' : 'high',
            confidence: agents ? 'possible' : 'likely',
            scope: { port: portLabel(port) },
            message: `${nameOf(service)} port ${portLabel(port)} cannot be called from ${few(without)}: internalTrafficPolicy is Local, and no endpoint is there`,
            evidence: [
              serviceRow(service, 'internalTrafficPolicy Local', 'spec.internalTrafficPolicy', 'Local', 'Cluster'),
              {
                label: 'nodes',
                text: `${open.length - without.length} of ${open.length} nodes have an endpoint`,
                object: `Service ${nameOf(service)}`,
                path: 'endpointslices',
                found: String(open.length - without.length),
                expected: String(open.length),
              },
            ],
            effects: [`calls from Pods on ${few(without)} hang until they time out`],
            fix: specFix(service, { internalTrafficPolicy: 'Cluster' }, 'let every node use every endpoint'),
            notes: [{ label: 'or', text: 'run the Pods as a DaemonSet, so that each node has one' }],
          }),
        ];
      }),
    );
  },
});
