import { matchedPods } from '../../model/endpoints.ts';
import { isLive, restarts } from '../../model/readiness.ts';
import { hintedZones, isOpenNode, nearnessOf, zoneOf } from '../../model/topology.ts';
import { finding } from '../finding.ts';
import { defineRule, failIfAny, notApplicable, unread } from '../rule.ts';
import { nameOf, serviceRow, stepsFix } from '../service-text.ts';

export const trp003 = defineRule({
  id: 'TRP-003',
  name: 'zone-overload',
  stage: 'dataplane',
  severity: 'medium',
  title: 'calls stay in their zone, and the few Pods of one zone restart',
  healthy: 'no zone has few Pods that restart while those of others do not',
  roles: ['target'],
  gate: 'preferring',
  needs: ['service', 'slices'],
  uses: ['nodes', 'pods'],
  explains: [],
  docs: {
    why: 'When calls stay within a zone, the Pods of a zone with many callers and few endpoints take more than their share, while those of other zones idle.',
    confirm: ['kubectl top pods', 'kubectl get pods -o wide'],
    fix: 'Spread the Pods as the callers are spread, or leave trafficDistribution out.',
    references: ['kubernetes.io: Service, traffic distribution', 'KEP-4444: Traffic Distribution'],
  },
  check({ service, slices, nodes, pods }) {
    const nearness = nearnessOf(service);
    if (nearness === null) return notApplicable('the Service does not ask for near endpoints');
    const hinted = hintedZones(slices);
    if (!nodes.known) return unread(nodes);
    if (!pods.known) return unread(pods);
    if (!nodes.complete || !pods.complete) return notApplicable('not all nodes and Pods were read');
    const open = nodes.value.filter(isOpenNode);
    const zones = [...hinted.keys()].filter((zone): zone is string => zone !== null).sort();
    if (hinted.has(null) || zones.length < 2) return notApplicable('calls do not stay in their zones');
    const own = matchedPods(service, pods.value).filter(isLive);
    const restartsIn = (zone: string): number => {
      const names = new Set(open.filter((node) => zoneOf(node) === zone).map(({ metadata }) => metadata?.name));
      return own.filter((pod) => names.has(pod.spec?.nodeName)).reduce((sum, pod) => sum + restarts(pod), 0);
    };
    const total = [...hinted.values()].reduce((sum, count) => sum + count, 0);
    const overloaded = zones.filter((zone) => {
      const share = (hinted.get(zone) ?? 0) / total;
      const nodesShare = open.filter((node) => zoneOf(node) === zone).length / open.length;
      return (
        share * 1.5 <= nodesShare &&
        restartsIn(zone) > 0 &&
        zones.every((other) => other === zone || restartsIn(other) === 0)
      );
    });
    return failIfAny(
      overloaded.map((zone) =>
        finding({
          severity: 'medium',
          confidence: 'possible',
          message: `the Pods of ${nameOf(service)} in ${zone} may take more than their share: calls stay in their zone, and only these Pods restart`,
          evidence: [
            serviceRow(
              service,
              `${nearness}: ${hinted.get(zone)} of ${total} endpoints serve ${zone}`,
              'spec.trafficDistribution',
            ),
          ],
          fix: stepsFix('spread the Pods as the callers are spread', `add Pods to ${zone}, or leave ${nearness} out`),
        }),
      ),
    );
  },
});
