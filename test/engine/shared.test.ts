/** One cause behind many Services. */
import { expect, test } from 'vitest';
import { judge } from '../../src/engine/engine.ts';
import type { KubeObject } from '../../src/facts/wire.ts';
import { RULES } from '../../src/rules/index.ts';
import { objectsOf, type Scenario, snapshotOf } from '../support/scenario.ts';
import { ALL_RULES } from '../support/shop.ts';

const NODE_LOST: Scenario = {
  title: 'a node is lost',
  kind: 'firing',
  change: {
    'Node/worker-2': {
      status: {
        conditions: [
          { type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown', lastTransitionTime: '2026-01-31T08:50:00Z' },
        ],
      },
    },
    'Pod/web-6d4f9c-9kq2z': {
      status: {
        conditions: [
          { type: 'ContainersReady', status: 'True' },
          { type: 'Ready', status: 'False', lastTransitionTime: '2026-01-31T08:50:00Z' },
        ],
      },
    },
  },
  expect: {},
};

/** The objects of shop/web again under another name. */
function again(name: string): KubeObject[] {
  const own = objectsOf({ ...NODE_LOST }).filter(
    ({ kind, metadata }) => metadata?.namespace === 'shop' && kind !== 'EndpointSlice',
  );
  const addresses = JSON.stringify(own)
    .replaceAll('10.96.45.200', `10.96.45.${name.length}`)
    .replaceAll('10.244.', `10.24${name.length}.`);
  const text = addresses.replaceAll('"web"', `"${name}"`).replaceAll('web-6d4f9c', `${name}-6d4f9c`);
  return JSON.parse(text.replaceAll('svc-web', `svc-${name}`).replaceAll('pod-web', `pod-${name}`)) as KubeObject[];
}

function told(names: readonly string[]) {
  const world = snapshotOf({ ...NODE_LOST, add: names.flatMap(again) });
  const services = ['web', ...names].map((name) => ({ namespace: 'shop', name }));
  const { diagnosis } = judge({ ...world, ask: { ...world.ask, services } }, RULES, ALL_RULES);
  return {
    roots: diagnosis.findings.filter(({ role }) => role === 'root').map(({ message }) => message),
    folded: diagnosis.findings
      .filter(({ rule, role }) => rule === 'POD-016' && role === 'consequence')
      .map(({ scope }) => scope.service),
    ofEach: diagnosis.services.map(({ verdict, roots }) => `${verdict} ${roots}`),
  };
}

test('a node behind three Services is one root with the Services beneath it', () => {
  expect(told(['api', 'cart'])).toEqual({
    roots: ['Node worker-2 is not ready, its kubelet no longer reports: 3 Services are affected'],
    folded: ['shop/api', 'shop/cart', 'shop/web'],
    ofEach: ['ill f1', 'ill f1', 'ill f1'],
  });
});

test('behind two it is the fault of each', () => {
  const { roots, folded, ofEach } = told(['api']);
  expect({ count: roots.length, folded, ofEach }).toEqual({ count: 2, folded: [], ofEach: ['ill f2', 'ill f1'] });
});
