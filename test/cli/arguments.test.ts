import { describe, expect, it } from 'vitest';
import { parseCaller } from '../../src/cli/caller-argument.ts';
import { UsageError } from '../../src/cli/failure.ts';
import { route } from '../../src/cli/route.ts';
import { parseService } from '../../src/cli/service-argument.ts';

describe('SERVICE', () => {
  it.each([
    ['web', null, null],
    ['svc/web', null, null],
    ['service/web', null, null],
    ['services/web', null, null],
    ['web:8080', null, 8080],
    ['web.shop', 'shop', null],
    ['web.shop:8080', 'shop', 8080],
    ['web.shop.svc', 'shop', null],
    ['web.shop.svc.cluster.local', 'shop', null],
    ['web.shop.svc.cluster.local.', 'shop', null],
    ['http://web:8080/x', null, 8080],
    ['http://web.shop:8080/x', 'shop', 8080],
    ['http://web.shop/x', 'shop', 80],
    ['https://WEB.shop.svc/x', 'shop', 443],
    ['postgres://web.shop/db', 'shop', null],
    ['postgres://user:secret@web.shop:5433/db', 'shop', 5433],
  ])('%s', (text, namespace, port) => {
    expect(parseService(text)).toEqual({ namespace, name: 'web', port });
  });

  it.each(['', 'pod/web', 'a.b.c', 'http://', 'web_x', 'shop/web', 'Web', 'web:0', 'web:70000', 'http://web:99999/'])(
    'refuses "%s"',
    (text) => {
      expect(() => parseService(text)).toThrow(UsageError);
    },
  );
});

describe('--from', () => {
  it.each([
    ['pod/x', { namespace: 'shop', kind: 'Pod', name: 'x' }],
    ['deploy/x', { namespace: 'shop', kind: 'Deployment', name: 'x' }],
    ['sts/x', { namespace: 'shop', kind: 'StatefulSet', name: 'x' }],
    ['staging/ds/x', { namespace: 'staging', kind: 'DaemonSet', name: 'x' }],
    ['ns/staging', { namespace: 'staging', kind: 'Namespace', name: 'staging' }],
    ['node/worker-1', { namespace: 'shop', kind: 'Node', name: 'worker-1' }],
  ])('%s', (text, caller) => {
    expect(parseCaller(text, 'shop')).toEqual(caller);
  });

  it.each(['x', 'job/x', 'a/ns/x', 'a/node/x', 'deploy/', '/deploy/x', 'a/b/c/d'])('refuses "%s"', (text) => {
    expect(() => parseCaller(text, 'shop')).toThrow(UsageError);
  });
});

it.each([
  [[], ['diagnose']],
  [['web'], ['diagnose', 'web']],
  [
    ['-n', 'shop'],
    ['diagnose', '-n', 'shop'],
  ],
  [['rules'], ['rules']],
  [
    ['help', 'rules'],
    ['rules', '--help'],
  ],
  [
    ['--wait', 'web'],
    ['diagnose', '--wait=60s', 'web'],
  ],
  [
    ['web', '--wait', '2m', '--watch=true'],
    ['diagnose', 'web', '--wait=2m', '--watch'],
  ],
  [['--help'], ['--help']],
  [['--version'], ['--version']],
  [['ruls'], ['diagnose', 'ruls']],
  [
    ['web', '--insecure-skip-tls-verify=true', '--allow-unknown=false', '-v=6'],
    ['diagnose', 'web', '--insecure-skip-tls-verify', '-v'],
  ],
])('%j is run as %j', (words, routed) => {
  expect(route(words)).toEqual(routed);
});
