import { expect, test } from 'vitest';
import { logOf } from '../../src/facts/resources.ts';
import type { ContainerStatus, Pod } from '../../src/facts/wire.ts';
import { failingLogs } from '../../src/sources/plan-logs.ts';

const ENDED = { terminated: { exitCode: 1 } };

function pod(name: string, status: Partial<ContainerStatus>): Pod {
  const container: ContainerStatus = { name: 'main', image: '', imageID: '', ready: false, restartCount: 2, ...status };
  return {
    metadata: { namespace: 'shop', name },
    spec: { containers: [{ name: 'main' }] },
    status: {
      conditions: [{ type: 'Ready', status: container.ready ? 'True' : 'False' }],
      containerStatuses: [container],
    },
  };
}

test.each([
  ['waits for its next start', { state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: ENDED }, true],
  ['runs again', { state: { running: {} }, lastState: ENDED }, true],
  ['has just ended: its last run is the present one', { state: ENDED, lastState: ENDED }, false],
  ['runs for the first time and is not ready', { restartCount: 0, state: { running: {} } }, false],
])('of a container that %s', (_, status, previous) => {
  expect(failingLogs([pod('a', status)])).toEqual([logOf('shop', 'a', 'main', previous)]);
});

test('one Pod speaks for its equals: the first that is not Ready', () => {
  const restarted = pod('a', { ready: true, state: { running: {} }, lastState: ENDED });
  const failing = pod('b', { state: ENDED });
  expect(failingLogs([restarted, failing, pod('c', { state: ENDED })])).toEqual([logOf('shop', 'b', 'main', false)]);
  expect(failingLogs([pod('a', { ready: true, restartCount: 0, state: { running: {} } })])).toEqual([]);
});
