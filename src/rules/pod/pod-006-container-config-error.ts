import type { Fact } from '../../facts/fact.ts';
import type { Event } from '../../facts/wire.ts';
import { eventsOf } from '../../model/events.ts';
import { censusOf, type PodCause } from '../../model/pod-cause.ts';
import type { Finding } from '../finding.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { containerText, groupsOf, podFinding, podObject, podsEvidence, podsText, statusPath } from './impact.ts';

interface Fault {
  message: string;
  /** `ConfigMap web-config`, `key url in Secret db`, or null where the message names none. */
  missing: string | null;
}

const KINDS: Readonly<Record<string, string>> = { configmap: 'ConfigMap', secret: 'Secret' };

function read(message: string): Fault {
  const object = /(?<kind>configmap|secret) "(?<name>[^"]+)" not found/i.exec(message)?.groups;
  if (object !== undefined) {
    return { message, missing: `${KINDS[object.kind?.toLowerCase() ?? '']} ${object.name?.split('/').at(-1)}` };
  }
  const key = /couldn't find key (?<key>\S+) in (?<kind>ConfigMap|Secret) (?<name>\S+)/i.exec(message)?.groups;
  return {
    message,
    missing: key === undefined ? null : `key ${key.key} in ${key.kind} ${key.name?.split('/').at(-1)}`,
  };
}

/** What the container's status says; for a Pod without address, what its newest FailedMount event says of a missing object. */
function faultOf(cause: PodCause, events: Fact<readonly Event[]>): Fault | null {
  if (cause.class === 'config') return read(cause.state?.status?.state?.waiting?.message ?? '');
  if (!events.known) return null;
  const mount = eventsOf('Pod', cause.pod, events.value).find((event) => event.reason === 'FailedMount');
  const fault = mount === undefined ? null : read(mount.message ?? '');
  return fault?.missing === null ? null : fault;
}

export const pod006 = defineRule({
  id: 'POD-006',
  name: 'container-config-error',
  stage: 'pods',
  severity: 'critical',
  title: 'a container behind the Service cannot be created',
  healthy: 'the containers behind the Service can be created',
  roles: ['target', 'dependency', 'dns'],
  needs: ['service', 'pods'],
  uses: ['events'],
  explains: ['POD-020', 'POD-019', 'DNS-002'],
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
        const what =
          fault.missing === null ? `${who} cannot be created` : `${who} cannot start, ${fault.missing} does not exist`;
        const step =
          fault.missing === null
            ? 'correct what the message says in the Pod template'
            : `create ${fault.missing}, or correct its name in the Pod template`;
        return [
          podFinding(service, census, group, what, {
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
          }),
        ];
      }),
    );
  },
});
