import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EndpointSlice, Pod, Service } from '../../src/facts/wire.ts';
import { deriveEndpoints, deriveSlices, endpointsOf, usableEndpoints } from '../../src/model/endpoints.ts';

const pod = fc.record({
  namespace: fc.constantFrom('shop', 'other'),
  app: fc.constantFrom('web', 'api'),
  phase: fc.constantFrom('Running', 'Pending', 'Succeeded', 'Failed'),
  ips: fc.constantFrom<string[]>([], ['10.0.0.1'], ['10.0.0.2', 'fd00::2'], ['fd00::3']),
  ready: fc.boolean(),
  terminating: fc.boolean(),
  node: fc.constantFrom('worker-1', 'gone', undefined),
  port: fc.constantFrom('http', 'web'),
});
type Shape = typeof pod extends fc.Arbitrary<infer T> ? T : never;

function podOf(shape: Shape, index: number): Pod {
  return {
    metadata: {
      name: `p${index}`,
      namespace: shape.namespace,
      uid: `u${index}`,
      labels: { app: shape.app },
      ...(shape.terminating ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
    spec: {
      containers: [{ name: 'c', ports: [{ name: shape.port, containerPort: 8080 }] }],
      ...(shape.node === undefined ? {} : { nodeName: shape.node }),
    },
    status: {
      phase: shape.phase,
      podIPs: shape.ips.map((ip) => ({ ip })),
      conditions: [{ type: 'Ready', status: shape.ready ? 'True' : 'False' }],
    },
  } as Pod;
}

function serviceOf(families: string[], publish: boolean): Service {
  return {
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      selector: { app: 'web' },
      ipFamilies: families,
      publishNotReadyAddresses: publish,
      ports: [{ name: 'http', port: 80, targetPort: 'http' }],
    },
  } as unknown as Service;
}

/** The controller's rules, one after the other, on the shapes themselves. */
function oracle(shapes: readonly Shape[], families: readonly string[], publish: boolean): string[] {
  const found: string[] = [];
  for (const family of families) {
    shapes.forEach((shape, index) => {
      if (shape.namespace !== 'shop' || shape.app !== 'web') return;
      if (shape.phase === 'Succeeded' || shape.phase === 'Failed') return;
      if (shape.node === 'gone' && !publish) return;
      const ip = shape.ips.find((address) => address.includes(':') === (family === 'IPv6'));
      if (ip === undefined) return;
      const ready = publish || (shape.ready && !shape.terminating);
      found.push(
        `${family} p${index} ${ip} ${ready} ${shape.ready} ${shape.terminating} ${shape.port === 'http' ? '8080' : '-'}`,
      );
    });
  }
  return found;
}

test('derived endpoints equal the oracle, and survive the way through slices', () => {
  const families = fc.constantFrom<string[]>(['IPv4'], ['IPv6'], ['IPv4', 'IPv6']);
  fc.assert(
    fc.property(fc.array(pod, { maxLength: 6 }), families, fc.boolean(), (shapes, wanted, publish) => {
      const service = serviceOf(wanted, publish);
      const pods = shapes.map(podOf);
      const nodes = new Set(['worker-1']);
      const text = (list: ReturnType<typeof endpointsOf>): string[] =>
        list.map(
          (e) =>
            `${e.family} ${e.pod?.split('/')[1]} ${e.address} ${e.ready} ${e.serving} ${e.terminating} ${e.ports[0]?.port ?? '-'}`,
        );
      const derived = text(deriveEndpoints(service, pods, nodes));
      expect(derived).toEqual(oracle(shapes, wanted, publish));
      const slices = deriveSlices(service, pods, nodes);
      expect(text(endpointsOf(slices)).sort()).toEqual([...derived].sort());
      for (const family of wanted) expect(slices.some((slice) => slice.addressType === family)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

function slice(endpoints: EndpointSlice['endpoints'], ports: EndpointSlice['ports']): EndpointSlice {
  return { addressType: 'IPv4', endpoints, ports } as EndpointSlice;
}

test('a nil ready condition means ready; a port without name or number is ignored', () => {
  const port = { name: 'http', port: 80 };
  const usable = (slices: EndpointSlice[]): string[] =>
    usableEndpoints(port, endpointsOf(slices)).map(({ address }) => address);
  expect(usable([slice([{ addresses: ['10.0.0.1'] }], [{ name: 'http', protocol: 'TCP', port: 8080 }])])).toEqual([
    '10.0.0.1',
  ]);
  expect(usable([slice([{ addresses: ['10.0.0.1'] }], [{ name: 'http', protocol: 'TCP' }])])).toEqual([]);
  expect(usable([slice([{ addresses: ['10.0.0.1'] }], [{ protocol: 'TCP', port: 8080 }])])).toEqual([]);
  expect(usable([slice([{ addresses: ['10.0.0.1'] }], [{ name: 'http', protocol: 'UDP', port: 8080 }])])).toEqual([]);
});

test('serving terminating endpoints are used only when none is ready', () => {
  const ports = [{ name: 'http', protocol: 'TCP', port: 8080 }];
  const leaving = { addresses: ['10.0.0.1'], conditions: { ready: false, serving: true, terminating: true } };
  const ready = { addresses: ['10.0.0.2'], conditions: { ready: true } };
  const usable = (list: EndpointSlice['endpoints']): string[] =>
    usableEndpoints({ name: 'http', port: 80 }, endpointsOf([slice(list, ports)])).map(({ address }) => address);
  expect([usable([leaving]), usable([leaving, ready])]).toEqual([['10.0.0.1'], ['10.0.0.2']]);
});
