import { expect, test } from 'vitest';
import type { Event } from '../../src/facts/wire.ts';
import { eventContainer, eventCount, eventsOf, eventTime } from '../../src/model/events.ts';

const pod = { metadata: { name: 'web-1', namespace: 'shop', uid: 'b', creationTimestamp: '2026-01-31T08:00:00Z' } };

function event(uid: string | undefined, lastTimestamp: string, message: string): Event {
  const involvedObject = { kind: 'Pod', name: 'web-1', namespace: 'shop', ...(uid === undefined ? {} : { uid }) };
  return { metadata: {}, involvedObject, lastTimestamp, message };
}

test('events of an earlier object of the same name do not count, and the newest comes first', () => {
  const own = event('b', '2026-01-31T08:10:00Z', 'own');
  const newer = event(undefined, '2026-01-31T08:20:00Z', 'newer');
  const others = [
    event('a', '2026-01-31T08:30:00Z', 'another uid'),
    event(undefined, '2026-01-31T07:59:59Z', 'older than the Pod'),
    { ...own, involvedObject: { ...own.involvedObject, kind: 'Service' } },
    { ...own, involvedObject: { ...own.involvedObject, name: 'web-2' } },
    { ...own, involvedObject: { ...own.involvedObject, namespace: 'staging' } },
  ];
  expect(eventsOf('Pod', pod, [own, ...others, newer])).toEqual([newer, own]);
});

test('time and count come from the series where there is one', () => {
  const old = event('b', '2026-01-31T08:10:00Z', 'm');
  const series = { ...old, count: 2, series: { count: 9, lastObservedTime: '2026-01-31T08:40:00.000000Z' } };
  expect([
    eventTime(old),
    eventCount(old),
    eventTime(series),
    eventCount(series),
    eventTime({ metadata: {}, involvedObject: {} }),
  ]).toEqual([Date.parse('2026-01-31T08:10:00Z'), 1, Date.parse('2026-01-31T08:40:00Z'), 9, null]);
});

test('the container of a kubelet event', () => {
  const on = (fieldPath: string): Event => ({ metadata: {}, involvedObject: { fieldPath } });
  expect([eventContainer(on('spec.containers{web}')), eventContainer(on('spec'))]).toEqual(['web', null]);
});
