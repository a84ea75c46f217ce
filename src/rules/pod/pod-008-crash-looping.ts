import { CRASH_CAUSES, type Crash, crashCause, crashStep } from '../../model/crash-cause.ts';
import { censusOf, type PodCause } from '../../model/pod-cause.ts';
import type { Evidence } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { crashFinding, exitText } from './crash-finding.ts';
import { containerText, groupsOf, ownersText, podObject } from './impact.ts';
import { linesOf, logCommand } from './log-evidence.ts';

export const pod008 = defineRule({
  id: 'POD-008',
  name: 'crash-looping',
  stage: 'pods',
  severity: 'critical',
  title: 'a container behind the Service crashes again and again',
  healthy: 'no container behind the Service crashes again and again',
  roles: ['target', 'dependency', 'dns'],
  gate: 'ill',
  needs: ['service', 'pods'],
  uses: ['logs'],
  explains: ['POD-020', 'DNS-002', 'HDL-002'],
  causes: CRASH_CAUSES,
  docs: {
    why: 'A container that ends is started again after a growing pause of up to five minutes. Meanwhile its Pod is not Ready and gets no calls.',
    confirm: ['kubectl get pods', 'kubectl logs POD --previous'],
    fix: 'Read the log of the run before: it says why the process ended. The Pods recover by themselves once the cause is gone.',
    references: ['kubernetes.io: Pod Lifecycle, container restart policy', 'kubernetes.io: Debug Pods'],
  },
  check({ service, pods, logs, now }) {
    const census = censusOf(service, pods, now);
    const groups = groupsOf(census, ['crash'], (cause) => `${ownersText([cause])} ${containerText(cause)}`);
    return failIfAny(
      groups.map((group) => {
        const [first] = group;
        const { end } = first;
        const lines = linesOf(first, logs);
        const crash = crashCause(end, lines.known ? lines.value : []);
        const why = crash.line === null ? '' : `: ${CRASH_CAUSES[crash.cause]}`;
        const words = `crashes again and again${end === null ? '' : `, ${exitText(end)}`}${why}`;
        const found = crashFinding(service, census, group, words, logs, {
          evidence: crashEvidence(first, crash),
          fix: {
            summary: `let ${containerText(first)} run`,
            safety: 'review',
            commands: [logCommand(first)],
            steps: [crashStep(crash.cause)],
            patch: null,
          },
        });
        return { ...found, cause: crash.cause };
      }),
    );
  },
});

/** The line of the log that names the cause. */
function crashEvidence(first: PodCause, { line }: Crash): readonly Evidence[] {
  if (line === null) return [];
  return [{ label: 'log', text: `"${line}"`, object: podObject(first), path: 'log', found: line, expected: null }];
}
