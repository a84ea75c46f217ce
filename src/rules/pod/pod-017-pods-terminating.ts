import type { Fact } from '../../facts/fact.ts';
import type { Node, Pod } from '../../facts/wire.ts';
import { matchedPods } from '../../model/endpoints.ts';
import { YOUNG } from '../../model/pod-cause.ts';
import { ageOf, ageText, isLive, isReady, isTerminal, isTerminating } from '../../model/readiness.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, pass } from '../rule.ts';
import { deadEffects, serviceText } from './impact.ts';

const CAUSES = {
  finalizer: 'a finalizer keeps the Pods after their grace period',
  'node-lost': 'the node of the Pods is not ready, so nobody ends them',
  stuck: 'the Pods stay long after their grace period',
  leaving: 'the Pods are within their grace period',
} as const;

/** How long a Pod may stay after its grace period before it is called stuck. */
const LATE = 60_000;

function causeOf(pod: Pod | undefined, age: number | null, nodes: Fact<readonly Node[]>): keyof typeof CAUSES {
  if (age === null || age < LATE) return 'leaving';
  if ((pod?.metadata?.finalizers ?? []).length > 0) return 'finalizer';
  const node = nodes.known ? nodes.value.find(({ metadata }) => metadata?.name === pod?.spec?.nodeName) : undefined;
  const ready = node?.status?.conditions?.find(({ type }) => type === 'Ready')?.status;
  return node !== undefined && ready !== 'True' ? 'node-lost' : 'stuck';
}

const STEPS: Readonly<Record<keyof typeof CAUSES, string>> = {
  finalizer: 'let the controller that set the finalizer end its work',
  'node-lost': 'repair the node, or delete the Node object if the machine is gone: then its Pods go too',
  stuck: 'look at the kubelet and the container runtime of the node: they do not end the Pods',
  leaving: 'find out who deletes them and whether their workload still exists',
};

export const pod017 = defineRule({
  id: 'POD-017',
  name: 'pods-terminating',
  stage: 'pods',
  severity: 'critical',
  title: 'every Pod behind the Service is being deleted',
  healthy: 'the Pods behind the Service are not being deleted',
  roles: ['target', 'dependency', 'dns'],
  gate: 'idle',
  needs: ['service', 'pods'],
  uses: ['nodes'],
  explains: ['DNS-002', 'HDL-002'],
  causes: CAUSES,
  docs: {
    why: 'A Pod with a deletionTimestamp is no ready endpoint. While none is ready, kube-proxy still uses terminating Pods that are Ready; once those are gone, nothing serves.',
    confirm: ['kubectl get pods'],
    fix: 'Find out who deletes them; a Pod that stays long past its grace period has a finalizer or a dead node.',
    references: ['KEP-1669: Proxy Terminating Endpoints', 'kubernetes.io: Pod Lifecycle, Pod termination'],
  },
  check({ service, pods, nodes, now }) {
    const matched = matchedPods(service, pods).filter((pod) => !isTerminal(pod));
    if (matched.length === 0 || matched.some(isLive)) return pass;
    const [first] = [...matched].sort((a, b) => ((a.metadata?.name ?? '') < (b.metadata?.name ?? '') ? -1 : 1));
    const serving = matched.filter((pod) => isTerminating(pod) && isReady(pod)).length;
    const age = ageOf(first?.metadata?.deletionTimestamp, now);
    const cause = causeOf(first, age, nodes);
    const finalizers = first?.metadata?.finalizers ?? [];
    return fail(
      finding({
        cause,
        severity: serving === 0 ? 'critical' : 'high',
        message: `${serviceText(service)} ${serving === 0 ? 'does not work' : 'is about to stop'}: all of its Pods are being deleted`,
        evidence: [
          {
            label: 'Pods',
            text: `${matched.length} of ${matched.length} terminating, ${serving} of them still serve${age === null || age < 0 ? '' : `; the grace period ended ${ageText(age)} ago`}${finalizers.length === 0 ? '' : `; finalizers: ${finalizers.join(', ')}`}`,
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
          steps: [STEPS[cause]],
          patch: null,
        },
        converging: age === null || age < YOUNG,
      }),
    );
  },
});
