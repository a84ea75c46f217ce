import { matchedPods } from '../../model/endpoints.ts';
import { isLive, isReady } from '../../model/readiness.ts';
import { ownerText, plannedBy } from '../../model/workloads.ts';
import { finding } from '../finding.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { advice, nameOf } from './advice.ts';

export const bpr010 = defineRule({
  id: 'BPR-010',
  name: 'single-ready-endpoint',
  stage: 'pods',
  severity: 'info',
  title: 'one Pod carries the Service',
  healthy: 'more than one Pod carries the Service',
  roles: ['target'],
  offline: true,
  gate: 'spread',
  needs: ['service'],
  uses: ['pods', 'workloads'],
  explains: [],
  docs: {
    why: 'With one replica each restart and each move to another node is an outage. Programs that can only run once, such as those with a volume of their own, are left out.',
    confirm: ['kubectl get deployment NAME'],
    fix: 'Run two replicas, if the program allows it.',
    references: ['kubernetes.io: Deployments', 'kubernetes.io: Specifying a Disruption Budget'],
  },
  check({ service, pods, workloads }) {
    if (!pods.known || !pods.complete || !workloads.known) return notApplicable('the Pods are not known');
    const live = matchedPods(service, pods.value).filter(isLive);
    const [pod] = live;
    if (pod === undefined || live.length > 1 || !isReady(pod)) return pass;
    const planned = plannedBy(service.spec?.selector, workloads.value);
    const [only, ...others] = planned;
    const owns = pod.spec?.volumes?.some((volume) => volume.persistentVolumeClaim !== undefined) === true;
    if (only === undefined || others.length > 0 || only.kind !== 'Deployment' || only.replicas !== 1 || owns)
      return pass;
    return fail(
      finding({
        severity: 'info',
        message: `${nameOf(service)} is carried by one Pod: while it restarts or moves nothing answers`,
        evidence: [
          {
            label: 'Pods',
            text: `${ownerText(only)} wants 1`,
            object: `${only.kind} ${only.namespace}/${only.name}`,
            path: 'spec.replicas',
            found: '1',
            expected: '2 or more',
          },
        ],
        fix: advice('run two replicas', `raise the replicas of ${ownerText(only)}, if the program may run twice`),
      }),
    );
  },
});
