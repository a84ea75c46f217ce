import { hasBudget, loneOf } from '../../model/lone-pod.ts';
import { ownerText } from '../../model/workloads.ts';
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
  uses: ['pods', 'workloads', 'disruptionBudgets'],
  explains: [],
  docs: {
    why: 'With one replica each restart and each move to another node is an outage. Programs that can only run once, such as those with a volume of their own, are left out, and so is a Pod that a PodDisruptionBudget guards: somebody has thought of it.',
    confirm: ['kubectl get deployment NAME'],
    fix: 'Run two replicas, if the program allows it.',
    references: ['kubernetes.io: Deployments', 'kubernetes.io: Specifying a Disruption Budget'],
  },
  check({ service, pods, workloads, disruptionBudgets }) {
    if (!pods.known || !pods.complete || !workloads.known) return notApplicable('the Pods are not known');
    const lone = loneOf(service, pods.value, workloads.value);
    if (lone === null) return pass;
    // an opinion is no question: who may not read the budgets goes without it
    if (!disruptionBudgets.known || !disruptionBudgets.complete)
      return notApplicable('whether a PodDisruptionBudget guards the Pod is not known');
    const { pod, deployment } = lone;
    if (hasBudget(pod, disruptionBudgets.value)) return pass;
    return fail(
      finding({
        severity: 'info',
        message: `${nameOf(service)} is carried by one Pod: while it restarts or moves nothing answers`,
        evidence: [
          {
            label: 'Pods',
            text: `${ownerText(deployment)} wants 1, and no PodDisruptionBudget guards it`,
            object: `${deployment.kind} ${deployment.namespace}/${deployment.name}`,
            path: 'spec.replicas',
            found: '1',
            expected: '2 or more',
          },
        ],
        fix: advice('run two replicas', `raise the replicas of ${ownerText(deployment)}, if the program may run twice`),
      }),
    );
  },
});
