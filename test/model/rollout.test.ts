import { expect, test } from 'vitest';
import type { Pod } from '../../src/facts/wire.ts';
import { isBeingRolledOut } from '../../src/model/rollout.ts';

const NOW = Date.parse('2026-01-31T09:00:00Z');

function pod(hash: string, created: string, phase = 'Running'): Pod {
  return {
    metadata: {
      name: `web-${hash}-1`,
      namespace: 'shop',
      creationTimestamp: created,
      labels: { 'pod-template-hash': hash },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `web-${hash}`, uid: hash, controller: true },
      ],
    },
    status: { phase },
  };
}

test('a young Pod beside one of another revision is being rolled out; an old, a lone or a replaced one is not', () => {
  const old = pod('aaa', '2026-01-30T09:00:00Z');
  const fresh = pod('bbb', '2026-01-31T08:59:00Z');
  const stuck = pod('bbb', '2026-01-31T08:49:00Z');
  const evicted = pod('aaa', '2026-01-30T09:00:00Z', 'Failed');
  expect([
    isBeingRolledOut(fresh, [old, fresh], NOW),
    isBeingRolledOut(stuck, [old, stuck], NOW),
    isBeingRolledOut(fresh, [fresh], NOW),
    isBeingRolledOut(fresh, [evicted, fresh], NOW),
  ]).toEqual([true, false, false, false]);
});
