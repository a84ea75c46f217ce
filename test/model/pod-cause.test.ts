import { describe, expect, test } from 'vitest';
import type { ContainerStatus, Pod, Service } from '../../src/facts/wire.ts';
import { causeOf, censusOf } from '../../src/model/pod-cause.ts';

const NOW = Date.parse('2026-01-31T09:00:00Z');
const service: Service = {
  metadata: { name: 'web', namespace: 'shop' },
  spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
};

function status(parts: Partial<ContainerStatus>): ContainerStatus {
  return { name: 'web', ready: false, started: false, restartCount: 0, image: '', imageID: '', ...parts };
}

function at(secondsAgo: number): string {
  return new Date(NOW - secondsAgo * 1000).toISOString();
}

function pod(
  of: ContainerStatus,
  more: { ready?: boolean; since?: number; spec?: Partial<NonNullable<Pod['spec']>>; ip?: string } = {},
): Pod {
  return {
    metadata: { name: 'web-1', namespace: 'shop', labels: { app: 'web' }, creationTimestamp: at(3600) },
    spec: { nodeName: 'n', containers: [{ name: 'web', ports: [{ containerPort: 8080 }] }], ...more.spec },
    status: {
      phase: 'Running',
      podIP: more.ip ?? '10.244.0.9',
      conditions: [
        { type: 'Ready', status: more.ready ? 'True' : 'False', lastTransitionTime: at(more.since ?? 3000) },
      ],
      containerStatuses: [of],
    },
  };
}

function ended(
  exitCode: number,
  from: number,
  to: number,
  reason = 'Error',
): NonNullable<ContainerStatus['lastState']> {
  return { terminated: { exitCode, reason, startedAt: at(from), finishedAt: at(to) } };
}

const waiting = (reason: string) => ({ state: { waiting: { reason } } });
const runs = (secondsAgo: number) => ({ state: { running: { startedAt: at(secondsAgo) } } });
const probed = {
  containers: [{ name: 'web', ports: [{ containerPort: 8080 }], readinessProbe: { httpGet: { port: 8080 } } }],
};
const watched = { containers: [{ name: 'web', livenessProbe: { httpGet: { port: 8080 } } }] };

describe('one Pod gives one class', () => {
  test.each<[string, Pod, boolean, string]>([
    ['unscheduled', { ...pod(status({}), { ip: '' }), spec: { containers: [] }, status: {} }, true, 'unscheduled'],
    ['image', pod(status(waiting('ErrImagePull'))), true, 'image'],
    ['config', pod(status(waiting('CreateContainerConfigError'))), true, 'config'],
    ['no address', pod(status(waiting('ContainerCreating')), { ip: '' }), true, 'no-ip'],
    [
      'back-off, brief runs',
      pod(status({ ...waiting('CrashLoopBackOff'), restartCount: 4, lastState: ended(1, 62, 60) })),
      true,
      'crash',
    ],
    [
      'back-off after a run that served',
      pod(status({ ...waiting('CrashLoopBackOff'), restartCount: 4, lastState: ended(1, 90, 60) }), { since: 59 }),
      true,
      'flapping',
    ],
    [
      'the same, but no other Pod serves',
      pod(status({ ...waiting('CrashLoopBackOff'), restartCount: 4, lastState: ended(1, 90, 60) }), { since: 59 }),
      false,
      'crash',
    ],
    [
      'a long run that never was Ready',
      pod(status({ ...waiting('CrashLoopBackOff'), restartCount: 4, lastState: ended(1, 90, 60) }), { since: 3000 }),
      true,
      'crash',
    ],
    ['terminated, kubelet 1.36', pod(status({ restartCount: 4, state: ended(1, 62, 60) })), true, 'crash'],
    [
      'a finished container that may finish',
      pod(status({ restartCount: 0, state: ended(0, 62, 60, 'Completed') }), { spec: { restartPolicy: 'OnFailure' } }),
      true,
      'unexplained',
    ],
    [
      'out of memory',
      pod(status({ ...waiting('CrashLoopBackOff'), restartCount: 4, lastState: ended(137, 90, 60, 'OOMKilled') })),
      true,
      'oom',
    ],
    [
      'ended by a signal under a liveness probe',
      pod(status({ ...waiting('CrashLoopBackOff'), restartCount: 4, lastState: ended(143, 90, 60) }), {
        spec: watched,
      }),
      true,
      'liveness',
    ],
    [
      'ended by a signal without probe',
      pod(status({ ...waiting('CrashLoopBackOff'), restartCount: 4, lastState: ended(143, 62, 60) })),
      true,
      'crash',
    ],
    [
      'Ready, restarted twice lately',
      pod(status({ ready: true, started: true, ...runs(50), restartCount: 2, lastState: ended(1, 120, 55) }), {
        ready: true,
        since: 50,
      }),
      true,
      'flapping',
    ],
    [
      'Ready, restarted once lately',
      pod(status({ ready: true, started: true, ...runs(50), restartCount: 1, lastState: ended(1, 120, 55) }), {
        ready: true,
        since: 50,
      }),
      true,
      'ready',
    ],
    [
      'Ready, its last run lasted hours',
      pod(status({ ready: true, started: true, ...runs(50), restartCount: 9, lastState: ended(1, 9000, 55) }), {
        ready: true,
        since: 50,
      }),
      true,
      'ready',
    ],
    [
      'Ready for a blink',
      pod(status({ ready: true, started: true, ...runs(1), restartCount: 4, lastState: ended(1, 63, 61) }), {
        ready: true,
        since: 1,
      }),
      true,
      'crash',
    ],
    ['its probe fails', pod(status({ started: true, ...runs(500) }), { spec: probed }), true, 'readiness'],
    [
      'a gate',
      pod(status({ ready: true, started: true, ...runs(500) }), { spec: { readinessGates: [{ conditionType: 'x' }] } }),
      true,
      'gate',
    ],
    ['ready', pod(status({ ready: true, started: true, ...runs(500) }), { ready: true }), true, 'ready'],
  ])('%s', (_, subject, peers, wanted) => {
    expect(causeOf(subject, service, peers, NOW).class).toBe(wanted);
  });
});

test('a probe may fail in its window, and what fell a moment ago is young', () => {
  const young = (started: number, since: number): boolean =>
    causeOf(pod(status({ started: true, ...runs(started) }), { spec: probed, since }), service, true, NOW).young;
  expect([young(20, 3000), young(31, 3000), young(500, 20), young(500, 31)]).toEqual([true, false, true, false]);
});

test('a census leaves out terminal and terminating Pods, and orders by name', () => {
  const serving = pod(status({ ready: true, started: true, ...runs(500) }), { ready: true });
  const named = (name: string, of: Pod = serving): Pod => ({ ...of, metadata: { ...of.metadata, name } });
  const gone = { ...named('gone'), status: { ...serving.status, phase: 'Failed' } };
  const leaving = { ...serving, metadata: { ...serving.metadata, name: 'leaving', deletionTimestamp: at(5) } };
  const broken = named('a', pod(status(waiting('ErrImagePull'))));
  const { causes, ready } = censusOf(service, [named('b'), gone, leaving, broken], NOW);
  expect([causes.map((cause) => [cause.pod.metadata?.name, cause.class]), ready]).toEqual([
    [
      ['a', 'image'],
      ['b', 'ready'],
    ],
    1,
  ]);
});
