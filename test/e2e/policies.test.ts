/** What the model says of NetworkPolicies is what Pods meet: every Pod calls every other one on two ports, under several policies at once. */
import { expect, test } from 'vitest';
import type { NetworkPolicy, NetworkPolicyPeer, Pod } from '../../src/facts/wire.ts';
import { verdict } from '../../src/model/policy.ts';
import { peerOf } from '../../src/model/policy-peer.ts';
import { describeOnCluster, IMAGE } from './environment.ts';
import type { KubernetesObject, Scenario } from './scenario.ts';
import { eventually, mustRun } from './shell.ts';
import { raise, type Stage } from './stage.ts';

const SPACES = ['red', 'blue'];
const NAMES = ['a', 'b', 'c'];
const PORTS = [
  { name: 'http', containerPort: 8080 },
  { name: 'admin', containerPort: 9090 },
];
const SERVE = 'mkdir -p /www; echo hello > /www/index.html; httpd -p 9090 -h /www; exec httpd -f -p 8080 -h /www';

function pods(): KubernetesObject[] {
  return SPACES.flatMap((namespace) =>
    NAMES.map((name) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace, labels: { app: name, ...(name === 'c' ? {} : { tier: 'front' }) } },
      spec: {
        terminationGracePeriodSeconds: 0,
        containers: [{ name: 'server', image: IMAGE, command: ['sh', '-c', SERVE], ports: PORTS }],
      },
    })),
  );
}

const SCENARIO: Scenario = {
  title: 'policies',
  namespaces: SPACES,
  given: pods(),
  symptom: { command: 'true', expect: 'works' },
  diagnose: '',
  expect: { exitCode: 0, roots: [] },
};

type Spec = NonNullable<NetworkPolicy['spec']>;

const front: NetworkPolicyPeer = { podSelector: { matchLabels: { tier: 'front' } } };
const notA: NetworkPolicyPeer = {
  podSelector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['a'] }] },
};
const backs: NetworkPolicyPeer = { podSelector: { matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] } };
const of = (team: string): NetworkPolicyPeer => ({ namespaceSelector: { matchLabels: { team } } });

/** The policies of a round, by namespace; `ip` = the address of Pod blue/b. */
function rounds(ip: string): readonly Readonly<Record<string, readonly Spec[]>>[] {
  const block = { ipBlock: { cidr: '10.0.0.0/8', except: [`${ip}/32`] } };
  return [
    {
      red: [
        { podSelector: {}, policyTypes: ['Ingress'] },
        {
          podSelector: { matchLabels: { app: 'a' } },
          ingress: [{ from: [front], ports: [{ port: 'http' as never }] }],
        },
        { podSelector: { matchLabels: { app: 'b' } }, ingress: [{ from: [{ ...of('blue'), ...notA }, backs] }] },
        {
          podSelector: { matchLabels: { app: 'c' } },
          ingress: [{ from: [block], ports: [{ port: 9000, endPort: 9999 }] }],
        },
      ],
      blue: [
        {
          podSelector: { matchLabels: { app: 'a' } },
          policyTypes: ['Egress'],
          egress: [{ to: [of('red')], ports: [{ port: 8080 }] }],
        },
        {
          podSelector: { matchLabels: { app: 'c' } },
          ingress: [{ from: [of('red'), front] }, { ports: [{ port: 'admin' as never }] }],
        },
      ],
    },
    {
      red: [
        { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
        {
          podSelector: { matchLabels: { tier: 'front' } },
          egress: [{ to: [{ namespaceSelector: {} }], ports: [{ port: 'admin' as never }] }],
        },
        {
          podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['b', 'c'] }] },
          ingress: [{ from: [of('red'), of('blue')] }],
        },
        { podSelector: { matchLabels: { app: 'c' } }, policyTypes: ['Egress'], egress: [{ to: [block] }] },
      ],
      blue: [
        {
          podSelector: { matchLabels: { app: 'b' } },
          policyTypes: ['Egress'],
          ingress: [{}],
          egress: [{ ports: [{ port: 9090, protocol: 'UDP' }] }, { to: [{ podSelector: {} }] }],
        },
        { podSelector: { matchLabels: { app: 'b' } }, ingress: [{ from: [{ ...of('blue'), ...front }], ports: [{}] }] },
        {
          podSelector: { matchLabels: { app: 'a' } },
          ingress: [{ from: [of('green')] }, { from: [block], ports: [{ port: 80, endPort: 8079 }, { port: 8080 }] }],
        },
      ],
    },
  ];
}

function policiesOf(round: Readonly<Record<string, readonly Spec[]>>, stage: Stage): KubernetesObject[] {
  return Object.entries(round).flatMap(([space, specs]) =>
    specs.map((spec, index) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: `p${index}`, namespace: stage.namespaces.get(space) ?? space },
      spec,
    })),
  );
}

