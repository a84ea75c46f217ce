import type { Fact } from '../../facts/fact.ts';
import { matchLog } from '../../model/log-shapes.ts';
import { censusOf, type PodCause } from '../../model/pod-cause.ts';
import { ageOf, ageText } from '../../model/readiness.ts';
import type { LogReader } from '../facts.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { containerText, groupsOf, ownersText, podFinding, podObject, podsEvidence, statusPath } from './impact.ts';
import { linesOf, logEvidence, logNotes } from './log-evidence.ts';

const CAUSES = {
  waits: 'the init container says that it waits for another Service',
  'still-running': 'the init container has not ended',
  fails: 'the init container fails',
} as const;

/** Whether it runs, says whom it waits for, or ends with an error. */
function causeOf(cause: PodCause, logs: Fact<LogReader>): keyof typeof CAUSES {
  const lines = linesOf(cause, logs);
  if (lines.known && matchLog(lines.value).some((match) => match.class === 'waiting')) return 'waits';
  return cause.state?.status?.state?.running === undefined ? 'fails' : 'still-running';
}

function stateText({ state }: PodCause, now: number): string {
  const { running, terminated, waiting } = state?.status?.state ?? {};
  if (running !== undefined) {
    const age = ageOf(running.startedAt, now);
    return age === null ? 'is still running' : `has been running for ${ageText(age)}`;
  }
  const ended = terminated ?? state?.status?.lastState?.terminated;
  const code = ended === undefined ? '' : `, exit code ${ended.exitCode}`;
  return `fails (${waiting?.reason ?? terminated?.reason ?? 'Error'}${code})`;
}

export const pod007 = defineRule({
  id: 'POD-007',
  name: 'init-container-blocked',
  stage: 'pods',
  severity: 'critical',
  title: 'an init container keeps the Pods behind the Service from starting',
  healthy: 'the init containers of the Pods behind the Service are done',
  roles: ['target', 'dependency', 'dns'],
  gate: 'ill',
  needs: ['service', 'pods'],
  uses: ['logs'],
  explains: ['POD-020', 'DNS-002', 'HDL-002'],
  causes: CAUSES,
  docs: {
    why: 'The containers of a Pod start when every init container has ended with exit code 0. One that fails, or waits for something that never comes, keeps the Pod out of the endpoints.',
    confirm: ['kubectl get pods', 'kubectl logs POD -c INIT-CONTAINER'],
    fix: 'Give the init container what it waits for, or correct it.',
    references: ['kubernetes.io: Init Containers', 'kubernetes.io: Debug Init Containers'],
  },
  check({ service, pods, logs, now }) {
    const census = censusOf(service, pods, now);
    const groups = groupsOf(census, ['init'], (cause) => `${ownersText([cause])} ${containerText(cause)}`);
    return failIfAny(
      groups.map((group) => {
        const [first] = group;
        const text = stateText(first, now);
        const name = first.state?.container.name ?? '';
        const found = podFinding(service, census, group, `${containerText(first)} of ${ownersText(group)} ${text}`, {
          evidence: [
            podsEvidence(census, group, 'not initialized'),
            {
              label: 'init',
              text: `container "${name}" ${text}`,
              object: podObject(first),
              path: `${statusPath(first)}.state`,
              found: text,
              expected: 'terminated with exit code 0',
            },
            ...logEvidence(first, logs),
          ],
          fix: {
            summary: `unblock init container "${name}"`,
            safety: 'review',
            commands: [`kubectl -n ${first.pod.metadata?.namespace} logs ${first.pod.metadata?.name} -c ${name}`],
            steps: ['give the init container what it waits for, or correct its command'],
            patch: null,
          },
          notes: logNotes(first, logs),
        });
        return { ...found, cause: causeOf(first, logs) };
      }),
    );
  },
});
