import { matchedPods } from '../../model/endpoints.ts';
import { governedBy, isHeadless } from '../../model/governing.ts';
import { onlyLeaderServes } from '../../model/leader.ts';
import { isPlanned } from '../../model/planned-pods.ts';
import { censusOf } from '../../model/pod-cause.ts';
import { isLive, isReady } from '../../model/readiness.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { isYounger, nameOf, serviceRow, specFix } from '../service-text.ts';

export const hdl008 = defineRule({
  id: 'HDL-008',
  name: 'not-ready-addresses-published',
  stage: 'endpoints',
  severity: 'high',
  title: 'a Service for clients sends requests to Pods that are not ready',
  healthy: 'Pods that are not ready get no requests',
  roles: ['target', 'dependency'],
  offline: true,
  gate: 'names',
  needs: ['service', 'pods', 'workloads'],
  uses: [],
  explains: [],
  docs: {
    why: 'publishNotReadyAddresses is meant for headless Services by which Pods find each other. On a Service for clients it makes every Pod count as ready, so requests go to Pods that cannot serve, and every count of ready endpoints misleads.',
    confirm: ['kubectl get service NAME -o jsonpath={.spec.publishNotReadyAddresses}', 'kubectl get pods'],
    fix: 'Take publishNotReadyAddresses out of the Service for clients; keep it on a headless one.',
    references: ['API reference: ServiceSpec.publishNotReadyAddresses'],
  },
  check({ service, pods, workloads, now }) {
    if (service.spec?.publishNotReadyAddresses !== true) return notApplicable('the Service publishes ready Pods only');
    if (isHeadless(service) || governedBy(service.metadata?.name ?? '', workloads).length > 0) return pass;
    const live = matchedPods(service, pods).filter(isLive);
    const waiting = live.filter((pod) => !isReady(pod));
    const harms = waiting.length > 0 && waiting.length < live.length;
    const leader = harms && onlyLeaderServes(censusOf(service, pods, now));
    return fail(
      finding({
        severity: harms && !leader ? 'high' : 'low',
        confidence: harms ? 'likely' : 'certain',
        message: harms
          ? `${nameOf(service)} sends a share of its requests to Pods that are not ready: it publishes them`
          : `${nameOf(service)} publishes Pods before they are ready: requests would reach Pods that cannot serve`,
        evidence: [
          serviceRow(service, 'publishNotReadyAddresses true', 'spec.publishNotReadyAddresses', 'true', 'false'),
          ...(live.some(isPlanned)
            ? []
            : [
                {
                  label: 'Pods',
                  text: `${live.length - waiting.length} of ${live.length} Ready`,
                  object: `Service ${nameOf(service)}`,
                  path: 'status.conditions[type=Ready]',
                  found: String(live.length - waiting.length),
                  expected: String(live.length),
                },
              ]),
        ],
        effects: harms ? [`about ${waiting.length} of ${live.length} requests fail`] : [],
        fix: specFix(service, { publishNotReadyAddresses: false }, 'publish ready Pods only'),
        converging: harms && waiting.every((pod) => isYounger(pod.metadata?.creationTimestamp, now, 30_000)),
      }),
    );
  },
});
