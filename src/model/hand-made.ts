/** Services without selector: nobody looks for Pods, so their endpoints are what people or controllers of their own write. */
import type { EndpointSlice, Service } from '../facts/wire.ts';
import { endpointsOf, SLICE_CONTROLLER, usableEndpoints } from './endpoints.ts';
import { hasSelector } from './selector.ts';

export const MIRROR_CONTROLLER = 'endpointslicemirroring-controller.k8s.io';
export const SERVICE_NAME = 'kubernetes.io/service-name';

/** A Service whose endpoints somebody must write. */
export function isSelectorless(service: Service): boolean {
  return service.spec?.type !== 'ExternalName' && !hasSelector(service.spec?.selector);
}

/** Who says to have made the slice, or null. */
export function managerOf(slice: EndpointSlice): string | null {
  return slice.metadata?.labels?.['endpointslice.kubernetes.io/managed-by'] ?? null;
}

/** Addresses of the slices that no Pod is named for, each once, sorted. */
export function handMadeAddresses(slices: readonly EndpointSlice[]): readonly string[] {
  const own = endpointsOf(slices.filter((slice) => managerOf(slice) !== SLICE_CONTROLLER));
  return [...new Set(own.filter(({ pod, ready }) => pod === null && ready).map(({ address }) => address))].sort();
}

/** True when some port of the Service has a usable endpoint in these slices; for a Service without ports, when any is ready. */
export function isServed(service: Service, slices: readonly EndpointSlice[]): boolean {
  const endpoints = endpointsOf(slices);
  const ports = service.spec?.ports ?? [];
  if (ports.length === 0) return endpoints.some(({ ready }) => ready);
  return ports.some((port) => usableEndpoints(port, endpoints).length > 0);
}
