import { expect, test } from 'vitest';
import type { Service } from '../../src/facts/wire.ts';
import { isClear, nearestWorkloads, selectorPatch } from '../../src/model/nearest-workload.ts';
import { type Workload, workloadsOf } from '../../src/model/workloads.ts';

function service(name: string, selector: Record<string, string>): Service {
  return { metadata: { name, namespace: 'shop' }, spec: { selector, ports: [{ port: 80, targetPort: 8080 }] } };
}

function workload(name: string, labels: Record<string, string>, port = 8080): Workload {
  const [made] = workloadsOf(
    [
      {
        metadata: { name, namespace: 'shop' },
        spec: {
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers: [{ name, ports: [{ containerPort: port }] }] } },
        },
      },
    ],
    [],
    [],
  );
  if (made === undefined) throw new Error('no workload');
  return made;
}

function names(of: Service, workloads: readonly Workload[]): readonly string[] {
  return nearestWorkloads(of, workloads, []).map(({ owner }) => owner.name);
}

test('a near value comes before a label of the whole release, which alone is no sign', () => {
  const workloads = [
    workload('api', { app: 'api', 'app.kubernetes.io/part-of': 'shop' }),
    workload('web', { app: 'web', 'app.kubernetes.io/part-of': 'shop' }),
  ];
  expect(names(service('front', { app: 'wbe', 'app.kubernetes.io/part-of': 'shop' }), workloads)).toEqual(['web']);
});

test('among equals the workload that declares the targetPort comes first', () => {
  const workloads = [workload('one', { app: 'web-1' }, 9000), workload('two', { app: 'web-2' }, 8080)];
  expect(names(service('front', { app: 'web' }), workloads)).toEqual(['two', 'one']);
});

test('two that fit as well are not clear', () => {
  const found = nearestWorkloads(
    service('front', { app: 'web' }),
    [workload('one', { app: 'web-1' }), workload('two', { app: 'web-2' })],
    [],
  );
  expect(isClear(found)).toBe(false);
});

test('the patch corrects a value, drops what is missing and pins no revision', () => {
  const web = workload('web', { app: 'web', version: 'v1' });
  const of = service('web', { app: 'wbe', version: 'v2', tier: 'front' });
  const [best] = nearestWorkloads(of, [web], []);
  if (best === undefined) throw new Error('no candidate');
  expect(selectorPatch(of, best, [web])).toEqual({ tier: null, version: null, app: 'web' });
});

test('a selector that would match another workload too is replaced by the one of the workload', () => {
  const blue = workload('web', { app: 'web', color: 'blue' });
  const green = workload('other', { app: 'web', color: 'green' });
  const of = service('web', { app: 'wbe' });
  const [best] = nearestWorkloads(of, [blue, green], []);
  if (best === undefined) throw new Error('no candidate');
  expect(selectorPatch(of, best, [blue, green])).toEqual({ app: 'web', color: 'blue' });
});
