import type { Fact } from '../../facts/fact.ts';
import type { Event } from '../../facts/wire.ts';
import { eventsOf } from '../../model/events.ts';
import { censusOf, type PodCause } from '../../model/pod-cause.ts';
import {
  CONTAINER_CAUSES,
  type ContainerFailure,
  containerEvent,
  readContainerFailure,
  startMessage,
} from '../../model/start-failure.ts';
import type { Finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { containerText, groupsOf, podFinding, podObject, podsEvidence, podsText, statusPath } from './impact.ts';

/** What the container's status or its newest event says; for a Pod without address, what its newest FailedMount event says of a missing object. */
function faultOf(cause: PodCause, events: Fact<readonly Event[]>): ContainerFailure | null {
  if (cause.class === 'config') {
    const said = readContainerFailure(startMessage(cause.state?.status ?? null) ?? '');
    return said.cause !== 'untold' || !events.known
      ? said
      : readContainerFailure(containerEvent(cause.pod, cause.state?.container.name ?? '', events) || said.message);
  }
  if (!events.known) return null;
  const mount = eventsOf('Pod', cause.pod, events.value).find((event) => event.reason === 'FailedMount');
  const fault = mount === undefined ? null : readContainerFailure(mount.message ?? '');
  return fault?.missing === null ? null : fault;
}

const STEPS: Readonly<Partial<Record<ContainerFailure['cause'], string>>> = {
  'runs-as-root': 'set runAsUser in the Pod template to a user that the image can run as',
  'command-not-found': 'correct command in the Pod template: the image does not have that file',
  'command-not-executable': 'name an executable file as command in the Pod template',
  'volume-path': 'correct mountPath or subPath in the Pod template',
};

export const pod006 = defineRule({
  id: 'POD-006',
  name: 'container-config-error',
  stage: 'pods',
  severity: 'critical',
  title: 'a container behind the Service cannot be created',
  healthy: 'the containers behind the Service can be created',
  roles: ['target', 'dependency', 'dns'],
  gate: 'ill',
  needs: ['service', 'pods'],
  uses: ['events'],
  explains: ['POD-020', 'POD-019', 'DNS-002', 'HDL-002'],
  causes: CONTAINER_CAUSES,
  docs: {
    why: 'A ConfigMap, Secret or key that the Pod names does not exist, or its command cannot be run: the container is never created, so the Pod is never Ready.',
    confirm: ['kubectl describe pod', 'kubectl get configmaps,secrets'],
    fix: 'Create the object that the message names, or correct the name in the Pod template.',
    references: ['kubelet CreateContainerConfigError', 'kubernetes.io: Configure a Pod to Use a ConfigMap'],
  },
  check({ service, pods, events, now }) {
    const census = censusOf(service, pods, now);
    const groups = groupsOf(census, ['config', 'no-ip'], (cause) => {
      const fault = faultOf(cause, events);
      return fault === null ? '' : (fault.missing ?? fault.message);
    });
    return failIfAny(
      groups.flatMap((group): readonly Finding[] => {
        const [first] = group;
        const fault = faultOf(first, events);
        if (fault === null) return [];
        const reason = first.state?.status?.state?.waiting?.reason ?? 'FailedMount';
        const who = first.state === null ? podsText(group) : containerText(first);
        const known = fault.cause === 'untold' ? '' : `: ${CONTAINER_CAUSES[fault.cause]}`;
        const what =
          fault.missing === null
            ? `${who} cannot be created${known}`
            : `${who} cannot start, ${fault.missing} does not exist`;
        const step =
          fault.missing === null
            ? (STEPS[fault.cause] ?? 'correct what the message says in the Pod template')
            : `create ${fault.missing}, or correct its name in the Pod template`;
        const found = podFinding(service, census, group, what, {
          evidence: [
            podsEvidence(census, group, reason),
            {
              label: fault.missing === null ? 'message' : 'missing',
              text: fault.message === '' ? reason : fault.message,
              object: podObject(first),
              path: first.state === null ? 'events' : `${statusPath(first)}.state.waiting.message`,
              found: fault.message,
              expected: fault.missing,
            },
          ],
          fix: {
            summary: 'let the container be created',
            safety: 'review',
            commands: [],
            steps: [step],
            patch: null,
          },
        });
        return [{ ...found, cause: fault.cause }];
      }),
    );
  },
});
