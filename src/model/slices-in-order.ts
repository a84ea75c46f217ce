/** The usual case, told cheaply: the EndpointSlices of a Service are what the controller makes of its Pods. */
import type { EndpointSlice, Node, Pod, Service } from '../facts/wire.ts';
import { familiesOf, familyOf, SLICE_CONTROLLER } from './endpoints.ts';
import { managerOf } from './hand-made.ts';
import { protocolOf, resolvePort } from './ports.ts';
import { podIPs } from './readiness.ts';

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

/** True when the endpoint is ready and is one of the Pods still looked for. */
function isOf(slice: EndpointSlice, at: number, service: Service, byAddress: Map<string, Pod>): boolean {
  const { addresses, conditions } = slice.endpoints?.[at] ?? {};
  const [address = ''] = addresses ?? [];
  const pod = byAddress.get(address);
  if (pod === undefined || conditions?.ready === false || conditions?.terminating === true) return false;
  byAddress.delete(address);
  return holdsPorts(service, pod, slice);
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
  const known = namesOf(nodes);
  if (family === undefined || more.length > 0 || slices.length === 0) return false;
  const byAddress = new Map<string, Pod>();
  for (const pod of ready) {
    const ip = podIPs(pod)[0];
    if (ip === undefined || familyOf(ip) !== family || !known.has(pod.spec?.nodeName ?? '')) return false;
    byAddress.set(ip, pod);
  }
  if (byAddress.size !== ready.length) return false;
  return (
    slices.every(
      (slice) =>
        slice.addressType === family &&
        managerOf(slice) === SLICE_CONTROLLER &&
        (slice.endpoints ?? []).every((_, at) => isOf(slice, at, service, byAddress)),
    ) && byAddress.size === 0
  );
}
