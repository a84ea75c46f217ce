/** Generated questions about NetworkPolicies: the same ones for the model and for the independent implementation beside this file. */
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '../../src/facts/wire.ts';

export interface CaseEnd {
  /** Null for an address that is no Pod's. */
  namespace: string | null;
  labels: Record<string, string>;
  ip: string;
  ports: { name: string; protocol: string; number: number }[];
}

export interface PolicyCase {
  namespaces: Record<string, Record<string, string>>;
  from: CaseEnd;
  to: CaseEnd;
  protocol: string;
  number: number;
  /** The name of that port on the called Pod; empty where it has none. */
  portName: string;
  policies: NetworkPolicy[];
}

export const SEED = 20260131;
export const COUNT = 20_000;

const NAMESPACES = ['x', 'y', 'z'];
const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];
const NUMBERS = [53, 80, 81, 8080];
const IPS = ['10.0.0.5', '10.0.1.77', '10.0.9.9', '192.168.3.4', 'fd00::1:5', 'fd00::2:7'];
const BLOCKS: readonly (readonly [string, readonly string[]])[] = [
  ['10.0.0.0/8', ['10.0.1.0/24']],
  ['10.0.0.0/16', ['10.0.9.9/32', '10.0.0.0/30']],
  ['10.0.0.5/32', []],
  ['10.0.1.77/24', []],
  ['192.168.0.0/16', ['192.168.3.0/24']],
  ['0.0.0.0/0', ['10.0.0.0/8']],
  ['::/0', ['fd00::2:0/112']],
  ['fd00::/32', []],
];

/** mulberry32: the same numbers on every machine. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

class Dice {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = numbers(seed);
  }

  chance(of: number): boolean {
    return this.#next() < of;
  }

  one<T>(from: readonly T[]): T {
    return from[Math.floor(this.#next() * from.length)] as T;
  }

  many<T>(least: number, most: number, make: () => T): T[] {
    const count = least + Math.floor(this.#next() * (most - least + 1));
    return Array.from({ length: count }, make);
  }
}

/** `app` and `team` are everywhere, `tier` and `env` on some: the other program takes a missing key for one that meets no NotIn. */
function labels(dice: Dice): Record<string, string> {
  return {
    app: dice.one(['a', 'b', 'c']),
    team: dice.one(['red', 'blue']),
    ...(dice.chance(0.5) ? { tier: dice.one(['web', 'db']) } : {}),
    ...(dice.chance(0.3) ? { env: 'prod' } : {}),
  };
}

function expression(dice: Dice): { key: string; operator: string; values?: string[] } {
  const operator = dice.one(['In', 'NotIn', 'Exists', 'DoesNotExist']);
  if (operator === 'Exists' || operator === 'DoesNotExist') return { key: dice.one(['tier', 'env', 'app']), operator };
  const key = operator === 'NotIn' ? dice.one(['app', 'team']) : dice.one(['app', 'team', 'tier', 'env']);
  const values = { app: ['a', 'b', 'c'], team: ['red', 'blue'], tier: ['web', 'db'], env: ['prod', 'dev'] }[key] ?? [];
  return { key, operator, values: dice.chance(0.4) ? values.slice(0, 2) : [dice.one(values)] };
}

function selector(dice: Dice, own: Record<string, string>, named: string | null) {
  if (dice.chance(0.2)) return {};
  const [key, value] = dice.one(Object.entries(dice.chance(0.7) && 'app' in own ? own : labels(dice)));
  const pairs = named !== null && dice.chance(0.3) ? { 'kubernetes.io/metadata.name': named } : { [key]: value };
  return {
    ...(dice.chance(0.7) ? { matchLabels: pairs } : {}),
    ...(dice.chance(0.4) ? { matchExpressions: dice.many(1, 2, () => expression(dice)) } : {}),
  };
}

