import { hintedZones, isOpenNode, nearnessOf, zoneOf } from '../../model/topology.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass, unread } from '../rule.ts';
import { few, nameOf, serviceRow } from '../service-text.ts';

export const trp002 = defineRule({
  id: 'TRP-002',
  name: 'topology-routing-explained',
  stage: 'dataplane',
  severity: 'info',
  title: 'near endpoints are asked for, and some clients use all of them',
  healthy: 'clients of each zone use the endpoints of their zone, as asked',
  roles: ['target'],
  gate: 'preferring',
  needs: ['service', 'slices'],
  uses: ['nodes'],
  explains: [],
  docs: {
    why: 'Hints in EndpointSlices keep calls within a zone. They count only where every endpoint has one and the zone of the node has a ready endpoint; otherwise all endpoints are used. So hints can make load uneven, and never empty the set.',
    confirm: ['kubectl get endpointslices -l kubernetes.io/service-name=NAME -o yaml'],
    fix: 'Nothing is broken. For an endpoint in each zone, spread the Pods with topologySpreadConstraints.',
    references: ['kubernetes.io: Topology Aware Routing', 'kubernetes.io: Service, traffic distribution'],
  },
  check({ service, slices, nodes }) {
    const nearness = nearnessOf(service);
    if (nearness === null) return notApplicable('the Service does not ask for near endpoints');
    if (!nodes.known) return unread(nodes);
    const zones = [...new Set(nodes.value.filter(isOpenNode).flatMap((node) => zoneOf(node) ?? []))].sort();
    const hinted = hintedZones(slices);
    if (zones.length < 2 || hinted.size === 0) return notApplicable('there is one zone only, or no ready endpoint');
    const without = zones.filter((zone) => !hinted.has(zone));
    const none = hinted.has(null);
    if (!none && without.length === 0) return pass;
    return fail(
      finding({
        severity: 'info',
        message: none
          ? `${nameOf(service)} asks for near endpoints, and clients use all of them: some endpoints carry no hint`
          : `clients in ${few(without)} use all endpoints of ${nameOf(service)}: none is ready in their zone`,
        evidence: [serviceRow(service, nearness, 'spec.trafficDistribution', nearness)],
      }),
    );
  },
});
