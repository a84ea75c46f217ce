/** The same world over the wire, read by the fetch plan, gives the same conclusions as with everything known; and stays within the budget of requests. */
import { afterAll, expect, test } from 'vitest';
import type { Diagnosis } from '../../src/engine/diagnosis.ts';
import { judge } from '../../src/engine/engine.ts';
import { READS } from '../../src/facts/reads.ts';
import { CALLER_RESOURCES, listOf, pathOf, permissionOf } from '../../src/facts/resources.ts';
import type { Snapshot } from '../../src/facts/snapshot.ts';
import { RULES } from '../../src/rules/index.ts';
import { collectLive } from '../../src/sources/live/collect.ts';
import { connect } from '../../src/sources/live/connection.ts';
import { wantedFacts } from '../../src/sources/plan.ts';
import { projectObject } from '../../src/sources/project.ts';
import { startApi } from '../api/server.ts';
import { objectsOf, type Scenario } from '../support/scenario.ts';
import { optionsOf, outcomeOf, worlds } from '../support/worlds.ts';

/** For one Service; each further one whose faults are followed may cost a few more. */
const BUDGET = 15;
const FURTHER = 3;
/** For each other namespace in which a Service is judged as well: that of an alias's target. */
const NAMESPACE = 7;
/** What a sign of something leads to: events, logs, the Corefile, other namespaces, what an Ingress or a mesh brings with it. */
const CONDITIONAL = 6;
/** A caller is a second end: its policies and those of the DNS Pods, its namespace's labels, its addresses, its resolver and its log. */
const CALLER = 4;
let most = 0;

afterAll(() => console.log(`live equals file: at most ${most} requests for one Service`));

/** A live reader is not told what nobody asked for, so only what is concluded is compared, not each word of evidence. */
function conclusions({ findings, services, unanswered, exitCode }: Diagnosis): unknown {
  return {
    findings: findings
      // what leads to a Service from outside is read once the Service itself works, so a live reader does not foresee it
      .filter(({ role, rule }) => role !== 'next' || !/^(?:ING|GWY)-/.test(rule))
      .map(({ rule, reason, role, scope, message }) => ({ rule, reason, role, scope, message })),
    verdicts: services.map(({ verdict, headline }) => ({ verdict, headline })),
    unanswered: [...new Set(unanswered.map(({ rule }) => rule))].sort(),
    exitCode,
  };
}

/** The paths that a Service without any sign of trouble costs: the first wave, and a look at what leads to it. */
function usual(file: Snapshot): ReadonlySet<string> {
  const entrances = [listOf('ingresses', file.ask.namespace), listOf('httproutes')];
  return new Set([...wantedFacts({ ...file, answers: {} }), ...entrances].map(pathOf));
}

function faultsOf(scenario: Scenario) {
  return (scenario.deny ?? []).flatMap((entry) => {
    const [resource = '', namespace] = entry.split('/');
    const path =
      resource === 'log'
        ? '/log?'
        : resource === 'endpoints'
          ? '/endpoints/'
          : namespace === undefined
            ? `/${resource}`
            : `/namespaces/${namespace}/${resource}`;
    const all =
      namespace === undefined ? [] : [{ path: `/v1/${resource}`, fault: { status: 403, message: 'forbidden' } }];
    return [{ path, fault: { status: 403, message: 'forbidden' } }, ...all];
  });
}

/**
 * What Ready Pods say of addresses that exist but are wrong: a live run reads the log of a Ready Pod, and its ConfigMaps, only where a
 * name does not exist or a port is missing, so it finds less than a collection that holds them. A caller that is named is always heard.
 */
const HEARD_IN_FILES = /^REF-0(?:0[3-9]|1[0-7])/;

/** The rights that the plan asked for over all worlds, as `verb resource place`; a namespace that a Service's own leads to counts as its. */
const asked = new Map<string, ReadonlySet<string>>();

