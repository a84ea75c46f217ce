import { endpointsOf, usableEndpoints } from '../../model/endpoints.ts';
import { isOpenNode } from '../../model/topology.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass, unread } from '../rule.ts';
import { few, nameOf, serviceRow, specFix } from '../service-text.ts';

export const exp005 = defineRule({
  id: 'EXP-005',
  name: 'external-policy-local-partial',
  stage: 'entrance',
  severity: 'low',
  title: 'externalTrafficPolicy Local, and nodes that answer nothing from outside',
  healthy: 'every node answers calls from outside, or the policy is not Local',
  roles: ['target'],
  gate: 'exposed',
  needs: ['service', 'slices'],
  uses: ['nodes'],
  explains: [],
  docs: {
    why: 'With externalTrafficPolicy Local a node answers calls from outside only if an endpoint runs on it. A load balancer that checks its nodes leaves the others out, which is how it is meant; a client that dials a NodePort of any node may find one that drops its calls.',
    confirm: ['kubectl get service NAME -o jsonpath={.spec.externalTrafficPolicy}', 'kubectl get pods -o wide'],
    fix: 'Set externalTrafficPolicy to Cluster if the client address is not needed, or run a Pod on each node that is dialled.',
    references: ['kubernetes.io: Virtual IPs and Service Proxies, traffic policies'],
  },
  check({ service, slices, nodes }) {
    const { spec } = service;
    if (spec?.externalTrafficPolicy !== 'Local' || (spec.type !== 'NodePort' && spec.type !== 'LoadBalancer'))
      return notApplicable('externalTrafficPolicy is not Local');
    const endpoints = endpointsOf(slices);
    const local = new Set(
      (spec.ports ?? []).flatMap((port) => usableEndpoints(port, endpoints).map(({ node }) => node)),
    );
    if (local.size === 0) return notApplicable('the Service has no usable endpoint at all');
    if (!nodes.known) return unread(nodes);
    const without = nodes.value
      .filter(isOpenNode)
      .map(({ metadata }) => metadata?.name ?? '')
      .filter((name) => !local.has(name))
      .sort();
    if (without.length === 0) return pass;
    const checked = spec.type === 'LoadBalancer';
    return fail(
      finding({
        severity: checked ? 'info' : 'low',
        message: checked
          ? `the load balancer of ${nameOf(service)} uses ${local.size} of ${local.size + without.length} nodes: those with a Pod`
          : `the NodePort of ${nameOf(service)} does not answer on ${few(without)}: externalTrafficPolicy is Local, and no Pod is there`,
        evidence: [
          serviceRow(service, 'externalTrafficPolicy Local', 'spec.externalTrafficPolicy', 'Local', 'Cluster'),
        ],
        effects: checked ? [] : [`calls from outside to ${few(without)} hang`],
        fix: specFix(
          service,
          { externalTrafficPolicy: 'Cluster' },
          'let every node answer, without the client address',
        ),
      }),
    );
  },
});
