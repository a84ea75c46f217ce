import { expect, test } from 'vitest';
import { clusterIps, isWithin, neighbourhood } from '../../src/model/ip-range.ts';

test.each<[string, string[], boolean]>([
  ['10.244.1.99', ['10.244.1.0/24'], true],
  ['10.244.2.1', ['10.244.1.0/24'], false],
  ['10.244.2.1', ['10.244.1.0/24', '10.244.2.0/24'], true],
  ['fd00::5', ['fd00::/64'], true],
  ['fd00::5', ['10.244.1.0/24'], false],
  ['db.example.com', ['0.0.0.0/0'], false],
  ['10.0.0.1', ['nonsense', '10.0.0.0/'], false],
])('%s in %j: %s', (ip, ranges, within) => {
  expect(isWithin(ip, ranges)).toBe(within);
});

test('cluster IPs of one range are neighbours, those of two are not', () => {
  expect(isWithin('10.104.3.7', [neighbourhood('10.96.0.1')])).toBe(true);
  expect(isWithin('10.112.3.7', [neighbourhood('10.96.0.1')])).toBe(false);
  expect(isWithin('fd00:1::7', [neighbourhood('fd00:1::1')])).toBe(true);
});

test('a headless Service has no cluster IP, a dual-stack one has two', () => {
  expect(clusterIps({ clusterIP: 'None', clusterIPs: ['None'] })).toEqual([]);
  expect(clusterIps(undefined)).toEqual([]);
  expect(clusterIps({ clusterIP: '10.96.0.1', clusterIPs: ['10.96.0.1', 'fd00::1'] })).toEqual([
    '10.96.0.1',
    'fd00::1',
  ]);
});
