/** Gates that the Pods behind the Service close. */
import type { Pod } from '../facts/wire.ts';
import { familiesOf, familyOf, selectsPods } from '../model/endpoints.ts';
import { declaresPort } from '../model/ports.ts';
import { podIPs } from '../model/readiness.ts';
import { isAsDerived } from '../model/slices-in-order.ts';
import type { GateOf } from './gate.ts';

const HASH = 'pod-template-hash';
const CAPACITY = 1000;

export type PodGate =
  | 'ill'
  | 'names'
  | 'idle'
  | 'owners'
  | 'lacking'
  | 'ports'
  | 'troubled'
  | 'settings'
  | 'unprobed'
  | 'liveness'
  | 'slices'
  | 'addresses'
  | 'spread'
  | 'resolver'
  | 'calls'
  | 'mesh'
  | 'auxiliary';

function controllerOf({ metadata }: Pod): string | undefined {
  return metadata?.ownerReferences?.find(({ controller }) => controller)?.uid;
}

/** True when all of the Pods have one controller, and one revision of it. */
function areOfOne([first, ...others]: readonly Pod[]): boolean {
  const [uid, hash] = [first === undefined ? undefined : controllerOf(first), first?.metadata?.labels?.[HASH]];
  return uid !== undefined && others.every((pod) => controllerOf(pod) === uid && pod.metadata?.labels?.[HASH] === hash);
}

const STATES = {
  ill: {
    why: 'every Pod behind the Service is Ready and stays so',
    spares: 'not-applicable',
    isClosed: ({ isWell, live, wanted }) => isWell && live.length >= wanted,
  },
  idle: {
    why: 'the Service selects Pods that are meant to serve',
    spares: 'pass',
    isClosed: ({ service, live }) => selectsPods(service) && live.length > 0,
  },
  owners: {
    why: 'one controller owns every Pod behind the Service',
    spares: 'pass',
    isClosed: ({ service, live }) => selectsPods(service) && areOfOne(live),
  },
  lacking: {
    why: 'the templates that the selector matches have all of their Pods',
    spares: 'pass',
    isClosed: ({ service, live, wanted }) => selectsPods(service) && wanted > 0 && live.length >= wanted,
  },
  troubled: {
    why: 'no Pod behind the Service has anything to complain of',
    spares: 'pass',
    also: ['systemPods', 'systemServices', 'systemWorkloads', 'nodes', 'namespaceSlices'],
    isClosed: ({ isCalm }) => isCalm,
  },
  spread: {
    why: 'Pods on more than one node serve',
    spares: 'pass',
    isClosed: ({ live }) =>
      live.length > 1 &&
      live.some(({ spec }) => spec?.nodeName !== undefined && spec.nodeName !== live[0]?.spec?.nodeName),
  },
  addresses: {
    why: 'Ready Pods have addresses that the Service serves',
    spares: 'pass',
    isClosed: ({ service, live: [first], isWell }) => {
      const ip = first === undefined || !isWell ? undefined : podIPs(first)[0];
      return ip !== undefined && familiesOf(service).includes(familyOf(ip));
    },
  },
  slices: {
    why: 'the EndpointSlices are what the Pods ask for',
    spares: 'pass',
    also: ['nodes'],
    isClosed: ({ service, live, slices, isCalm, read }) => {
      const nodes = read('nodes');
      if (!isCalm || live.length > CAPACITY || !nodes.known || nodes.value === null) return false;
      return isAsDerived(service, live, slices, nodes.value);
    },
  },
} as const satisfies Readonly<Partial<Record<PodGate, GateOf>>>;

const SPECS = {
  names: {
    why: 'the Service gives no names to single Pods',
    spares: 'not-applicable',
    isClosed: ({ service, workloads, pods }) => {
      const { clusterIP, publishNotReadyAddresses } = service.spec ?? {};
      if (clusterIP === 'None' || publishNotReadyAddresses === true) return false;
      return (
        workloads.every(({ kind }) => kind !== 'StatefulSet') && pods.every(({ spec }) => spec?.subdomain === undefined)
      );
    },
  },
  ports: {
    why: 'every Pod declares every port that the Service asks for',
    spares: 'pass',
    isClosed: ({ service: { spec }, live }) =>
      spec?.clusterIP !== 'None' &&
      live.length > 0 &&
      spec?.ports?.every((port) => live.every((pod) => declaresPort(port, pod))) === true,
  },
  settings: {
    why: 'each Pod is one container, and nothing says what it listens on but its declared ports',
    spares: 'pass',
    isClosed: (glance) => glance.isCalm && glance.isFree('listens', 'several', 'linked'),
  },
  unprobed: {
    why: 'every container has a readinessProbe',
    spares: 'pass',
    isClosed: (glance) => glance.isFree('unprobed'),
  },
  auxiliary: {
    why: 'no container names a port for metrics, health or administration',
    spares: 'not-applicable',
    isClosed: (glance) => glance.live.length > 0 && glance.isFree('auxiliary'),
  },
  liveness: {
    why: 'no container has a livenessProbe',
    spares: 'pass',
    isClosed: (glance) => glance.isFree('liveness'),
  },
  resolver: {
    why: 'the Pods look names up as the cluster lets them',
    spares: 'pass',
    isClosed: (glance) => glance.live.length > 0 && glance.isFree('resolver'),
  },
  calls: {
    why: 'the Pods are told to call nobody, and nobody said which port is called',
    spares: 'pass',
    also: ['calledPort'],
    isClosed: (glance) => {
      const port = glance.read('calledPort');
      return glance.live.length > 0 && glance.isFree('calls') && port.known && port.value === null;
    },
  },
  mesh: {
    why: 'neither the Pods nor their namespace are in a mesh',
    spares: 'not-applicable',
    also: ['namespace'],
    isClosed: (glance) => {
      const namespace = glance.read('namespace');
      if (!namespace.known || namespace.value === null || !glance.isFree('mesh')) return false;
      const { labels, annotations } = namespace.value.metadata ?? {};
      const marks = [labels?.['istio-injection'], labels?.['istio.io/rev'], annotations?.['linkerd.io/inject']];
      return marks.every((mark) => mark === undefined);
    },
  },
} as const satisfies Readonly<Partial<Record<PodGate, GateOf>>>;

export const POD_GATES: Readonly<Record<PodGate, GateOf>> = { ...STATES, ...SPECS };
