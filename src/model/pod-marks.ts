/** What of a Pod's spec makes it worth a second look, as bits: a run over a whole cluster looks at each Pod once. */
import type { Container, Pod } from '../facts/wire.ts';
import { takesConfig } from './config-references.ts';
import { isMeshed } from './mesh.ts';
import { readsItsPort } from './service-links.ts';
import { isAuxiliaryName } from './target-port.ts';

export const MARKS = {
  /** A container is told to call something, or takes part of its configuration from a ConfigMap. */
  calls: 1,
  /** It does not look names up in the way of a plain Pod. */
  resolver: 2,
  /** It is in a mesh. */
  mesh: 4,
  /** Something tells on which port a container listens. */
  listens: 8,
  /** More than one container, init containers among them. */
  several: 16,
  /** A container that stays up has no readinessProbe. */
  unprobed: 32,
  liveness: 64,
  /** A program that takes a variable of a Service of its own name for its port. */
  linked: 128,
  /** A container names a port for metrics, health or administration. */
  auxiliary: 256,
} as const;

function marksOfContainer(
  { image, ports, extracts, readinessProbe, livenessProbe }: Container,
  staysUp: boolean,
): number {
  let marks = 0;
  if (extracts !== undefined) {
    const { references, linked, shadowed, listens } = extracts;
    if (references.length > 0 || linked !== undefined || shadowed !== undefined) marks |= MARKS.calls;
    if (listens.length > 0) marks |= MARKS.listens;
  }
  if (staysUp && readinessProbe === undefined) marks |= MARKS.unprobed;
  if (livenessProbe !== undefined) marks |= MARKS.liveness;
  if (ports?.some(({ name }) => name !== undefined && isAuxiliaryName(name)) === true) marks |= MARKS.auxiliary;
  if (readsItsPort(image) !== null) marks |= MARKS.linked;
  return marks;
}

const MARKED = new WeakMap<readonly Container[], number>();

/** Those of containers that stay up. Pods that were read together share theirs. */
function marksOfContainers(containers: readonly Container[]): number {
  let marks = MARKED.get(containers);
  if (marks === undefined) {
    marks = 0;
    for (const container of containers) marks |= marksOfContainer(container, true);
    MARKED.set(containers, marks);
  }
  return marks;
}

/** The marks of the Pod and its containers, put together. */
export function marksOf(pod: Pod): number {
  const { spec } = pod;
  if (spec === undefined) return 0;
  const { dnsPolicy, dnsConfig, hostAliases, hostNetwork } = spec;
  const containers = spec.containers as readonly Container[];
  const inits = (spec.initContainers ?? []) as readonly Container[];
  let marks = takesConfig(spec) ? MARKS.calls : 0;
  if (isMeshed(pod)) marks |= MARKS.mesh;
  if (dnsConfig !== undefined || hostAliases !== undefined || hostNetwork === true) marks |= MARKS.resolver;
  if (dnsPolicy !== undefined && dnsPolicy !== 'ClusterFirst') marks |= MARKS.resolver;
  if (containers.length + inits.length > 1) marks |= MARKS.several;
  marks |= marksOfContainers(containers);
  for (const container of inits) marks |= marksOfContainer(container, container.restartPolicy === 'Always');
  return marks;
}
