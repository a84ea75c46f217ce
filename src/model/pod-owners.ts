/** The owners of the Pods that one Service selects, and which of them can serve its ports. */
import type { Pod, Service } from '../facts/wire.ts';
import { matchedPods } from './endpoints.ts';
import { REVISION_KEYS } from './nearest-workload.ts';
import { declaredPorts, protocolOf, resolvePort, servingContainers, targetPortOf } from './ports.ts';
import { isLive } from './readiness.ts';
import { hasMeshProxy, speaksFor } from './target-port.ts';
import { type Owner, ownerOf, ownerText, type Workload } from './workloads.ts';

export interface OwnerGroup {
  owner: Owner;
  pods: readonly Pod[];
  /** Image repositories of the serving containers, without tag and digest. */
  images: ReadonlySet<string>;
}

function topOwner(pod: Pod): Owner {
  const owner = ownerOf(pod);
  return owner.kind === 'Job' ? { kind: 'Job', name: owner.name.replace(/-\d+$/, '') } : owner;
}

function repository(image: string | undefined): string {
  return (image ?? '').replace(/@.*$/, '').replace(/:[^:/]*$/, '');
}

/** The live Pods that the Service selects, by top-level owner, in alphabetical order. The Jobs of one CronJob count as one. */
export function ownerGroups(service: Service, pods: readonly Pod[]): readonly OwnerGroup[] {
  const groups = new Map<string, Pod[]>();
  for (const pod of matchedPods(service, pods).filter(isLive)) {
    const key = ownerText(topOwner(pod));
    groups.set(key, [...(groups.get(key) ?? []), pod]);
  }
  return [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, own]) => {
      const [first] = own;
      const images = new Set(own.flatMap((pod) => servingContainers(pod).map(({ image }) => repository(image))));
      return first === undefined ? [] : [{ owner: topOwner(first), pods: own, images }];
    });
}

/** True when every Pod of the group declares, or finds by name, every port of the Service. */
export function declaresAll(service: Service, { pods }: OwnerGroup): boolean {
  return (service.spec?.ports ?? []).every((port) =>
    pods.every((pod) => {
      const number = resolvePort(port, pod);
      return (
        number !== null && declaredPorts(pod).some((own) => own.number === number && own.protocol === protocolOf(port))
      );
    }),
  );
}

/** True when no Pod of the group can be thought to serve any port: no name found, and nothing that speaks for the number. */
export function servesNone(service: Service, { pods }: OwnerGroup): boolean {
  return (service.spec?.ports ?? []).every((port) => {
    const target = targetPortOf(port);
    return pods.every((pod) =>
      typeof target === 'string'
        ? resolvePort(port, pod) === null
        : !hasMeshProxy(pod) && !speaksFor(pod, target, protocolOf(port)),
    );
  });
}

const NOT_OF_OWNER = new Set([
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
  'job-name',
  'controller-uid',
  'pod-template-generation',
]);
const PREFERRED = ['app.kubernetes.io/component', 'component', 'role', 'tier', 'app.kubernetes.io/name', 'app'];

/** A label that all wanted Pods carry, by their templates too, and no unwanted one; the most telling key first. Null when there is none. */
export function discriminatingLabel(
  wanted: readonly OwnerGroup[],
  unwanted: readonly OwnerGroup[],
  workloads: readonly Workload[],
): { key: string; value: string } | null {
  const templates = workloads.filter((workload) =>
    wanted.some(({ owner }) => ownerText(owner) === ownerText(workload)),
  );
  const all = [...wanted.flatMap(({ pods }) => pods), ...templates.map(({ template }) => template)].map(
    ({ metadata }) => metadata?.labels,
  );
  const others = unwanted.flatMap(({ pods }) => pods).map(({ metadata }) => metadata?.labels);
  const rank = (key: string): number => (PREFERRED.includes(key) ? PREFERRED.indexOf(key) : PREFERRED.length);
  const [found] = Object.entries(all[0] ?? {})
    .filter(([key]) => !NOT_OF_OWNER.has(key) && !REVISION_KEYS.has(key))
    .filter(
      ([key, value]) =>
        all.every((labels) => labels?.[key] === value) && others.every((labels) => labels?.[key] !== value),
    )
    .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return found === undefined ? null : { key: found[0], value: found[1] };
}
