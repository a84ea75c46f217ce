/** What an apply does to the Pods of a namespace: those of a changed template are made anew, all others stay. */
import type { Container, KubeObject, Pod } from '../../facts/wire.ts';
import { planned, plannedFrom } from '../../model/planned-pods.ts';
import { probePort } from '../../model/probe.ts';
import { ownerOf, podsOf, type Workload } from '../../model/workloads.ts';
import { projectObject } from '../project.ts';
import type { Manifest } from './manifest.ts';
import type { Origin } from './places.ts';
import { templatesOf } from './templates.ts';

export interface Rollout {
  pods: readonly Pod[];
  /** Pods that go. */
  gone: readonly Pod[];
  /** Pods that come. */
  made: readonly Pod[];
  origins: ReadonlyMap<string, Origin>;
}

const MOST_PODS = 20;

/** What of a container counts here, without what the API server fills in. */
function signOf({ name, image, ports = [], readinessProbe, extracts }: Container): unknown {
  const { path = '/', scheme = 'HTTP' } = readinessProbe?.httpGet ?? {};
  const probe = readinessProbe === undefined ? null : [probePort(readinessProbe), path, scheme];
  const declared = ports.map((port) => [port.name ?? '', port.containerPort, port.protocol ?? 'TCP']);
  return [name, image, declared, probe, extracts?.references ?? [], extracts?.listens ?? []];
}

function sorted(labels: Readonly<Record<string, string>> | undefined): unknown {
  return Object.entries(labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
}

function signOfTemplate({ template }: Workload): string {
  const containers = (template.spec?.containers ?? []) as readonly Container[];
  return JSON.stringify([sorted(template.metadata?.labels), containers.map(signOf)]);
}

function ownerKey({ metadata }: Pod, owner = ownerOf({ metadata } as Pod)): string {
  return `${owner.kind} ${metadata?.namespace}/${owner.name}`;
}

function originOf(manifest: Manifest, template: string | null): Origin {
  return { manifest, template, derived: false };
}

/** The workload of the files as it will be: a replica count that they leave out stays as it is. */
function countOf(workload: Workload, before: Workload | undefined, present: number): number {
  if (workload.kind === 'DaemonSet') return Math.max(present, 1);
  const isWritten = (workload.object.spec as { replicas?: number } | undefined)?.replicas !== undefined;
  return isWritten || before === undefined ? workload.replicas : before.replicas;
}

/** Pods after the apply. `before` and `after` hold the workloads of the cluster and of the files. */
export function rolledOut(
  manifests: readonly Manifest[],
  before: readonly Workload[],
  after: readonly Workload[],
  live: readonly Pod[],
): Rollout {
  const origins = new Map<string, Origin>();
  const gone = new Set<Pod>();
  const made: Pod[] = [];
  const note = (pod: Pod, origin: Origin): void => {
    origins.set(`Pod ${pod.metadata?.namespace}/${pod.metadata?.name}`, origin);
  };
  for (const manifest of manifests) {
    const { kind, apiVersion, object } = manifest;
    const { namespace = '', name = '' } = object.metadata ?? {};
    const isSame = (one: Workload): boolean => one.kind === kind && one.namespace === namespace && one.name === name;
    const workload = after.find(isSame);
    const known = before.find(isSame);
    for (const { template, path, replicas } of templatesOf(manifest)) {
      const own =
        workload === undefined
          ? live.filter((pod) => ownerKey(pod) === `${kind} ${namespace}/${name}`)
          : podsOf(workload, live);
      const stays =
        workload === undefined
          ? own.length > 0
          : known !== undefined && signOfTemplate(known) === signOfTemplate(workload);
      for (const pod of own) note(pod, originOf(manifest, path));
      if (stays) continue;
      for (const pod of own) gone.add(pod);
      const count = workload === undefined ? replicas : countOf(workload, known, own.length);
      for (let index = 0; index < Math.min(count, MOST_PODS); index++) {
        const pod = plannedFrom({ apiVersion, kind, name, namespace }, template, index);
        note(pod, originOf(manifest, path));
        made.push(projectObject(planned(pod, made.length)));
      }
    }
    if (kind !== 'Pod' || apiVersion !== 'v1') continue;
    note(object as Pod, originOf(manifest, null));
    const isThere = live.some(({ metadata }) => metadata?.namespace === namespace && metadata.name === name);
    if (!isThere) made.push(projectObject(planned({ ...object, kind: 'Pod' } as Pod, made.length)));
  }
  return { pods: [...live.filter((pod) => !gone.has(pod)), ...made], gone: [...gone], made, origins };
}

/** The objects of the list by namespace and name, those of the files in place of the cluster's. */
export function laidOver(live: readonly KubeObject[], written: readonly KubeObject[]): readonly KubeObject[] {
  const key = ({ metadata }: KubeObject): string => `${metadata?.namespace ?? ''}/${metadata?.name}`;
  const known = new Map(live.map((object) => [key(object), object]));
  const over = new Map(written.map((object) => [key(object), object]));
  const merged = [...over.values()].map((object) => kept(object, known.get(key(object))));
  return [...live.filter((object) => !over.has(key(object))), ...merged];
}

/** What the API server has given to an object and a file does not take away. */
const GIVEN = ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy', 'replicas'];

type Json = Record<string, unknown>;

function kept(object: KubeObject, live: KubeObject | undefined): KubeObject {
  if (live === undefined) return object;
  const [file, cluster] = [object as Json, live as Json];
  const given = Object.entries((cluster.spec ?? {}) as Json).filter(([name]) => GIVEN.includes(name));
  const spec = file.spec === undefined ? {} : { spec: { ...Object.fromEntries(given), ...(file.spec as Json) } };
  const { uid, creationTimestamp } = live.metadata ?? {};
  const metadata = {
    ...object.metadata,
    ...(uid === undefined ? {} : { uid }),
    ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
  };
  return { ...file, ...spec, metadata, ...(cluster.status === undefined ? {} : { status: cluster.status }) };
}