function peer(dice: Dice, other: CaseEnd, namespaces: PolicyCase['namespaces']): NetworkPolicyPeer {
  if (dice.chance(other.namespace === null ? 0.7 : 0.2)) {
    const [cidr, except] = dice.one(BLOCKS);
    return { ipBlock: { cidr, ...(except.length === 0 || dice.chance(0.3) ? {} : { except: [...except] }) } };
  }
  const where = other.namespace ?? 'x';
  const named = dice.chance(0.7) ? where : dice.one(NAMESPACES);
  const kind = dice.one(['pods', 'namespaces', 'both']);
  return {
    ...(kind === 'pods' ? {} : { namespaceSelector: selector(dice, namespaces[where] ?? {}, named) }),
    ...(kind === 'namespaces' ? {} : { podSelector: selector(dice, other.labels, null) }),
  };
}

function port(dice: Dice, { protocol, number }: { protocol: string; number: number }): NetworkPolicyPort {
  const kept = dice.chance(0.7);
  const shown = kept ? protocol : dice.one(PROTOCOLS);
  const spoken = shown === 'TCP' && dice.chance(0.5) ? {} : { protocol: shown };
  const form = dice.one(['any', 'number', 'number', 'name', 'name', 'range']);
  if (form === 'any') return spoken;
  if (form === 'name') return { ...spoken, port: dice.one(['http', 'dns', 'admin']) };
  const first = dice.chance(0.5) ? number : dice.one(NUMBERS);
  if (form === 'number') return { ...spoken, port: first };
  const low = dice.chance(0.5) ? Math.max(1, first - 10) : first;
  return { ...spoken, port: low, endPort: low + dice.one([0, 5, 10, 9000]) };
}

function policy(dice: Dice, index: number, asked: Omit<PolicyCase, 'policies'>): NetworkPolicy {
  const { from, to, namespaces } = asked;
  const ends = [from, to].filter((end) => end.namespace !== null);
  const isolated = dice.one(ends);
  const rules = (other: CaseEnd) =>
    dice.many(0, 2, () => ({
      peers: dice.many(0, 2, () => peer(dice, other, namespaces)),
      ports: dice.many(0, 2, () => port(dice, asked)),
    }));
  const types = dice.one([['Ingress'], ['Egress'], ['Ingress', 'Egress'], null]);
  const ingress = rules(from).map(({ peers, ports }) => ({ from: peers, ports }));
  const egress = rules(to).map(({ peers, ports }) => ({ to: peers, ports }));
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: `p${index}`, namespace: dice.chance(0.9) ? (isolated.namespace ?? 'x') : dice.one(NAMESPACES) },
    spec: {
      podSelector: selector(dice, isolated.labels, null),
      ...(dice.chance(0.8) ? { ingress } : {}),
      ...(dice.chance(0.7) ? { egress } : {}),
      ...(types === null ? {} : { policyTypes: types }),
    },
  };
}

function end(dice: Dice, outside: boolean): CaseEnd {
  const ip = dice.one(IPS);
  if (outside) return { namespace: null, labels: {}, ip, ports: [] };
  const ports = [
    { name: 'http', protocol: 'TCP', number: 80 },
    { name: 'admin', protocol: 'TCP', number: 8080 },
    { name: 'dns', protocol: 'UDP', number: 53 },
    { name: 'dns', protocol: 'SCTP', number: 53 },
  ].filter(() => dice.chance(0.7));
  return { namespace: dice.one(NAMESPACES), labels: labels(dice), ip, ports };
}

/** All cases of the seed. */
export function policyCases(): PolicyCase[] {
  const dice = new Dice(SEED);
  return Array.from({ length: COUNT }, () => {
    const namespaces = Object.fromEntries(
      NAMESPACES.map((name) => [name, { ...labels(dice), 'kubernetes.io/metadata.name': name }]),
    );
    const [from, to] = [end(dice, dice.chance(0.1)), end(dice, false)];
    const called = from.namespace !== null && dice.chance(0.1) ? end(dice, true) : to;
    const declared = called.ports.length > 0 && dice.chance(0.6) ? dice.one(called.ports) : null;
    const protocol = declared?.protocol ?? dice.one(PROTOCOLS);
    const number = declared?.number ?? dice.one(NUMBERS);
    const portName = called.ports.find((entry) => entry.protocol === protocol && entry.number === number)?.name ?? '';
    const asked = { namespaces, from, to: called, protocol, number, portName };
    let index = 0;
    return { ...asked, policies: dice.many(1, 4, () => policy(dice, index++, asked)) };
  });
}
