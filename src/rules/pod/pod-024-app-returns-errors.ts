import type { Fact } from '../../facts/fact.ts';
import type { Event } from '../../facts/wire.ts';
import { eventContainer, eventCount, eventsOf, eventTime } from '../../model/events.ts';
import { censusOf, type PodCause } from '../../model/pod-cause.ts';
import { ageText, containerStates, hasFlickered } from '../../model/readiness.ts';
import { type Finding, finding } from '../finding.ts';
import { defineRule, failIfAny, notApplicable } from '../rule.ts';
import { podName, podObject, serviceText } from './impact.ts';

/** Events older than this speak of what is over. */
const RECENT = 600_000;
/** A process may answer with errors while it starts. */
const SETTLED = 60_000;

interface Answer {
  event: Event;
  code: number;
  at: number;
}

/** The newest HTTP error that the kubelet got of a Pod that serves, long after its start. */
function errorOf({ pod }: PodCause, events: readonly Event[], now: number): Answer | null {
  const started = new Map(
    containerStates(pod).map(({ container, status }) => [
      container.name,
      Date.parse(status?.state?.running?.startedAt ?? ''),
    ]),
  );
  for (const event of eventsOf('Pod', pod, events)) {
    const code = Number(
      /^Liveness probe failed: HTTP probe failed with statuscode: (?<code>[45]\d\d)/.exec(event.message ?? '')?.groups
        ?.code,
    );
    const at = eventTime(event);
    const start = started.get(eventContainer(event) ?? '');
    if (Number.isNaN(code) || at === null || now - at > RECENT) continue;
    if (start === undefined || Number.isNaN(start) || at - start < SETTLED) continue;
    return { event, code, at };
  }
  return null;
}

export const pod024 = defineRule({
  id: 'POD-024',
  name: 'app-returns-errors',
  stage: 'pods',
  severity: 'info',
  title: 'the application behind the Service answers with errors',
  healthy: 'no probe has got an error from the application',
  roles: ['target', 'dependency'],
  gate: 'ill',
  needs: ['service', 'pods'],
  uses: ['events'],
  explains: [],
  docs: {
    why: 'A Pod that answers with an HTTP error was reached: Service, ports, endpoints and network work, and the fault is in the application. Only what the kubelet asks leaves a trace in the API; what clients get, a request of your own shows.',
    confirm: [
      'kubectl get events --field-selector reason=Unhealthy',
      'kubectl run -it --rm ask --image=busybox --restart=Never -- wget -S -O- http://SERVICE',
    ],
    fix: 'Read the log of the application.',
    references: ['kubernetes.io: Debug Running Pods', 'kubelet prober'],
  },
  check({ service, pods, events, now }) {
    const serving = censusOf(service, pods, now).causes.filter(
      (cause) => cause.class === 'ready' && hasFlickered(cause.pod, now),
    );
    if (serving.length === 0) return failIfAny([]);
    if (!events.known) return notApplicable('the events were not read');
    return failIfAny(serving.flatMap((cause) => findingOf(cause, events)));

    function findingOf(cause: PodCause, known: Fact<readonly Event[]> & { known: true }): readonly Finding[] {
      const answer = errorOf(cause, known.value, now);
      if (answer === null) return [];
      const text = `"${answer.event.message}" (${eventCount(answer.event)} times, last ${ageText(now - answer.at)} ago)`;
      return [
        finding({
          severity: 'info',
          message: `${serviceText(service)} reaches ${podName(cause)}, and the application there answers ${answer.code} at times`,
          evidence: [
            {
              label: 'event',
              text,
              object: podObject(cause),
              path: 'events',
              found: answer.event.message ?? null,
              expected: null,
            },
          ],
          scope: { pod: `${cause.pod.metadata?.namespace}/${podName(cause)}` },
        }),
      ];
    }
  },
});
