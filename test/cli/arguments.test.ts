import { describe, expect, it } from 'vitest';
import { parseCaller } from '../../src/cli/caller-argument.ts';
import { UsageError } from '../../src/cli/failure.ts';
import { route } from '../../src/cli/route.ts';
import { parseService } from '../../src/cli/service-argument.ts';

describe('SERVICE', () => {
  it.each([
    ['web', null],
    ['svc/web', null],
    ['service/web', null],
    ['services/web', null],
    ['web:8080', null],
    ['web.shop', 'shop'],
    ['web.shop.svc', 'shop'],
    ['web.shop.svc.cluster.local', 'shop'],
    ['web.shop.svc.cluster.local.', 'shop'],
    ['http://web:8080/x', null],
    ['http://web.shop:8080/x', 'shop'],
    ['https://WEB.shop.svc/x', 'shop'],
  ])('%s', (text, namespace) => {
    expect(parseService(text)).toEqual({ namespace, name: 'web' });
  });

  it.each(['', 'pod/web', 'a.b.c', 'http://', 'web_x', 'shop/web', 'Web'])('refuses "%s"', (text) => {
    expect(() => parseService(text)).toThrow(UsageError);
  });
});

describe('--from', () => {
  it.each([
    ['pod/x', { namespace: 'shop', kind: 'Pod', name: 'x' }],
    ['deploy/x', { namespace: 'shop', kind: 'Deployment', name: 'x' }],
    ['sts/x', { namespace: 'shop', kind: 'StatefulSet', name: 'x' }],
    ['staging/ds/x', { namespace: 'staging', kind: 'DaemonSet', name: 'x' }],
  ])('%s', (text, caller) => {
    expect(parseCaller(text, 'shop')).toEqual(caller);
  });

  it.each(['x', 'job/x', 'deploy/', '/deploy/x', 'a/b/c/d'])('refuses "%s"', (text) => {
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
