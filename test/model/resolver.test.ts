import fc from 'fast-check';
import { expect, test } from 'vitest';
import { known, unknown } from '../../src/facts/fact.ts';
import type { Pod, Service } from '../../src/facts/wire.ts';
import { pinnedAddress, resolverConfig, resolverMode } from '../../src/model/resolver.ts';
import { answerFor, lookUp, questionsFor, type Zone } from '../../src/model/resolver-lookup.ts';

type Spec = NonNullable<Pod['spec']>;
const spec = (parts: Partial<Spec>): Spec => ({ containers: [], ...parts });
const DNS = { addresses: ['10.96.0.10'], domain: 'cluster.local' };

test('whose name servers are asked, for every dnsPolicy on and off the network of the node', () => {
  const policies = [undefined, 'ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'];
  const modes = policies.map((dnsPolicy) =>
    [false, true].map((hostNetwork) =>
      resolverMode(dnsPolicy === undefined ? { hostNetwork } : { dnsPolicy, hostNetwork }),
    ),
  );
  expect(modes).toEqual([
    ['cluster', 'node'],
    ['cluster', 'node'],
    ['cluster', 'cluster'],
    ['node', 'node'],
    ['own', 'own'],
  ]);
});

test('the resolv.conf of each kind', () => {
  const dnsConfig = { nameservers: ['192.0.2.1'], searches: ['corp.test'], options: [{ name: 'ndots', value: '2' }] };
  expect(resolverConfig(spec({}), 'shop', DNS)).toEqual({
    mode: 'cluster',
    nameservers: ['10.96.0.10'],
    nodeNameservers: false,
    searches: ['shop.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
    nodeSearches: true,
    ndots: 5,
    trimmed: { nameservers: [], searches: [] },
  });
  expect(resolverConfig(spec({ dnsPolicy: 'None', dnsConfig }), 'shop', DNS)).toEqual({
    mode: 'own',
    nameservers: ['192.0.2.1'],
    nodeNameservers: false,
    searches: ['corp.test'],
    nodeSearches: false,
    ndots: 2,
    trimmed: { nameservers: [], searches: [] },
  });
  expect(resolverConfig(spec({ dnsPolicy: 'Default' }), 'shop', DNS)).toEqual({
    mode: 'node',
    nameservers: [],
    nodeNameservers: true,
    searches: [],
    nodeSearches: true,
    ndots: null,
    trimmed: { nameservers: [], searches: [] },
  });
  expect(resolverConfig(spec({}), 'shop', { addresses: [], domain: 'cluster.local' }).mode).toBe('node');
});

test('three name servers and 32 search domains of 2048 characters; what is kept and what is trimmed is all there is', () => {
  const domain = fc.integer({ min: 1, max: 240 }).map((n) => `${'x'.repeat(Math.min(n, 60))}.d${n}.test`);
  fc.assert(
    fc.property(fc.array(fc.ipV4(), { maxLength: 5 }), fc.array(domain, { maxLength: 60 }), (nameservers, searches) => {
      const config = resolverConfig(spec({ dnsConfig: { nameservers, searches } }), 'shop', DNS);
      expect(config.nameservers.length).toBeLessThanOrEqual(3);
      expect(config.searches.length).toBeLessThanOrEqual(32);
      expect(config.searches.join(' ').length).toBeLessThanOrEqual(2048);
      expect(config.nameservers[0]).toBe('10.96.0.10');
      expect(new Set([...config.nameservers, ...config.trimmed.nameservers])).toEqual(
        new Set(['10.96.0.10', ...nameservers]),
      );
      expect([...config.searches, ...config.trimmed.searches].sort()).toEqual(
        [...new Set(['shop.svc.cluster.local', 'svc.cluster.local', 'cluster.local', ...searches])].sort(),
      );
    }),
    { numRuns: 300 },
  );
});

test('the questions for a name, against the rule of resolv.conf(5) said plainly', () => {
  const label = fc.constantFrom('a', 'web', 'x1');
  fc.assert(
    fc.property(
      fc.array(label, { minLength: 1, maxLength: 7 }),
      fc.integer({ min: 0, max: 6 }),
      fc.boolean(),
      (labels, ndots, dot) => {
        const name = labels.join('.');
        const config = resolverConfig(
          spec({
            dnsPolicy: 'None',
            dnsConfig: { searches: ['s1', 's2'], options: [{ name: 'ndots', value: String(ndots) }] },
          }),
          'shop',
          DNS,
        );
        const searched = [`${name}.s1`, `${name}.s2`];
        const first = labels.length - 1 < ndots;
        expect(questionsFor(dot ? `${name}.` : name, config, 'glibc')).toEqual(
          dot ? [name] : first ? [...searched, name] : [name, ...searched],
        );
        expect(questionsFor(dot ? `${name}.` : name, config, 'musl')).toEqual(
          dot ? [name] : first ? [...searched, name] : [name],
        );
      },
    ),
    { numRuns: 500 },
  );
});

const service = (name: string, namespace: string, parts: NonNullable<Service['spec']>): Service => ({
  metadata: { name, namespace },
  spec: parts,
});
const zone: Zone = {
  domain: 'cluster.local',
  servicesOf: (namespace) =>
    namespace === 'hidden'
      ? unknown('denied', 'services of hidden')
      : known(
          [
            service('web', 'shop', { clusterIP: '10.96.1.1' }),
            service('db', 'shop', { clusterIP: 'None' }),
            service('alias', 'shop', { type: 'ExternalName', externalName: 'example.com' }),
          ].filter(({ metadata }) => metadata?.namespace === namespace),
        ),
};

test("what the cluster's zone holds", () => {
  const answers = [
    'web.shop.svc',
    'db.shop.svc',
    'alias.shop.svc',
    'db-0.db.shop.svc',
    'api.shop.svc',
    'web.shop',
    'web.hidden.svc',
    'a.b.c.d.e.svc',
  ]
    .map((name) => answerFor(`${name}.cluster.local`, zone))
    .map((answer) => answer.kind);
  expect(answers).toEqual(['service', 'headless', 'alias', 'pod', 'none', 'none', 'unknown', 'none']);
  expect(answerFor('example.com', zone)).toEqual({ kind: 'outside' });
});

test('a lookup stops at the first answer, and is unknown behind what is not known', () => {
  const own = resolverConfig(
    spec({ dnsPolicy: 'None', dnsConfig: { searches: ['shop.svc.cluster.local', 'svc.cluster.local'] } }),
    'shop',
    DNS,
  );
  const cluster = resolverConfig(spec({}), 'shop', DNS);
  const outcome = (host: string, config: typeof own) => {
    const { result, certain } = lookUp(host, config, zone);
    return `${result.kind} ${certain}`;
  };
  expect(lookUp('web', own, zone).steps.map(({ question }) => question)).toEqual(['web.shop.svc.cluster.local']);
  expect(['web', 'web.shop', 'api', 'api.shop.svc.cluster.local'].map((host) => outcome(host, own))).toEqual([
    'service true',
    'service false',
    'outside false',
    'none true',
  ]);
  expect(
    ['web.shop', 'web.hidden', 'example.com', 'web.shop.svc.cluster.local'].map((host) => outcome(host, cluster)),
  ).toEqual(['service true', 'unknown false', 'outside false', 'service false']);
  expect(lookUp('web.shop.svc.cluster.local.', cluster, zone).steps.length).toBe(1);
});

test('the hosts file: what hostAliases pin', () => {
  const aliases = spec({
    hostAliases: [
      { ip: '10.0.0.1', hostnames: ['Web', 'db'] },
      { ip: '10.0.0.2', hostnames: ['web'] },
    ],
  });
  expect([pinnedAddress(aliases, 'web'), pinnedAddress(aliases, 'api')]).toEqual(['10.0.0.1', null]);
});
