/** All Services of a cluster: what the plan reads of it gives the verdicts that all of it would give, for as many requests as there are kinds. */
import { expect, test } from 'vitest';
import { clusterOf } from '../../bench/cluster.ts';
import { judge } from '../../src/engine/engine.ts';
import { type FactRequest, keyOf } from '../../src/facts/resources.ts';
import { type Answer, readObject, type Snapshot } from '../../src/facts/snapshot.ts';
import { RULES } from '../../src/rules/index.ts';
import { wantedFacts } from '../../src/sources/plan.ts';
import { snapshotOf } from '../support/scenario.ts';
import { ALL_RULES } from '../support/shop.ts';
import { worlds } from '../support/worlds.ts';

const WAVES = 4;

function answerFrom(world: Snapshot, request: FactRequest): Answer {
  const answer = world.answers[keyOf(request)];
  if (answer !== undefined) return answer;
  if (request.type === 'log' || request.name === null) return { known: false, why: 'not-served', detail: null };
  const object = readObject(world, request.resource, request.namespace, request.name);
  return object.known ? { known: true, object: object.value } : object;
}

/** What a live run reads of this world, and in how many requests. */
function collected(world: Snapshot): { snapshot: Snapshot; requests: readonly string[] } {
  let snapshot: Snapshot = { ...world, source: 'live', answers: {} };
  const requests: string[] = [];
  for (let wave = 0; wave < WAVES; wave++) {
    const wanted = wantedFacts(snapshot);
    requests.push(...wanted.map(keyOf));
    const answers = Object.fromEntries(wanted.map((request) => [keyOf(request), answerFrom(world, request)]));
    snapshot = { ...snapshot, answers: { ...snapshot.answers, ...answers } };
  }
  return { snapshot, requests };
}

function verdicts(snapshot: Snapshot): readonly string[] {
  const { services, findings } = judge(snapshot, RULES, ALL_RULES).diagnosis;
  const ruleOf = new Map(findings.map(({ id, rule }) => [id, rule]));
  return services.map(({ namespace, name, verdict, roots }) => {
    const rules = roots.map((id) => ruleOf.get(id)).join(' ');
    return `${namespace}/${name} ${verdict} ${rules}`.trim();
  });
}

/** Their fault stands in a ConfigMap. */
const IN_CONFIG = /^REF-017/;

/** The first that fires of each rule, of those that stand without logs. */
const FIRING = [
  ...new Map(
    worlds()
      .filter(({ scenario: { kind, logs, deny, only, from } }) => kind === 'firing' && !(logs ?? deny ?? only ?? from))
      .filter(({ name, snapshot }) => !IN_CONFIG.test(name) && snapshot.source === 'snapshot')
      .reverse()
      .map((world) => [world.name.split(':')[0], world] as const),
  ).values(),
];

test.each(FIRING.map(({ name, snapshot }) => [name, snapshot] as const))('%s', (_, snapshot) => {
  const world: Snapshot = { ...snapshot, ask: { services: [], namespace: 'shop', everywhere: true, caller: null } };
  expect(verdicts(collected(world).snapshot)).toEqual(verdicts(world));
});

test('the number of requests does not grow with the Services', () => {
  const ask = { services: [], namespace: 'default', everywhere: true, caller: null } as const;
  const [few, many] = [50, 200].map((services) => collected({ ...clusterOf(services), ask }).requests);
  expect(many).toEqual(few);
  expect([...(many ?? [])].sort()).toEqual([
    'apiservices/*',
    'daemonsets/*',
    'deployments/*',
    'endpointslices/*',
    'httproutes/*',
    'ingresses/*',
    'mutatingwebhookconfigurations/*',
    'namespaces/*',
    'networkpolicies/*',
    'nodes/*',
    'poddisruptionbudgets/*',
    'pods/*',
    'servicemonitors/*',
    'services/*',
    'statefulsets/*',
    'validatingwebhookconfigurations/*',
  ]);
});

test('labels choose among the Services, of a namespace and of all', () => {
  const other = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'cache', namespace: 'staging', labels: { tier: 'a' } },
  };
  const scenario = { title: 'labels', kind: 'silent', add: [other], expect: {} } as const;
  const world = snapshotOf({ ...scenario, add: [other] });
  const chosen = (ask: Partial<Snapshot['ask']>): readonly string[] =>
    verdicts({ ...world, ask: { services: [], namespace: 'shop', caller: null, ...ask } }).map(
      (row) => row.split(' ')[0] ?? '',
    );
  expect(chosen({})).toEqual(['shop/web']);
  expect(chosen({ selector: 'app!=web' })).toEqual([]);
  expect(chosen({ everywhere: true })).toEqual(['kube-system/kube-dns', 'shop/web', 'staging/cache']);
  expect(chosen({ everywhere: true, selector: 'tier in (a,b)' })).toEqual(['staging/cache']);
});
