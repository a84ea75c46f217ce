/** The doctor's own limits: said where they are met, and nowhere else. */
import { describe, expect, test } from 'vitest';
import { judge } from '../../src/engine/engine.ts';
import type { Snapshot } from '../../src/facts/snapshot.ts';
import { RULES } from '../../src/rules/index.ts';
import { type Scenario, snapshotOf } from '../support/scenario.ts';
import { CILIUM } from './cilium.ts';

const OPTIONS = {
  failOn: 'high',
  allowUnknown: false,
  symptom: null,
  only: ['POD-016'],
  skip: [],
  severity: null,
} as const;

function limits(
  world: Partial<Scenario>,
  change: (snapshot: Snapshot) => Snapshot = (same) => same,
  only: readonly string[] = ['POD-016'],
) {
  const snapshot = change(snapshotOf({ title: 'x', kind: 'firing', expect: {}, ...world }));
  return judge(snapshot, RULES, { ...OPTIONS, only }).diagnosis.limits;
}

function kubelet(version: string): Partial<Scenario> {
  return { change: { 'Node/worker-1': { status: { nodeInfo: { kubeletVersion: version } } } } };
}

function cutShort(snapshot: Snapshot): Snapshot {
  const answers = Object.entries(snapshot.answers).map(([key, answer]) => [
    key,
    key.startsWith('pods/') && 'items' in answer ? { ...answer, complete: false } : answer,
  ]);
  return { ...snapshot, answers: Object.fromEntries(answers) };
}

test('none in a cluster that is read whole', () => {
  expect(limits({}, undefined, [])).toEqual([]);
});

test('what may not be read', () => {
  expect(limits({ deny: ['pods'] })).toEqual([{ id: 'MET-001', text: '1 check not answered' }]);
});

test('a list that was cut short', () => {
  expect(limits({}, cutShort)).toEqual([{ id: 'MET-002', text: '1 check not answered' }]);
});

test('a Service whose Pods are a few seconds old', () => {
  const young = { creationTimestamp: '2026-01-31T08:59:55Z' };
  const world = { change: { 'Service/web': { metadata: young, spec: { selector: { app: 'wbe' } } } } };
  expect(limits(world, undefined, ['SEL-001'])).toEqual([{ id: 'MET-003', text: '1 of 1 Services still change' }]);
});

test('another dataplane', () => {
  expect(limits(CILIUM)).toEqual([
    { id: 'MET-004', text: 'Services are served by Cilium, judged only by whether its agent is Ready' },
  ]);
});

test.each([
  ['v1.19.3', 'v1.19.3 is older than what the rules know (1.26 to 1.37)'],
  ['v1.99.0-alpha.1', 'v1.99.0-alpha.1 is newer than what the rules know (1.26 to 1.37)'],
])('kubelet %s', (version, text) => {
  expect(limits(kubelet(version))).toEqual([{ id: 'MET-005', text }]);
});

test.each(['v1.26.0', 'v1.37.2+build', 'unknown'])('kubelet %s is none', (version) => {
  expect(limits(kubelet(version))).toEqual([]);
});

test('manifests alone', () => {
  expect(limits({}, (snapshot) => ({ ...snapshot, source: 'manifests' }))).toEqual([
    { id: 'MET-006', text: 'only a cluster can tell whether Pods become Ready, and of nodes, DNS and kube-proxy' },
  ]);
});

describe('addresses that come from a Secret', () => {
  const value = (key: string) => ({ secretKeyRef: { name: 'db', key } });
  const env = [
    { name: 'DATABASE_URL', valueFrom: value('url') },
    { name: 'DB_PASSWORD', valueFrom: value('password') },
  ];
  const more = { envFrom: [{ secretRef: { name: 'more' } }, { configMapRef: { name: 'plain' } }] };
  const spec = { containers: [{ name: 'web', image: 'registry.example.com/shop/web:1.4', env, ...more }] };
  const change = {
    'Pod/web-6d4f9c-xk2p9': { spec },
    'Pod/web-6d4f9c-9kq2z': { spec },
    'Deployment/web': { spec: { template: { spec } } },
  };
  const text =
    'Deployment shop/web takes DATABASE_URL from Secret db; Deployment shop/web takes variables from Secret more: Secrets are not read, so whom that calls is not judged';

  test('of the caller', () => {
    expect(limits({ change, from: 'shop/Deployment/web' })).toEqual([{ id: 'MET-008', text }]);
  });

  test('of Pods that struggle', () => {
    const statuses = [{ name: 'web', ready: false, restartCount: 3, image: 'x', imageID: 'x', state: { running: {} } }];
    const status = { conditions: [{ type: 'Ready', status: 'False' }], containerStatuses: statuses };
    const ill = { ...change, 'Pod/web-6d4f9c-9kq2z': { spec, status } };
    expect(limits({ change: ill }, undefined, ['SEL-001'])).toEqual([{ id: 'MET-008', text }]);
  });

  test('not of Pods that are well, nor where all are asked about', () => {
    expect(limits({ change })).toEqual([]);
    expect(limits({ change, wide: 'namespace' })).toEqual([]);
  });
});

describe('no Service is named', () => {
  const OF_CLUSTER = [
    {
      id: 'MET-007',
      text: 'healthy is as far as lists tell: logs of Pods are not read for a whole cluster; name a Service to have them read',
    },
  ];
  const everywhere = (more: Partial<Snapshot> = {}) =>
    limits({}, (snapshot) => {
      const answers = { ...snapshot.answers, ...more.answers };
      return {
        ...snapshot,
        ask: { services: [], namespace: 'shop', everywhere: true, caller: null },
        ...more,
        answers,
      };
    });
  const log = (key: string, count = 1) => {
    const entries = Array.from(
      { length: count },
      (_, index) => [`${key}${index}`, { known: true, lines: [] }] as const,
    );
    return Object.fromEntries(entries);
  };

  test('a whole cluster: its Pods have logs that are not read', () => {
    expect(everywhere()).toEqual(OF_CLUSTER);
    expect(everywhere({ source: 'live' })).toEqual(OF_CLUSTER);
  });

  test('logs of DNS and of the caller are no logs of its Pods', () => {
    const caller = { namespace: 'shop', kind: 'Pod', name: 'client' } as const;
    const ask = { services: [], namespace: 'shop', everywhere: true, caller } as const;
    expect(everywhere({ ask, answers: log('log/shop/client/app') })).toEqual(OF_CLUSTER);
    expect(everywhere({ answers: log('log/kube-system/coredns-1/coredns') })).toEqual(OF_CLUSTER);
  });

  test('what others collected may hold them', () => {
    expect(everywhere({ answers: log('log/shop/web-1/web') })).toEqual([]);
  });

  test('a namespace: only where more would have been read', () => {
    const ofNamespace = (count: number) =>
      limits({}, (snapshot) => ({
        ...snapshot,
        ask: { services: [], namespace: 'shop', caller: null },
        answers: { ...snapshot.answers, ...log('log/shop/web-1/web', count) },
      }));
    expect(ofNamespace(10)).toEqual([]);
    expect(ofNamespace(60)).toEqual([
      {
        id: 'MET-007',
        text: 'healthy is as far as lists and 60 logs and single objects tell: no more are read at once; name a Service to have its own read',
      },
    ]);
  });
});
