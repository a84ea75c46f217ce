import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clusterZoneOf, corefileOf, portsOf, serverOf } from '../../src/model/corefile.ts';
import { goExpression, saidOf } from '../../src/model/corefile-answer.ts';
import { expressionHolds } from '../../src/model/corefile-filter.ts';
import { parseCorefile } from '../../src/model/corefile-parse.ts';

const none = () => null;
const parsed = (text: string) => parseCorefile(text, none);

const KUBEADM = `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30
    loop
    reload
}
`;

test('the Corefile of kubeadm, line by line', () => {
  const { blocks, error, unresolved } = parsed(KUBEADM);
  expect({ error, unresolved }).toEqual({ error: null, unresolved: [] });
  expect(blocks.map(({ keys, line }) => ({ keys, line }))).toEqual([{ keys: ['.:53'], line: 1 }]);
  expect(blocks[0]?.directives.map(({ name, args, line }) => [line, name, ...args].join(' '))).toEqual([
    '2 errors',
    '3 health',
    '6 ready',
    '7 kubernetes cluster.local in-addr.arpa ip6.arpa',
    '12 forward . /etc/resolv.conf',
    '15 cache 30',
    '16 loop',
    '17 reload',
  ]);
  expect(clusterZoneOf(parsed(KUBEADM))).toBe('cluster.local.');
  expect(portsOf(parsed(KUBEADM))).toEqual([53]);
});

test('forms that CoreDNS takes: braces on the next line, on one line, none at all, several keys, comments, quotes', () => {
  const shapes = [
    '.:53\n{\n errors\n}',
    '.:53 { errors }',
    '.:53\nerrors',
    'a.test:53, b.test:53,\nc.test:53 {\n errors # all of them\n}',
    '(common) {\n errors\n}\n. {\n import common\n}',
    '. {\n errors\n log "not a } brace"\n}',
  ];
  const read = shapes.map((text) => {
    const { blocks, error } = parsed(text);
    return { error, keys: blocks.flatMap(({ keys }) => keys), names: blocks[0]?.directives.map(({ name }) => name) };
  });
  expect(read).toEqual([
    { error: null, keys: ['.:53'], names: ['errors'] },
    { error: null, keys: ['.:53'], names: ['errors'] },
    { error: null, keys: ['.:53'], names: ['errors'] },
    { error: null, keys: ['a.test:53', 'b.test:53', 'c.test:53'], names: ['errors'] },
    { error: null, keys: ['.'], names: ['errors'] },
    { error: null, keys: ['.'], names: ['errors', 'log'] },
  ]);
});

test('braces that do not match are told with their line', () => {
  expect(parsed('.:53 {\n errors\n health {\n  lameduck 5s\n}\n').error?.line).toBe(1);
  expect(parsed('.:53 {\n errors\n}\n}\n').error).toBeNull();
  expect(parsed('.:53 {\n health\n {\n lameduck 5s\n }\n}\n').error).toEqual({ line: 3, message: 'unexpected "{"' });
});

test('what is not closed is never read as whole, and reading never throws (random braces)', () => {
  const word = fc.constantFrom('errors', '{', '}', '.:53', '\n', '"a b"', '# c\n', 'import x', '(s)');
  fc.assert(
    fc.property(fc.array(word, { maxLength: 25 }), (words) => {
      const text = words.join(' ');
      const depth = text
        .replace(/"[^"]*"|#[^\n]*/g, '')
        .split(/\s+/)
        .reduce((sum, one) => sum + (one === '{' ? 1 : one === '}' ? -1 : 0), 0);
      const { error } = parsed(text);
      if (depth > 0) expect(error).not.toBeNull();
    }),
    { numRuns: 2000 },
  );
});

test('keys of server blocks', () => {
  expect(
    ['.', ':53', 'cluster.local', 'dns://Example.COM:5353', 'tls://.:853', '10.0.0.0/24', '.:{$PORT}'].map(serverOf),
  ).toEqual([
    { zone: '.', port: 53, plain: true },
    { zone: '.', port: 53, plain: true },
    { zone: 'cluster.local.', port: 53, plain: true },
    { zone: 'example.com.', port: 5353, plain: true },
    { zone: '.', port: 853, plain: false },
    null,
    null,
  ]);
});

const said = (inner: string, name = 'web.shop.svc.cluster.local', before = '') =>
  saidOf(parsed(`${before}.:53 {\n${inner}\nkubernetes cluster.local\nforward . 192.0.2.1\n}`), name);

