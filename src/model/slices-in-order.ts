/** The usual case, told cheaply: the EndpointSlices of a Service are what the controller makes of its Pods. */
import type { EndpointSlice, Node, Pod, Service } from '../facts/wire.ts';
import { type Family, familiesOf, familyOf, SLICE_CONTROLLER } from './endpoints.ts';
import { managerOf } from './hand-made.ts';
import { protocolOf, resolvePort } from './ports.ts';
import { primaryIP } from './readiness.ts';

const NAMES = new WeakMap<readonly Node[], ReadonlySet<string>>();

function namesOf(nodes: readonly Node[]): ReadonlySet<string> {
  let names = NAMES.get(nodes);
  if (names === undefined) {
    names = new Set(nodes.map(({ metadata }) => metadata?.name ?? ''));
    NAMES.set(nodes, names);
  }
  return names;
}

function holdsPorts(service: Service, pod: Pod, slice: EndpointSlice): boolean {
  const wanted = service.spec?.ports ?? [];
  const held = slice.ports ?? [];
  return (
    held.length === wanted.length &&
    wanted.every((port) => {
      const number = resolvePort(port, pod);
      const own = held.find(({ name }) => name === (port.name ?? ''));
      return number !== null && own?.port === number && (own.protocol ?? 'TCP') === protocolOf(port);
    })
  );
}

/** Where the Pod with that address stands; in most slices the Pods stand in one order. */
function placeOf(ip: string, addresses: readonly string[], guess: number): number {
  return addresses[guess] === ip ? guess : addresses.indexOf(ip);
}

/** The first address of each Pod, where each has one of the family and runs on a known node; else null. */
function addressesOf(ready: readonly Pod[], family: Family, known: ReadonlySet<string>): readonly string[] | null {
  const addresses: string[] = [];
  for (const pod of ready) {
    const ip = primaryIP(pod);
    if (ip === null || familyOf(ip) !== family || !known.has(pod.spec?.nodeName ?? '')) return null;
    addresses.push(ip);
  }
  return addresses;
}

/**
 * True when the slices list exactly these Ready Pods, each once, with the ports that they resolve. False does not mean that anything is
 * wrong: several families, Pods on unknown nodes, slices of other controllers are left to the full comparison.
 */
export function isAsDerived(
  service: Service,
  ready: readonly Pod[],
  slices: readonly EndpointSlice[],
  nodes: readonly Node[],
): boolean {
  const [family, ...more] = familiesOf(service);
  if (family === undefined || more.length > 0 || slices.length === 0) return false;
  const addresses = addressesOf(ready, family, namesOf(nodes));
  if (addresses === null) return false;
  const seen = addresses.map(() => false);
  let next = 0;
  for (const slice of slices) {
    if (slice.addressType !== family || managerOf(slice) !== SLICE_CONTROLLER) return false;
    let alike: unknown = null;
    for (const { addresses: [address = ''] = [], conditions } of slice.endpoints ?? []) {
      const at = placeOf(address, addresses, next);
      const pod = ready[at];
      if (pod === undefined || seen[at] || conditions?.ready === false || conditions?.terminating === true)
        return false;
      // Pods that were read together share their containers, and so the ports that they resolve
      if (alike !== pod.spec?.containers && !holdsPorts(service, pod, slice)) return false;
      alike = pod.spec?.initContainers === undefined ? pod.spec?.containers : null;
      seen[at] = true;
      next = at + 1;
    }
  }
  return seen.every(Boolean);
}
