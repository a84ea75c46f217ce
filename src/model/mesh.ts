/** Which Pods are part of an Istio or Linkerd mesh. */
import type { Container, Pod, Service } from '../facts/wire.ts';
import { isLive } from './readiness.ts';
import { resolveHost } from './references.ts';

const PROXIES: Readonly<Record<string, 'Istio' | 'Linkerd'>> = { 'istio-proxy': 'Istio', 'linkerd-proxy': 'Linkerd' };

/** The namespace in which Istio keeps policies for the whole mesh, unless it was told otherwise. */
export const MESH_ROOT = 'istio-system';

function proxyAmong(containers: readonly { name: string }[] | undefined): 'Istio' | 'Linkerd' | null {
  for (const { name } of containers ?? []) {
    const mesh = PROXIES[name];
    if (mesh !== undefined) return mesh;
  }
  return null;
}

/** The mesh whose proxy runs in the Pod, native sidecars among them; null where none does. */
export function sidecarOf(pod: Pod): 'Istio' | 'Linkerd' | null {
  return proxyAmong(pod.spec?.containers) ?? proxyAmong(pod.spec?.initContainers);
}

/** True for a Pod that Istio's ambient mode takes in without a sidecar. */
export function isAmbient(pod: Pod): boolean {
  return pod.metadata?.annotations?.['ambient.istio.io/redirection'] === 'enabled';
}

/** True when calls from the Pod are wrapped in the mesh's own TLS. */
export function isMeshed(pod: Pod): boolean {
  return sidecarOf(pod) !== null || isAmbient(pod);
}

/** True for a Pod that injection leaves out on purpose: host network, an opt-out, or a finished task. */
export function refusesSidecar(pod: Pod): boolean {
  const { labels, annotations, ownerReferences } = pod.metadata ?? {};
  const marks = { ...annotations, ...labels };
  return (
    pod.spec?.hostNetwork === true ||
    marks['sidecar.istio.io/inject'] === 'false' ||
    marks['linkerd.io/inject'] === 'disabled' ||
    marks['istio.io/dataplane-mode'] !== undefined ||
    ownerReferences?.some(({ kind }) => kind === 'Job') === true
  );
}

/** Live Pods of the Service's namespace that are outside of the mesh and are told to call the Service. */
export function callsUnmeshed(service: Service, pods: readonly Pod[]): readonly Pod[] {
  const { name, namespace = '' } = service.metadata ?? {};
  return pods.filter((pod) => {
    if (!isLive(pod) || isMeshed(pod)) return false;
    const containers = (pod.spec?.containers ?? []) as readonly Container[];
    return containers.some(({ extracts }) =>
      (extracts?.references ?? []).some(({ host }) => {
        const target = resolveHost(host, namespace);
        return target.kind === 'service' && target.name === name && target.namespace === namespace;
      }),
    );
  });
}
