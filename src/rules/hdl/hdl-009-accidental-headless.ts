import { matchedPods } from '../../model/endpoints.ts';
import { isHeadless } from '../../model/governing.ts';
import { isLive } from '../../model/readiness.ts';
import { selectorText } from '../../model/selector.ts';
import { ownerOf } from '../../model/workloads.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { nameOf, serviceRow, stepsFix } from '../service-text.ts';

/** Names and protocols by which people say that they want the Pods' own addresses. */
const ON_PURPOSE = /headless|discovery|peers?\b|members?\b|nodes\b|gossip|cluster|grpc|h2c|http2|metrics|memcached/i;

export const hdl009 = defineRule({
  id: 'HDL-009',
  name: 'accidental-headless',
  stage: 'endpoints',
  severity: 'info',
  title: 'a headless Service before the Pods of a Deployment: clients must balance themselves',
  healthy: 'the Service balances, or is headless on purpose',
  roles: ['target'],
  offline: true,
  gate: 'names',
  needs: ['service', 'services', 'pods'],
  uses: [],
  explains: [],
  docs: {
    why: "A headless Service gives clients the Pods' own addresses. A client that keeps one answer uses one Pod, and goes on calling it after it is replaced. For StatefulSets and clients that balance themselves this is wanted.",
    confirm: ['kubectl get service NAME -o jsonpath={.spec.clusterIP}'],
    fix: 'If clients do not balance themselves, make the Service anew without clusterIP: None.',
    references: ['kubernetes.io: Headless Services'],
  },
  check({ service, services, pods }) {
    if (!isHeadless(service)) return notApplicable('the Service is not headless');
    const words = [
      service.metadata?.name ?? '',
      ...(service.spec?.ports ?? []).map((port) => `${port.name ?? ''} ${port.appProtocol ?? ''}`),
    ];
    const live = matchedPods(service, pods).filter(isLive);
    const selector = selectorText(service.spec?.selector);
    const beside = services.some(
      (other) => other !== service && !isHeadless(other) && selectorText(other.spec?.selector) === selector,
    );
    const deployed = live.every((pod) => ['Deployment', 'Rollout'].includes(ownerOf(pod).kind));
    if (live.length < 2 || !deployed || beside || ON_PURPOSE.test(words.join(' '))) return pass;
    if (service.spec?.publishNotReadyAddresses === true) return pass;
    return fail(
      finding({
        severity: 'info',
        confidence: 'possible',
        message: `${nameOf(service)} is headless, so nothing balances between its ${live.length} Pods but its clients`,
        evidence: [serviceRow(service, 'clusterIP None', 'spec.clusterIP', 'None')],
        fix: stepsFix(
          'let the Service balance',
          `if clients do not balance themselves, delete ${nameOf(service)} and create it without clusterIP: None`,
        ),
      }),
    );
  },
});
