/** Words that the rules about EndpointSlices share. */
import type { EndpointSlice, Service } from '../../facts/wire.ts';
import { shellQuote } from '../../model/patch.ts';
import type { Fix } from '../finding.ts';

/** `namespace/name` of the Service. */
export function nameOf(service: Service): string {
  return `${service.metadata?.namespace}/${service.metadata?.name}`;
}

/** `EndpointSlice shop/web-1`. */
export function sliceObject(slice: EndpointSlice): string {
  return `EndpointSlice ${slice.metadata?.namespace}/${slice.metadata?.name}`;
}

/** `web-1, web-2`, in order of name. */
export function sliceNames(slices: readonly EndpointSlice[]): string {
  return slices
    .map(({ metadata }) => metadata?.name ?? '')
    .sort()
    .join(', ');
}

/** Where clients call: `10.96.45.200:80`, or the name where the Service has no cluster IP. */
export function refusedEffect(service: Service): string {
  const ip = service.spec?.clusterIP;
  const address = ip === undefined || ip === '' || ip === 'None' ? nameOf(service) : ip;
  const ports = (service.spec?.ports ?? []).map(({ port }) => `${address}:${port}`);
  return `clients of ${ports.join(', ') || address} are refused`;
}

/** Deletes slices that nobody keeps any more. */
export function deleteSlices(service: Service, slices: readonly EndpointSlice[], summary: string): Fix {
  const names = slices.map(({ metadata }) => metadata?.name ?? '').sort();
  const { namespace } = service.metadata ?? {};
  return {
    summary,
    safety: 'review',
    commands: [`kubectl -n ${namespace} delete endpointslice ${names.map(shellQuote).join(' ')}`],
    steps: [],
    patch: null,
  };
}

/** A fix that a person must carry out. */
export function stepsFix(summary: string, ...steps: readonly string[]): Fix {
  return { summary, safety: 'review', commands: [], steps, patch: null };
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
