import { expect, test } from 'vitest';
import { known } from '../../src/facts/fact.ts';
import type { Event } from '../../src/facts/wire.ts';
import { creationFailure, failureStep } from '../../src/model/creation-failure.ts';
import { workloadsOf } from '../../src/model/workloads.ts';

const [web] = workloadsOf(
  [{ metadata: { name: 'web', namespace: 'shop', creationTimestamp: '2026-01-31T08:00:00Z' } }],
  [],
  [],
);

function refusal(name: string, message: string, lastTimestamp = '2026-01-31T08:30:00Z'): Event {
  return { metadata: {}, involvedObject: { kind: 'ReplicaSet', name }, reason: 'FailedCreate', message, lastTimestamp };
}

test.each([
  ['forbidden: exceeded quota: small, requested: pods=1', 'quota', 'small'],
  ['forbidden: violates PodSecurity "restricted:latest": runAsNonRoot', 'pod-security', 'restricted:latest'],
  ['error looking up service account shop/x: serviceaccount "x" not found', 'service-account', 'x'],
  ['Internal error occurred: failed calling webhook "inject.example.com": timeout', 'webhook', 'inject.example.com'],
  ['something else', 'other', null],
])('%s', (message, kind, name) => {
  if (web === undefined) throw new Error('no workload');
  const failure = creationFailure(web, known([refusal('web-6d4f9c', message)]));
  expect([
    failure?.kind,
    failure?.name,
    failure === null ? '' : failureStep(failure).includes(name ?? 'message'),
  ]).toEqual([kind, name, true]);
});

test('events of another workload, or of an earlier one of the same name, do not count', () => {
  if (web === undefined) throw new Error('no workload');
  const events = [refusal('web-admin-6d4f9c', 'other'), refusal('web-6d4f9c', 'old', '2026-01-31T07:00:00Z')];
  expect(creationFailure(web, known(events))).toBeNull();
});
