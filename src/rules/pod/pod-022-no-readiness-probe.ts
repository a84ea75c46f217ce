import type { Container, Pod } from '../../facts/wire.ts';
import { censusOf } from '../../model/pod-cause.ts';
import { containersServing } from '../../model/ports.ts';
import { isReady } from '../../model/readiness.ts';
import { ownerOf, ownerText } from '../../model/workloads.ts';
import { finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { readinessProbeFix } from './readiness-probe-fix.ts';

export const pod022 = defineRule({
  id: 'POD-022',
  name: 'no-readiness-probe',
  stage: 'pods',
  severity: 'low',
  title: 'the container that serves has no readinessProbe',
  healthy: 'the container that serves has a readinessProbe',
  roles: ['target'],
  offline: true,
  gate: 'unprobed',
  needs: ['service', 'pods'],
  uses: [],
  explains: [],
  aliases: ['BPR-004'],
  docs: {
    why: 'Without a readinessProbe a container counts as ready the moment its process starts, so calls arrive before it serves. By itself this breaks nothing: it makes restarts and rollouts visible to clients.',
    confirm: ['kubectl get pods -o yaml'],
    fix: 'Add a readinessProbe on the port that the Service reaches.',
    references: ['kubernetes.io: Configure Liveness, Readiness and Startup Probes'],
  },
  check({ service, pods, now }) {
    const { causes } = censusOf(service, pods, now);
    const bare = new Map<string, { pod: Pod; container: Container; port: NonNullable<typeof service.spec>['ports'] }>();
    for (const { pod } of causes.filter((cause) => isReady(cause.pod))) {
      for (const port of service.spec?.ports ?? []) {
        for (const container of containersServing(port, pod)) {
          const key = `${ownerText(ownerOf(pod))} ${container.name}`;
          if (container.readinessProbe === undefined && !bare.has(key)) bare.set(key, { pod, container, port: [port] });
        }
      }
    }
    return failIfAny(
      [...bare.values()].map(({ pod, container, port }) =>
        finding({
          severity: 'low',
          message: `container "${container.name}" of ${ownerText(ownerOf(pod))} has no readinessProbe, so each start takes calls before it serves`,
          evidence: [
            {
              label: 'container',
              text: `"${container.name}" has no readinessProbe`,
              object: `Pod ${pod.metadata?.namespace}/${pod.metadata?.name}`,
              path: `spec.containers[${container.name}].readinessProbe`,
              found: null,
              expected: 'a probe',
            },
          ],
          fix: port?.[0] === undefined ? null : readinessProbeFix(pod, container, port[0]),
        }),
      ),
    );
  },
});
