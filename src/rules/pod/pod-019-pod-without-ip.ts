import type { Fact } from '../../facts/fact.ts';
import type { Event } from '../../facts/wire.ts';
import { eventsOf } from '../../model/events.ts';
import { censusOf, type PodCause } from '../../model/pod-cause.ts';
import { defineRule, failIfAny } from '../rule.ts';
import { groupsOf, ownersText, podFinding, podObject, podsEvidence, podsText } from './impact.ts';

const TELLING = new Set([
  'FailedCreatePodSandBox',
  'FailedMount',
  'FailedAttachVolume',
  'FailedCreatePodContainer',
  'NetworkNotReady',
]);

function tellingEvent({ pod }: PodCause, events: Fact<readonly Event[]>): Event | null {
  if (!events.known) return null;
  return eventsOf('Pod', pod, events.value).find((event) => TELLING.has(event.reason ?? '')) ?? null;
}

export const pod019 = defineRule({
  id: 'POD-019',
  name: 'pod-without-ip',
  stage: 'pods',
  severity: 'critical',
  title: 'Pods behind the Service have a node but no address',
  healthy: 'the Pods behind the Service have addresses',
  roles: ['target', 'dependency', 'dns'],
  needs: ['service', 'pods'],
  uses: ['events'],
  explains: ['POD-020', 'DNS-002'],
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
        const event = group.map((cause) => tellingEvent(cause, events)).find((seen) => seen !== null) ?? null;
        const said = event?.message ?? null;
        return podFinding(service, census, group, `${podsText(group)} has a node but no address yet`, {
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
            steps: ['resolve what the events say: the network plugin of the node, its address pool, or a volume'],
            patch: null,
          },
        });
      }),
    );
  },
});
