/** The Pods that a workload would have once its template and replica count hold: for the what-if, which assumes that they come up. */
import type { Container, Pod } from '../facts/wire.ts';
import { podsOf, type Workload } from './workloads.ts';

export interface PredictedPods {
  /** uids of the Pods that the new ones take the place of. */
  replaced: ReadonlySet<string>;
  made: readonly Pod[];
}

/** `at`: ISO time of the prediction. Addresses of present Pods are kept, further ones are from 192.0.2.0/24 (documentation). */
export function predictPods(workload: Workload, pods: readonly Pod[], at: string): PredictedPods {
  const present = podsOf(workload, pods);
  const count = workload.kind === 'DaemonSet' ? present.length : workload.replicas;
  return {
    replaced: new Set(present.map((pod) => pod.metadata?.uid ?? '')),
    made: Array.from({ length: count }, (_, index) => predictPod(workload, present[index], index, at)),
  };
}

/** The same Pod once nothing holds it back any more: on a node, with an address, Running and Ready. Its address is kept where it has one. */
export function recovered(pod: Pod, index: number, at: string): Pod {
  const ip = pod.status?.podIP || `192.0.2.${(index % 254) + 1}`;
  return {
    ...pod,
    status: {
      ...readyStatus(pod.spec?.containers ?? [], ip, at),
      ...(pod.status?.podIPs === undefined ? {} : { podIPs: pod.status.podIPs }),
    },
  };
}

function readyStatus(containers: readonly Container[], ip: string, at: string): NonNullable<Pod['status']> {
  const condition = (type: string) => ({ type, status: 'True', lastTransitionTime: at });
  return {
    phase: 'Running',
    podIP: ip,
    podIPs: [{ ip }],
    conditions: ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map(condition),
    containerStatuses: containers.map((container) => ({
      name: container.name,
      ready: true,
      started: true,
      restartCount: 0,
      image: container.image ?? '',
      imageID: '',
      state: { running: { startedAt: at } },
    })),
  };
}

function predictPod(workload: Workload, present: Pod | undefined, index: number, at: string): Pod {
  const ip = present?.status?.podIP ?? `192.0.2.${(index % 254) + 1}`;
  const { template } = workload;
  const hash = present?.metadata?.labels?.['pod-template-hash'];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: present?.metadata?.name ?? `${workload.name}-${index}`,
      namespace: workload.namespace,
      uid: `predicted-${workload.kind}-${workload.name}-${index}`,
      labels: { ...template.metadata?.labels, ...(hash === undefined ? {} : { 'pod-template-hash': hash }) },
      ownerReferences: present?.metadata?.ownerReferences ?? [
        {
          apiVersion: 'apps/v1',
          kind: workload.kind,
          name: workload.name,
          uid: workload.object.metadata?.uid ?? '',
          controller: true,
        },
      ],
    },
    spec: {
      ...template.spec,
      containers: template.spec?.containers ?? [],
      ...(present?.spec?.nodeName === undefined ? {} : { nodeName: present.spec.nodeName }),
    },
    status: readyStatus(template.spec?.containers ?? [], ip, at),
  };
}
