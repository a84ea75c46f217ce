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
  ['forbidden: exceeded quota: small, requested: pods=1, used: pods=5, limited: pods=5', 'quota-pods', 'small'],
  ['forbidden: exceeded quota: q, requested: requests.cpu=1,limits.cpu=2, used: requests.cpu=9', 'quota-cpu', 'q'],
  ['exceeded quota: q, requested: requests.memory=1Gi, used: requests.memory=1Gi', 'quota-memory', 'q'],
  ['exceeded quota: q, requested: count/gpus=1', 'quota-other', 'q'],
  ['forbidden: failed quota: q: must specify limits.cpu for: web', 'quota-unspecified', 'q'],
  ['forbidden: violates PodSecurity "restricted:latest": runAsNonRoot', 'pod-security', 'restricted:latest'],
  ['error looking up service account shop/x: serviceaccount "x" not found', 'service-account-missing', 'x'],
  ['no PriorityClass with name urgent was found', 'priority-class-missing', 'urgent'],
  ['failed calling webhook "inject.example.com": timeout', 'admission-webhook', 'inject.example.com'],
  ['admission webhook "v.example.com" denied the request: no', 'admission-webhook', 'v.example.com'],
  ["ValidatingAdmissionPolicy 'labels' with binding 'labels' denied request: no team", 'admission-policy', 'labels'],
  ['Pod "web-1" is invalid: spec.containers[0].image: Required value', 'invalid-template', 'spec.containers[0].image'],
  ['something else', 'refused', null],
])('%s', (message, cause, name) => {
  if (web === undefined) throw new Error('no workload');
  const failure = creationFailure(web, known([refusal('web-6d4f9c', message)]));
  const names = name === null || cause === 'quota-unspecified' || failure?.words.includes(name);
  expect([failure?.cause, failure?.name, names]).toEqual([cause, name, true]);
});

test('a LimitRange is told by the bound that it sets', () => {
  if (web === undefined) throw new Error('no workload');
  const message = 'forbidden: maximum cpu usage per Container is 1, but limit is 2';
  const failure = creationFailure(web, known([refusal('web-6d4f9c', message)]));
  expect(failure).toEqual({
    message,
    cause: 'limit-range',
    words: 'a LimitRange sets the maximum cpu usage per Container',
    name: 'maximum cpu usage per Container',
    service: null,
  });
  expect(failure === null ? '' : failureStep(failure)).toContain('LimitRange');
});

test('a webhook that cannot be asked is told with the Service behind it', () => {
  if (web === undefined) throw new Error('no workload');
  const message =
    'Internal error occurred: failed calling webhook "v.example.com": failed to call webhook: Post "https://hook.policy.svc:443/validate?timeout=10s": service "hook" not found';
  expect(creationFailure(web, known([refusal('web-6d4f9c', message)]))).toEqual({
    message,
    cause: 'admission-webhook',
    words: 'webhook "v.example.com" of Service policy/hook cannot be asked',
    name: 'v.example.com',
    service: { namespace: 'policy', name: 'hook' },
  });
});

test('a quota is told with its namespace, what was asked and what is used', () => {
  if (web === undefined) throw new Error('no workload');
  const message =
    'exceeded quota: small, requested: pods=1,requests.cpu=1, used: pods=5,requests.cpu=3, limited: pods=5,requests.cpu=3';
  expect(creationFailure(web, known([refusal('web-6d4f9c', message)]))?.words).toBe(
    'quota "small" of namespace shop is exceeded: pods asks 1, 5 of 5 used; requests.cpu asks 1, 3 of 3 used',
  );
});

test('events of another workload, or of an earlier one of the same name, do not count', () => {
  if (web === undefined) throw new Error('no workload');
  const events = [refusal('web-admin-6d4f9c', 'other'), refusal('web-6d4f9c', 'old', '2026-01-31T07:00:00Z')];
  expect(creationFailure(web, known(events))).toBeNull();
});