async function listed<T>(stage: Stage, what: string): Promise<readonly T[]> {
  const all = [...stage.namespaces.values()].map(async (namespace) => {
    const text = await mustRun(`kubectl -n ${namespace} get ${what} -o json`, { env: stage.env });
    return (JSON.parse(text) as { items: T[] }).items;
  });
  return (await Promise.all(all)).flat();
}

function servers(all: readonly Pod[]): readonly Pod[] {
  return all.filter(({ metadata }) => NAMES.includes(metadata?.name ?? ''));
}

function text(pod: Pod, stage: Stage): string {
  const space = [...stage.namespaces].find(([, real]) => real === pod.metadata?.namespace)?.[0];
  return `${space}/${pod.metadata?.name}`;
}

const GET =
  'get() { if command -v curl >/dev/null; then curl -s -o /dev/null --max-time 3 "$1"; else wget -qO /dev/null -T 3 "$1"; fi; }\n';

type Calls = Readonly<Record<string, boolean>>;

function inOrder(pairs: readonly (readonly [string, boolean])[]): Calls {
  return Object.fromEntries([...pairs].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What the model says, from what the API server holds. */
async function modelled(stage: Stage, all: readonly Pod[]): Promise<Calls> {
  const policies = await listed<NetworkPolicy>(stage, 'networkpolicies');
  const teams = new Map([...stage.namespaces].map(([team, real]) => [real, { team }]));
  const pairs = all.flatMap((from) =>
    all
      .filter((to) => to !== from)
      .flatMap((to) =>
        PORTS.map(({ containerPort: number }) => {
          const port = { protocol: 'TCP', number };
          const { allowed } = verdict(peerOf(from), peerOf(to), port, policies, (name) => teams.get(name) ?? {});
          expect(allowed).not.toBe('unknown');
          return [`${text(from, stage)} → ${text(to, stage)}:${number}`, allowed === true] as const;
        }),
      ),
  );
  return inOrder(pairs);
}

/** What really happens: each Pod calls all others at once. */
async function met(stage: Stage, all: readonly Pod[]): Promise<Calls> {
  const each = all.map(async (from) => {
    const goals = all
      .filter((to) => to !== from)
      .flatMap((to) => PORTS.map(({ containerPort }) => ({ to, number: containerPort })));
    const one = ({ to, number }: (typeof goals)[number], index: number): string =>
      `(get http://${to.status?.podIP}:${number}/ && echo ${index} yes || echo ${index} no) &`;
    const script = `${GET}${goals.map(one).join('\n')}\nwait\n`;
    const { namespace, name } = from.metadata ?? {};
    const out = await mustRun(`kubectl -n ${namespace} exec -i ${name} -- sh -s`, { env: stage.env, stdin: script });
    const yes = new Set(
      out
        .split('\n')
        .filter((line) => line.endsWith('yes'))
        .map((line) => Number(line.split(' ')[0])),
    );
    return goals.map(
      ({ to, number }, index) => [`${text(from, stage)} → ${text(to, stage)}:${number}`, yes.has(index)] as const,
    );
  });
  return inOrder((await Promise.all(each)).flat());
}

describeOnCluster('verdicts on NetworkPolicies are what Pods meet', () => {
  test('two rounds of policies, 60 calls each', async () => {
    const stage = await raise(SCENARIO, IMAGE);
    try {
      await stage.apply(stage.scenario.given);
      for (const [team, real] of stage.namespaces) {
        await mustRun(`kubectl label namespace ${real} team=${team}`, { env: stage.env });
        await stage.wait([`kubectl -n ${real} wait --for=condition=Ready pod --all --timeout=60s`]);
      }
      const all = servers(await listed<Pod>(stage, 'pods'));
      const ip = all.find((pod) => text(pod, stage) === 'blue/b')?.status?.podIP ?? '';
      for (const round of rounds(ip)) {
        for (const real of stage.namespaces.values())
          await mustRun(`kubectl -n ${real} delete networkpolicy --all`, { env: stage.env });
        await stage.apply(policiesOf(round, stage));
        const model = await modelled(stage, all);
        expect(Object.keys(model).length).toBe(60);
        const answers = Object.values(model);
        expect(Math.min(...[true, false].map((kind) => answers.filter((one) => one === kind).length))).toBeGreaterThan(
          9,
        );
        await eventually(60, async () => {
          const real = await met(stage, all);
          const other = Object.keys(model).filter((call) => model[call] !== real[call]);
          return other.length === 0
            ? null
            : `not as the model says: ${other.map((call) => `${call} ${real[call]}`).join(', ')}`;
        });
        expect(await met(stage, all)).toEqual(model);
      }
    } finally {
      await stage.strike();
    }
  });
});
