import type { Fact } from '../../facts/fact.ts';
import type { Event } from '../../facts/wire.ts';
import { censusOf, type PodCause } from '../../model/pod-cause.ts';
import { SANDBOX_CAUSES, sandboxCause, sandboxEvent } from '../../model/start-failure.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { groupsOf, ownersText, podFinding, podObject, podsEvidence, podsText } from './impact.ts';

/** The event that tells most, of the first Pod that has one which is not silent. */
function tellingEvent(group: readonly PodCause[], events: Fact<readonly Event[]>): Event | null {
  return group.map(({ pod }) => sandboxEvent(pod, events)).find((seen) => seen !== null) ?? null;
}

const STEPS: Readonly<Record<keyof typeof SANDBOX_CAUSES, string>> = {
  'network-not-ready': 'repair or install the Pod network (CNI plugin) on the node',
  'addresses-exhausted': 'give the Pod network a larger address range, or free addresses',
  'sandbox-failed': 'resolve what the event says: the container runtime of the node cannot make the sandbox',
  'volume-attach': 'find out why the volume cannot be attached: it may be in use on another node',
  'volume-mount': 'find out why the volume cannot be mounted: its name, its path or the storage behind it',
  untold: 'resolve what the events say: the network plugin of the node, its address pool, or a volume',
};

export const pod019 = defineRule({
  id: 'POD-019',
  name: 'pod-without-ip',
  stage: 'pods',
  severity: 'critical',
  title: 'Pods behind the Service have a node but no address',
  healthy: 'the Pods behind the Service have addresses',
  roles: ['target', 'dependency', 'dns'],
  gate: 'ill',
  needs: ['service', 'pods'],
  uses: ['events'],
  explains: ['POD-020', 'DNS-002', 'HDL-002'],
  causes: SANDBOX_CAUSES,
  docs: {
    why: 'A Pod gets its address when the Pod network sets up its sandbox. Before that, or when a volume cannot be mounted, it is no endpoint at all.',
    confirm: ['kubectl get pods -o wide', 'kubectl describe pod'],
    fix: 'Resolve what the event says: the network plugin, its address pool, or the volume.',
    references: ['kubernetes.io: Network Plugins', 'kubelet FailedCreatePodSandBox'],
  },
  check({ service, pods, events, now }) {
    const census = censusOf(service, pods, now);
    return failIfAny(
      groupsOf(census, ['no-ip'], (cause) => ownersText([cause])).map((group) => {
        const [first] = group;
        const event = tellingEvent(group, events);
        const cause = sandboxCause(event);
        const why = cause === 'untold' ? '' : `: ${SANDBOX_CAUSES[cause]}`;
        const said = event?.message ?? null;
        const found = podFinding(service, census, group, `${podsText(group)} has a node but no address yet${why}`, {
          evidence: [
            podsEvidence(census, group, 'ContainerCreating'),
            {
              label: 'event',
              text: said ?? (events.known ? 'none that tells why' : 'not readable'),
              object: podObject(first),
              path: 'events',
              found: said,
              expected: null,
            },
          ],
          fix: {
            summary: 'let the Pods get an address',
            safety: 'review',
            commands: [`kubectl -n ${first.pod.metadata?.namespace} describe pod ${first.pod.metadata?.name}`],
            steps: [STEPS[cause]],
            patch: null,
          },
        });
        return { ...found, cause };
      }),
    );
  },
});
