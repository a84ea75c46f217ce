/** What the model derives from Services and Pods is what the real controller made of them. */
import { expect, test } from 'vitest';
import type { EndpointSlice, Pod, Service } from '../../src/facts/wire.ts';
import { deriveSlices } from '../../src/model/endpoints.ts';
import { describeOnCluster, IMAGE } from './environment.ts';
import type { Scenario } from './scenario.ts';
import { pods, services } from './shapes.ts';
import { eventually, mustRun } from './shell.ts';
import { raise, type Stage } from './stage.ts';

const SCENARIO: Scenario = {
  title: 'shapes',
  namespaces: ['shapes'],
  given: [...pods(IMAGE), ...services()],
  symptom: { command: 'true', expect: 'works' },
  diagnose: '',
  expect: { exitCode: 0, roots: [] },
};

/** A slice as far as the doctor reads it, in one order. */
function plain(slice: EndpointSlice): string {
  const ports = (slice.ports ?? []).map((port) => `${port.name ?? ''}:${port.protocol ?? ''}:${port.port ?? ''}`);
  const endpoints = (slice.endpoints ?? []).map(({ addresses, conditions, nodeName, targetRef }) => {
    const { ready, serving, terminating } = conditions ?? {};
    return `${addresses.join()} ready=${ready} serving=${serving} terminating=${terminating} on ${nodeName} of ${targetRef?.name} ${targetRef?.uid}`;
  });
  return [slice.addressType, ...ports.sort(), ...endpoints.sort()].join('\n  ');
}

async function listed<T>(stage: Stage, what: string): Promise<readonly T[]> {
  const text = await mustRun(`kubectl get ${what} -o json`, { env: stage.env });
  return (JSON.parse(text) as { items: T[] }).items;
}

async function compared(stage: Stage): Promise<{ derived: Map<string, string[]>; real: Map<string, string[]> }> {
  const nodes = await listed<{ metadata: { name: string } }>(stage, 'nodes');
  const nodeNames = new Set(nodes.map((node) => node.metadata.name));
  const [podList, serviceList, slices] = await Promise.all([
    listed<Pod>(stage, 'pods'),
    listed<Service>(stage, 'services'),
    listed<EndpointSlice>(stage, 'endpointslices'),
  ]);
  const derived = new Map<string, string[]>();
  const real = new Map<string, string[]>();
  for (const service of serviceList) {
    const name = service.metadata?.name ?? '';
    derived.set(name, deriveSlices(service, podList, nodeNames).map(plain).sort());
    const own = slices.filter((slice) => slice.metadata?.labels?.['kubernetes.io/service-name'] === name);
    real.set(name, own.map(plain).sort());
  }
  return { derived, real };
}

/** Everything has come as far as it will: see the shapes. */
const SETTLED = [
  'kubectl wait --for=condition=Ready pod/no-ports pod/named-port pod/two-containers pod/sidecar-port pod/leaving --timeout=60s',
  'test "$(kubectl get pod succeeded failed -o jsonpath="{.items[*].status.phase}")" = "Succeeded Failed"',
  'test "$(kubectl get pod crash-loop -o jsonpath="{.status.containerStatuses[0].restartCount}")" -ge 2',
];

describeOnCluster("derived EndpointSlices are the controllers' own", () => {
  test(`${services().length} Services over ${pods(IMAGE).length} kinds of Pods`, async () => {
    const stage = await raise(SCENARIO, IMAGE);
    try {
      await stage.apply(stage.scenario.given);
      await stage.wait(SETTLED);
      await mustRun('kubectl delete pod leaving --wait=false', { env: stage.env });
      await eventually(60, async () => {
        const { derived, real } = await compared(stage);
        const other = [...derived.keys()].filter((name) => derived.get(name)?.join() !== real.get(name)?.join());
        return other.length === 0 ? null : `other slices for ${other.join(', ')}`;
      }).catch(() => undefined);
      const { derived, real } = await compared(stage);
      const all = [...real.values()].flat().join('\n');
      const kinds = ['ready=true', 'ready=false', 'serving=true terminating=true', 'web:TCP:8080', ':UDP:8080'];
      expect(kinds.filter((kind) => !all.includes(kind))).toEqual([]);
      expect(Object.fromEntries(derived)).toEqual(Object.fromEntries(real));
    } finally {
      await stage.strike();
    }
  });
});
