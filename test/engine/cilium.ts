/** A cluster in which Cilium serves in place of kube-proxy, as a change to the healthy world. */
import type { Scenario } from '../support/scenario.ts';

export const CILIUM: Pick<Scenario, 'remove' | 'add'> = {
  remove: ['DaemonSet/kube-system/kube-proxy'],
  add: [
    {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'cilium', namespace: 'kube-system' },
      spec: {
        selector: { matchLabels: { 'k8s-app': 'cilium' } },
        template: { metadata: { labels: { 'k8s-app': 'cilium' } }, spec: { containers: [] } },
      },
      status: { desiredNumberScheduled: 2 },
    } as never,
  ],
};
