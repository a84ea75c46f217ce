import { expect, test } from 'vitest';
import type { Node, Pod } from '../../src/facts/wire.ts';
import { parseSchedulerMessage } from '../../src/model/scheduler-message.ts';
import { mainCause } from '../../src/model/scheduling-cause.ts';

const node = (name: string, parts: Partial<NonNullable<Node['spec']>>, labels: Record<string, string> = {}): Node => ({
  metadata: { name, labels },
  spec: parts as NonNullable<Node['spec']>,
});
const NODES = [
  node('master', { unschedulable: true }, { 'node-role.kubernetes.io/control-plane': '' }),
  node('ssd', { taints: [{ key: 'team', value: 'data', effect: 'NoSchedule' }] }, { disk: 'ssd' }),
  node('hdd', { unschedulable: true }, { disk: 'hdd' }),
];
const pod = (spec: Partial<NonNullable<Pod['spec']>>): Pod => ({
  metadata: { name: 'web' },
  spec: spec as NonNullable<Pod['spec']>,
});

function causeOf(spec: Partial<NonNullable<Pod['spec']>>, why: string, nodes: readonly Node[] | null = NODES) {
  const message = `0/3 nodes are available: ${why}.`;
  const { cause, nodes: names } = mainCause(
    pod(spec),
    { state: 'unschedulable', message, clauses: parseSchedulerMessage(message) },
    nodes,
  );
  return [cause, ...names];
}

test('nodes that the Pod rules out itself are not why it waits while one remains', () => {
  const why =
    "1 node(s) had untolerated taint {team: data}, 2 node(s) were unschedulable, 1 node(s) didn't match Pod's node affinity/selector";
  expect(causeOf({ nodeSelector: { disk: 'ssd' } }, why)).toEqual(['taint', 'ssd']);
  expect(causeOf({ nodeSelector: { disk: 'hdd' } }, why)).toEqual(['cordoned', 'hdd']);
  expect(causeOf({ nodeSelector: { disk: 'nvme' } }, why)).toEqual(['node-selector']);
});

test('the control plane, cordoned as ever, does not count against a worker without room', () => {
  expect(causeOf({}, '1 node(s) were unschedulable, 2 Insufficient cpu')).toEqual(['insufficient-cpu']);
});

test('a claim stands before all nodes', () => {
  expect(causeOf({}, 'persistentvolumeclaim "data" not found')).toEqual(['claim-missing']);
});

test('without the nodes the larger count decides', () => {
  const why = "2 node(s) didn't match Pod's node affinity/selector, 1 node(s) were unschedulable";
  expect(causeOf({ nodeSelector: { disk: 'ssd' } }, why, null)).toEqual(['node-selector']);
  expect(causeOf({}, '1 node(s) were unschedulable, 2 Insufficient memory', null)).toEqual(['insufficient-memory']);
});
