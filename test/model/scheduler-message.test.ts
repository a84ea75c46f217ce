import { expect, test } from 'vitest';
import { clauseStep, clauseText, parseSchedulerMessage, schedulingOf } from '../../src/model/scheduler-message.ts';

test('a message becomes its clauses; preemption is left out', () => {
  const message =
    '0/4 nodes are available: 1 Insufficient cpu, 1 Too many pods, 2 node(s) had untolerated taint {team: data}. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.';
  expect(parseSchedulerMessage(message)).toEqual([
    { kind: 'resource', nodes: 1, text: 'Insufficient cpu', key: 'cpu', value: null },
    { kind: 'resource', nodes: 1, text: 'Too many pods', key: null, value: null },
    { kind: 'taint', nodes: 2, text: 'node(s) had untolerated taint {team: data}', key: 'team', value: 'data' },
  ]);
});

test.each([
  ["0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.", 'node-affinity'],
  ["0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules.", 'pod-affinity'],
  ['0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims.', 'volume'],
  ['0/2 nodes are available: 2 node(s) had volume node affinity conflict.', 'volume'],
  ["0/2 nodes are available: 2 node(s) didn't have free ports for the requested pod ports.", 'host-port'],
  ["0/2 nodes are available: 2 node(s) didn't match pod topology spread constraints.", 'spread'],
  ['0/2 nodes are available: 2 node(s) were unschedulable.', 'cordoned'],
  ['no nodes available to schedule pods', 'no-nodes'],
  ['something new', 'other'],
])('%s', (message, kind) => {
  expect(parseSchedulerMessage(message).map((clause) => clause.kind)).toEqual([kind]);
});

test('a clause in words, and what to do about it', () => {
  const clauses = parseSchedulerMessage(
    '0/3 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }, 2 node(s) had untolerated taint {team: data}.',
  );
  expect(clauses.map((clause) => [clauseText(clause), clauseStep(clause)])).toEqual([
    [
      '1 node: had untolerated taint {node.kubernetes.io/not-ready: }',
      'repair the nodes: they are not ready; where the node says "cni plugin not initialized", install a Pod network',
    ],
    [
      '2 nodes: had untolerated taint {team: data}',
      'remove taint team=data from a node, or give the Pods a toleration for it',
    ],
  ]);
});

test('a Pod is unschedulable, gated or untried', () => {
  const spec = { containers: [] };
  const condition = (reason: string) => ({
    conditions: [{ type: 'PodScheduled', status: 'False', reason, message: 'm' }],
  });
  expect([
    schedulingOf({ spec, status: condition('Unschedulable') }).state,
    schedulingOf({ spec, status: condition('SchedulingGated') }).state,
    schedulingOf({ spec: { ...spec, schedulingGates: [{ name: 'g' }] }, status: {} }).state,
    schedulingOf({ spec, status: {} }).state,
  ]).toEqual(['unschedulable', 'gated', 'gated', 'untried']);
});