function noted(snapshot: Snapshot): ReturnType<typeof wantedFacts> {
  const requests = wantedFacts(snapshot);
  for (const request of requests) {
    const { verb, resource, namespace } = permissionOf(request);
    const own = resource === 'namespaces' && verb === 'get';
    const system = namespace === 'kube-system' || namespace === 'istio-system';
    const place = own ? 'home' : namespace === null ? 'cluster' : system ? namespace : 'home';
    const key = `${verb} ${resource} ${place}`;
    const name = request.type === 'objects' && request.name !== null ? [request.name] : [];
    asked.set(key, new Set([...(asked.get(key) ?? []), ...name]));
  }
  return requests;
}

const ALL = worlds().filter(
  ({ name, scenario }) =>
    scenario.manifests === undefined &&
    !(scenario.deny ?? []).includes('namespaces') &&
    (scenario.from !== undefined || !HEARD_IN_FILES.test(name)),
);

for (const world of ALL) {
  const { name, scenario, snapshot: file } = world;
  test(name, async () => {
    const logs = Object.fromEntries(
      Object.entries(scenario.logs ?? {}).map(([key, lines]) => [
        key.split('/').length === 2 ? `shop/${key}` : key,
        lines,
      ]),
    );
    const api = await startApi({ objects: objectsOf(scenario), logs, faults: faultsOf(scenario) });
    try {
      const connection = await connect({ server: api.url }, { HOME: '/nonexistent' }, {});
      const live = await collectLive(connection, file.ask, scenario.wide === 'cluster' ? wantedFacts : noted, {
        project: projectObject,
        version: false,
        now: () => new Date(file.collectedAt),
      });
      connection.close();
      const { diagnosis } = judge(live, RULES, optionsOf(scenario));
      expect(conclusions(diagnosis)).toEqual(conclusions(outcomeOf(world).diagnosis));
      const others = new Set(diagnosis.findings.map(({ scope }) => scope.service));
      for (const { namespace, name: own } of file.ask.services) others.delete(`${namespace}/${own}`);
      others.delete(null);
      if (others.size === 0) most = Math.max(most, api.requests.length);
      const paths = api.requests.map(({ path }) => path).join('\n');
      const plain =
        file.ask.caller === null && api.requests.every(({ path }) => usual(file).has(path.split('?')[0] ?? ''));
      const own = [file.ask.namespace, file.ask.caller?.namespace, 'kube-system'];
      const read = api.requests.flatMap(({ path }) => /\/namespaces\/([^/?]+)\//.exec(path)?.[1] ?? []);
      const foreign = new Set(read.filter((namespace) => !own.includes(namespace)));
      const budget =
        BUDGET +
        Math.max(FURTHER * others.size, NAMESPACE * foreign.size) +
        (plain ? 0 : CONDITIONAL) +
        (file.ask.caller === null ? 0 : CALLER);
      expect(api.requests.length, paths).toBeLessThanOrEqual(budget);
      expect(api.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
    } finally {
      await api.close();
    }
  });
}

/** Right where Services of kube-system, or Gateways beside their Service, are asked about: other rights cover them. */
const COVERED = ['list ingresses kube-system', 'get gateways home'];

test('the rights of which `access` speaks are those that were asked for: no fewer, and no more', () => {
  const told = new Map(READS.map((read) => [`${read.verb} ${read.resource} ${read.place}`, read.names]));
  expect([...asked.keys()].filter((key) => !told.has(key) && !COVERED.includes(key)).sort()).toEqual([]);
  const callers = Object.values(CALLER_RESOURCES).map((resource) => `get ${resource} home`);
  const expected = [...asked.keys(), ...callers, 'get gateways cluster'];
  expect([...told.keys()].filter((key) => !expected.includes(key)).sort()).toEqual([]);
  const named = [...told].filter(([, names]) => names.length > 0);
  const others = named.flatMap(([key, names]) => [...(asked.get(key) ?? [])].filter((name) => !names.includes(name)));
  expect(others).toEqual([]);
});
