import { censusOf } from '../../model/pod-cause.ts';
import { probeText } from '../../model/probe.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { groupsOf, ownersText, podFinding, podObject, podsEvidence, statusPath } from './impact.ts';
import { failureWords, readinessEvent } from './readiness-failure.ts';

export const pod023 = defineRule({
  id: 'POD-023',
  name: 'sidecar-not-ready',
  stage: 'pods',
  severity: 'critical',
  title: 'a container beside the one that serves keeps the Pods from being Ready',
  healthy: 'the containers beside the one that serves are ready',
  roles: ['target', 'dependency', 'dns'],
  gate: 'ill',
  needs: ['service', 'pods'],
  uses: ['events'],
  explains: ['POD-020', 'DNS-002', 'HDL-002'],
  docs: {
    why: 'A Pod is Ready only when all of its containers are. A sidecar that is not ready takes the Pod out of the endpoints although the application itself could serve.',
    confirm: ['kubectl get pods', 'kubectl describe pod'],
    fix: 'Repair the sidecar that is named.',
    references: ['kubernetes.io: Pod Lifecycle, Pod conditions', 'kubernetes.io: Sidecar Containers'],
  },
  check({ service, pods, events, now }) {
    const census = censusOf(service, pods, now);
    const groups = groupsOf(
      census,
      ['sidecar'],
      (cause) => `${ownersText([cause])} ${cause.state?.container.name ?? ''}`,
    );
    return failIfAny(
      groups.map((group) => {
        const [first] = group;
        const { name = '', readinessProbe } = first.state?.container ?? {};
        const event = group.map((cause) => readinessEvent(cause, events)).find((seen) => seen !== null) ?? null;
        const sidecar = first.state?.container;
        const cause = sidecar?.readinessProbe === undefined ? '' : `, ${failureWords(sidecar, event)}`;
        const what = `sidecar "${name}" of ${ownersText(group)} is not ready${cause}`;
        const probe = readinessProbe === undefined ? 'no readinessProbe' : probeText(readinessProbe);
        return podFinding(service, census, group, what, {
          evidence: [
            podsEvidence(census, group, 'not Ready'),
            {
              label: 'sidecar',
              text: `"${name}" is not ready (${probe}); the container that serves is`,
              object: podObject(first),
              path: `${statusPath(first)}.ready`,
              found: 'false',
              expected: 'true',
            },
          ],
          fix: {
            summary: `repair sidecar "${name}"`,
            safety: 'review',
            commands: [`kubectl -n ${first.pod.metadata?.namespace} logs ${first.pod.metadata?.name} -c ${name}`],
            steps: ['resolve what its log says'],
            patch: null,
          },
        });
      }),
    );
  },
});
