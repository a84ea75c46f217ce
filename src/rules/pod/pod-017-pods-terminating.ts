import { matchedPods } from '../../model/endpoints.ts';
import { YOUNG } from '../../model/pod-cause.ts';
import { ageOf, ageText, isLive, isReady, isTerminal, isTerminating } from '../../model/readiness.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, pass } from '../rule.ts';
import { deadEffects, serviceText } from './impact.ts';

export const pod017 = defineRule({
  id: 'POD-017',
  name: 'pods-terminating',
  stage: 'pods',
  severity: 'critical',
  title: 'every Pod behind the Service is being deleted',
  healthy: 'the Pods behind the Service are not being deleted',
  roles: ['target', 'dependency', 'dns'],
  needs: ['service', 'pods'],
  uses: [],
  explains: ['DNS-002', 'HDL-002'],
  docs: {
    why: 'A Pod with a deletionTimestamp is no ready endpoint. While none is ready, kube-proxy still uses terminating Pods that are Ready; once those are gone, nothing serves.',
    confirm: ['kubectl get pods'],
    fix: 'Find out who deletes them; a Pod that stays long past its grace period has a finalizer or a dead node.',
    references: ['KEP-1669: Proxy Terminating Endpoints', 'kubernetes.io: Pod Lifecycle, Pod termination'],
  },
  check({ service, pods, now }) {
    const matched = matchedPods(service, pods).filter((pod) => !isTerminal(pod));
    if (matched.length === 0 || matched.some(isLive)) return pass;
    const [first] = [...matched].sort((a, b) => ((a.metadata?.name ?? '') < (b.metadata?.name ?? '') ? -1 : 1));
    const serving = matched.filter((pod) => isTerminating(pod) && isReady(pod)).length;
    const age = ageOf(first?.metadata?.deletionTimestamp, now);
    return fail(
      finding({
        severity: serving === 0 ? 'critical' : 'high',
        message: `${serviceText(service)} ${serving === 0 ? 'does not work' : 'is about to stop'}: all of its Pods are being deleted`,
        evidence: [
          {
            label: 'Pods',
            text: `${matched.length} of ${matched.length} terminating, ${serving} of them still serve${age === null || age < 0 ? '' : `; the grace period ended ${ageText(age)} ago`}`,
            object: `Pod ${first?.metadata?.namespace}/${first?.metadata?.name}`,
            path: 'metadata.deletionTimestamp',
            found: first?.metadata?.deletionTimestamp ?? null,
            expected: null,
          },
        ],
        effects: serving === 0 ? deadEffects(service) : [],
        fix: {
          summary: 'let new Pods take their place',
          safety: 'review',
          commands: [],
          steps: [
            'find out who deletes them and whether their workload still exists; long past the grace period, look for finalizers or a dead node',
          ],
          patch: null,
        },
        converging: age === null || age < YOUNG,
      }),
    );
  },
});
