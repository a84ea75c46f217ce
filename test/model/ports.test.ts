import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Pod, ServicePort } from '../../src/facts/wire.ts';
import { containersServing, portText, resolvePort, targetPortOf } from '../../src/model/ports.ts';

interface Declared {
  name?: string;
  containerPort: number;
  protocol?: string;
}

const port = fc.record(
  {
    name: fc.constantFrom('http', 'dns', 'web'),
    containerPort: fc.integer({ min: 1, max: 9 }),
    protocol: fc.constantFrom('TCP', 'UDP'),
  },
  { requiredKeys: ['containerPort'] },
);
const container = fc.record({ ports: fc.array(port, { maxLength: 3 }) });
const init = fc.record({
  ports: fc.array(port, { maxLength: 3 }),
  restartPolicy: fc.constantFrom('Always', undefined),
});

function podOf(
  containers: { ports: Declared[] }[],
  initContainers: { ports: Declared[]; restartPolicy?: string | undefined }[] = [],
): Pod {
  const named = <T extends object>(list: T[], prefix: string) =>
    list.map((entry, index) => ({ ...entry, name: `${prefix}${index}` }));
  return { spec: { containers: named(containers, 'c'), initContainers: named(initContainers, 'i') } } as Pod;
}

/** Says the same as FindPort by writing out every candidate in order and taking the first that fits. */
function oracle(service: ServicePort, pod: Pod): number | null {
  const target = service.targetPort as number | string;
  if (typeof target === 'number') return target;
  const order = [
    ...(pod.spec?.containers ?? []),
    ...(pod.spec?.initContainers ?? []).filter((entry) => entry.restartPolicy === 'Always'),
  ];
  for (const entry of order) {
    for (const declared of entry.ports ?? []) {
      if (`${declared.name}/${declared.protocol ?? 'TCP'}` === `${target}/${service.protocol ?? 'TCP'}`)
        return declared.containerPort;
    }
  }
  return null;
}

test('resolution equals the oracle for any containers, sidecars and protocols', () => {
  fc.assert(
    fc.property(
      fc.array(container, { maxLength: 3 }),
      fc.array(init, { maxLength: 2 }),
      fc.oneof(fc.constantFrom('http', 'dns', 'web'), fc.integer({ min: 1, max: 9 })),
      fc.constantFrom('TCP', 'UDP', undefined),
      (containers, inits, targetPort, protocol) => {
        const service = {
          port: 80,
          targetPort,
          ...(protocol === undefined ? {} : { protocol }),
        } as unknown as ServicePort;
        const pod = podOf(containers as { ports: Declared[] }[], inits as { ports: Declared[] }[]);
        expect(resolvePort(service, pod)).toBe(oracle(service, pod));
      },
    ),
    { numRuns: 2000 },
  );
});

test('an omitted targetPort, and 0, mean the port itself', () => {
  expect([targetPortOf({ port: 80 }), targetPortOf({ port: 80, targetPort: 0 as never })]).toEqual([80, 80]);
});

test('the serving container is the one that declares the port, else the only one, else none', () => {
  const service = { port: 80, targetPort: 8080 as never };
  expect(
    containersServing(service, podOf([{ ports: [] }, { ports: [{ containerPort: 8080 }] }])).map(({ name }) => name),
  ).toEqual(['c1']);
  expect(containersServing(service, podOf([{ ports: [] }])).map(({ name }) => name)).toEqual(['c0']);
  expect(containersServing(service, podOf([{ ports: [] }, { ports: [] }]))).toEqual([]);
});

test('a resolved name is shown with its number', () => {
  const pod = podOf([{ ports: [{ name: 'http', containerPort: 8080 }] }]);
  expect([
    portText({ port: 80, targetPort: 'http' as never }, pod),
    portText({ port: 80, targetPort: 'http' as never }, null),
  ]).toEqual(['80 → http (8080)', '80 → http']);
});
