import type { Service } from '../../facts/wire.ts';
import { onlyLeaderServes } from '../../model/leader.ts';
import { censusOf } from '../../model/pod-cause.ts';
import { isReady } from '../../model/readiness.ts';
import { isBeingRolledOut } from '../../model/rollout.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, pass } from '../rule.ts';
import { isForPeers, podName, podObject, serviceText } from './impact.ts';

function severityOf(service: Service, ready: number, all: number): 'low' | 'medium' | 'high' {
  if (isForPeers(service)) return 'low';
  return ready * 2 >= all ? 'medium' : 'high';
}

export const pod020 = defineRule({
  id: 'POD-020',
  name: 'partially-ready',
  stage: 'pods',
  severity: 'high',
  title: 'some Pods behind the Service are not Ready',
  healthy: 'all Pods behind the Service are Ready',
  roles: ['target', 'dependency'],
  gate: 'ill',
  needs: ['service', 'pods'],
  uses: [],
  explains: [],
  docs: {
    why: 'Only Ready Pods get calls, so fewer Pods than meant carry the load. During a rollout this is normal.',
    confirm: ['kubectl get pods', 'kubectl get endpointslices'],
    fix: 'Find out why the Pods are not Ready.',
    references: ['kubernetes.io: EndpointSlices', 'kubernetes.io: Pod Lifecycle'],
  },
  check({ service, pods, now }) {
    const census = censusOf(service, pods, now);
    const { causes } = census;
    const unready = causes.filter(({ pod }) => !isReady(pod));
    const ready = causes.length - unready.length;
    const [first] = unready;
    if (first === undefined || ready === 0) return pass;
    return fail(
      finding({
        severity: onlyLeaderServes(census) ? 'info' : severityOf(service, ready, causes.length),
        message: `only ${ready} of ${causes.length} Pods of ${serviceText(service)} are Ready`,
        evidence: [
          {
            label: 'Pods',
            text: `not Ready: ${unready.slice(0, 3).map(podName).join(', ')}${unready.length > 3 ? ` (+${unready.length - 3})` : ''}`,
            object: podObject(first),
            path: 'status.conditions[Ready]',
            found: 'False',
            expected: 'True',
          },
        ],
        effects: isForPeers(service) ? [] : [`${ready} of ${causes.length} Pods carry the load`],
        converging: unready.every((cause) => cause.young || isBeingRolledOut(cause.pod, pods, now)),
      }),
    );
  },
});
