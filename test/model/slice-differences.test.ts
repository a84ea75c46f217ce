import { expect, test } from 'vitest';
import type { Endpoint } from '../../src/model/endpoints.ts';
import { sliceDifferences } from '../../src/model/slice-differences.ts';

function endpoint(address: string, parts: Partial<Endpoint> = {}): Endpoint {
  return {
    address,
    family: 'IPv4',
    ready: true,
    serving: true,
    terminating: false,
    pod: `shop/pod-${address}`,
    podUid: null,
    node: null,
    ports: [{ name: 'http', protocol: 'TCP', port: 8080 }],
    ...parts,
  };
}

test('equal endpoints in any order do not differ', () => {
  const a = endpoint('10.0.0.1');
  const b = endpoint('10.0.0.2');
  expect(sliceDifferences([a, b], [b, a])).toEqual([]);
});

test('an address that stands in two slices is right when one of them is', () => {
  const want = endpoint('10.0.0.1');
  expect(sliceDifferences([want], [endpoint('10.0.0.1', { ready: false }), want])).toEqual([]);
});

test('missing, extra, other conditions and other ports are told apart, by address', () => {
  const expected = [endpoint('10.0.0.4'), endpoint('10.0.0.3'), endpoint('10.0.0.2')];
  const actual = [endpoint('10.0.0.1'), endpoint('10.0.0.2', { ready: false }), endpoint('10.0.0.3', { ports: [] })];
  expect(sliceDifferences(expected, actual)).toEqual([
    { kind: 'extra', address: '10.0.0.1', pod: 'shop/pod-10.0.0.1', found: 'ready', expected: null },
    { kind: 'conditions', address: '10.0.0.2', pod: 'shop/pod-10.0.0.2', found: 'not ready', expected: 'ready' },
    { kind: 'ports', address: '10.0.0.3', pod: 'shop/pod-10.0.0.3', found: 'no ports', expected: 'http=8080/TCP' },
    { kind: 'missing', address: '10.0.0.4', pod: 'shop/pod-10.0.0.4', found: null, expected: 'ready' },
  ]);
});
