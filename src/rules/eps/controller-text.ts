/** Words that the rules about EndpointSlices share. */
import type { EndpointSlice, Service } from '../../facts/wire.ts';
import type { Fix } from '../finding.ts';

export const MIRROR_CONTROLLER = 'endpointslicemirroring-controller.k8s.io';

/** Who says to have made the slice, or null. */
export function managerOf(slice: EndpointSlice): string | null {
  return slice.metadata?.labels?.['endpointslice.kubernetes.io/managed-by'] ?? null;
}

/** `namespace/name` of the Service. */
export function nameOf(service: Service): string {
  return `${service.metadata?.namespace}/${service.metadata?.name}`;
}

export const CONTROLLER_FIX: Fix = {
  summary: 'bring the EndpointSlice controller back to work',
  safety: 'review',
  commands: [],
  steps: [
    'see whether kube-controller-manager runs: its Lease in kube-system must be renewed every few seconds',
    'read its log for refused writes of EndpointSlices (quota, admission webhook, RBAC)',
  ],
  patch: null,
};