test('who answers for a name, as a running CoreDNS 1.15 does it', () => {
  const kinds = [
    said(''),
    said('', 'example.com'),
    said('hosts {\n192.0.2.7 web.shop.svc.cluster.local\nfallthrough\n}'),
    said('hosts {\n192.0.2.7 other.test\n}'),
    said('hosts {\n192.0.2.7 other.test\nfallthrough\n}'),
    said('hosts /etc/some example.com {\n192.0.2.7 other.test\n}'),
    said('template IN A {\nmatch ^web[.]shop\nrcode NXDOMAIN\n}'),
    said('template IN A {\nmatch ^db[.]shop\nrcode NXDOMAIN\n}'),
    said('template IN AAAA {\nmatch ^db[.]shop\n}'),
    said('template IN ANY other.test {\nrcode NXDOMAIN\n}'),
    said('template IN A {\nmatch ^\\pN\n}'),
    said('acl {\nblock net 10.0.0.0/8\n}'),
    said('', 'web.shop.svc.cluster.local', 'svc.cluster.local {\nerrors\n}\n'),
    said('', 'web.shop.svc.cluster.local', 'cluster.local {\nforward . 10.96.0.9\n}\n'),
  ].map((one) => (one.kind === 'fixed' || one.kind === 'swallowed' ? `${one.kind} ${one.by} ${one.line}` : one.kind));
  expect(kinds).toEqual([
    'cluster',
    'forwarded',
    'fixed hosts 3',
    'swallowed hosts 2',
    'cluster',
    'cluster',
    'fixed template 2',
    'swallowed template 2',
    'cluster',
    'cluster',
    'unknown',
    'unknown',
    'refused',
    'forwarded',
  ]);
});

test('rewrites of the name: exact, suffix, regex with groups, stop and continue', () => {
  const renamed = [
    'rewrite name web.shop.svc.cluster.local db.shop.svc.cluster.local',
    'rewrite name suffix .svc.cluster.local .svc.k8s.corp',
    'rewrite stop {\nname regex (.*)\\.shop\\.svc\\.cluster\\.local {1}.stock.svc.cluster.local\nanswer auto\n}',
    'rewrite continue name prefix web api\nrewrite name substring shop stock',
    'rewrite name prefix web api\nrewrite name substring shop stock',
    'rewrite name example.com web.shop.svc.cluster.local',
    'rewrite type ANY HINFO',
  ].map((text) => {
    const one = said(text);
    return one.kind === 'cluster' || one.kind === 'forwarded' ? one.name : one.kind;
  });
  expect(renamed).toEqual([
    'db.shop.svc.cluster.local.',
    'web.shop.svc.k8s.corp.',
    'web.stock.svc.cluster.local.',
    'api.stock.svc.cluster.local.',
    'api.shop.svc.cluster.local.',
    'web.shop.svc.cluster.local.',
    'web.shop.svc.cluster.local.',
  ]);
});

test("Go's expressions in JavaScript, or not at all", () => {
  expect(goExpression('(?i)^WEB[.](?P<ns>[a-z]+)')?.exec('web.shop.')?.groups?.ns).toBe('shop');
  expect([goExpression('[[:alpha:]]+'), goExpression('a(?i:b)'), goExpression('(unclosed')]).toEqual([
    null,
    null,
    null,
  ]);
});

test('imports: from coredns-custom where it is known, else the answer is unknown', () => {
  const config = {
    data: {
      Corefile: '.:53 {\nimport /etc/coredns/custom/*.override\nkubernetes cluster.local\n}\nimport custom/*.server',
    },
  };
  const custom = {
    data: {
      'a.override': 'hosts {\n192.0.2.7 web.shop.svc.cluster.local\nfallthrough\n}',
      'b.server': 'corp.test:53 {\nerrors\n}',
      c: 'x',
    },
  };
  const name = 'web.shop.svc.cluster.local';
  expect(saidOf(corefileOf(config, undefined), name).kind).toBe('unknown');
  expect(saidOf(corefileOf(config, null), name).kind).toBe('cluster');
  expect(saidOf(corefileOf(config, custom), name).kind).toBe('fixed');
  expect(corefileOf(config, custom).blocks.map(({ keys }) => keys)).toEqual([['.:53'], ['corp.test:53']]);
});

test('label expressions as kubectl writes them', () => {
  const labels = { app: 'web', tier: 'front' };
  const held = [
    'app=web',
    'app==web',
    'app!=web',
    'app in (web, api)',
    'app notin (api),tier',
    '!app',
    'dns!=off',
    'a b c',
  ];
  expect(held.map((one) => expressionHolds(one, labels))).toEqual([
    true,
    true,
    false,
    true,
    true,
    false,
    true,
    'unknown',
  ]);
});
