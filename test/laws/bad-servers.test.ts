/** A server that is slow, busy, forgetful or dies: what is said is never wrong, is said in time, and says what is missing. */
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { judge } from '../../src/engine/engine.ts';
import { grouped } from '../../src/facts/grouped.ts';
import type { Snapshot } from '../../src/facts/snapshot.ts';
import type { KubeObject } from '../../src/facts/wire.ts';
import { RULES } from '../../src/rules/index.ts';
import { collectLive } from '../../src/sources/live/collect.ts';
import { connect } from '../../src/sources/live/connection.ts';
import { ConnectionError } from '../../src/sources/live/errors.ts';
import { wantedFacts } from '../../src/sources/plan.ts';
import { projectObject } from '../../src/sources/project.ts';
import type { Fault, FaultKind } from '../api/faults.ts';
import { startApi } from '../api/server.ts';
import { objectsOf, snapshotOf } from '../support/scenario.ts';
import { ALL_RULES } from '../support/shop.ts';
import { worlds } from '../support/worlds.ts';

const WORLDS = worlds().filter(({ scenario }) => scenario.kind !== 'denied' && scenario.logs === undefined);
/** Longer than any retry, shorter than anybody's patience. */
const REQUEST_MS = 400;
/** How often one request is made at most: after a 410 a list begins anew, once. */
const ATTEMPTS = 2 * 3;

const KINDS: readonly FaultKind[] = [
  { slowMs: 60 },
  { slowMs: 2 * REQUEST_MS },
  { status: 429, message: 'slow down', retryAfter: '0' },
  { status: 429, message: 'slow down' },
  { status: 503, message: 'etcd is away' },
  { status: 500, message: 'it broke' },
  'reset',
  'hang',
  'bad-json',
  'html',
  'expired',
];
const PATHS = [
  '/',
  '/pods',
  '/services',
  '/endpointslices',
  '/nodes',
  '/kube-system/',
  '/deployments',
  '/events',
  '/shop/',
];

const trouble: fc.Arbitrary<Fault> = fc.record({
  path: fc.constantFrom(...PATHS),
  fault: fc.constantFrom(...KINDS),
  times: fc.constantFrom(1, 2, 1_000),
  after: fc.constantFrom(0, 1, 3, 8),
});

async function read(
  objects: readonly KubeObject[],
  file: Snapshot,
  faults: readonly Fault[],
): Promise<Snapshot | null> {
  const api = await startApi({ objects, faults });
  const attempts = (): number =>
    Math.max(0, ...[...grouped(api.requests, ({ path }) => [path]).values()].map(({ length }) => length));
  const connection = await connect({ server: api.url }, { HOME: '/nonexistent' }, { requestTimeoutMs: REQUEST_MS });
  try {
    return await collectLive(connection, file.ask, wantedFacts, {
      project: projectObject,
      version: false,
      now: () => new Date(file.collectedAt),
    });
  } catch (error) {
    if (error instanceof ConnectionError) return null;
    throw error;
  } finally {
    connection.close();
    await api.close();
    expect(attempts()).toBeLessThanOrEqual(ATTEMPTS);
  }
}

function findingsOf(snapshot: Snapshot): { all: Set<string>; verdict: string; open: number } {
  const { findings, services, unanswered } = judge(snapshot, RULES, ALL_RULES).diagnosis;
  const all = findings.filter(({ role }) => role === 'root').map(({ rule, scope }) => `${rule} ${scope.service}`);
  return { all: new Set(all), verdict: services[0]?.verdict ?? 'none', open: unanswered.length };
}

let partial = 0;
let refused = 0;
afterAll(() => console.log(`bad servers: ${partial} partial answers, ${refused} said to be out of reach`));

test('nothing is found that a good server does not show, nothing ill is called healthy, and it ends', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...WORLDS),
      fc.array(trouble, { minLength: 1, maxLength: 3 }),
      async ({ scenario }, faults) => {
        const objects = objectsOf(scenario);
        const file = snapshotOf(scenario);
        const good = await read(objects, file, []);
        const bad = await read(objects, file, faults);
        if (bad === null || good === null) {
          refused += 1;
          return;
        }
        const [truth, said] = [findingsOf(good), findingsOf(bad)];
        expect([...said.all].filter((finding) => !truth.all.has(finding))).toEqual([]);
        if (said.verdict === 'healthy') expect(truth.verdict).toBe('healthy');
        if (said.verdict !== truth.verdict) {
          partial += 1;
          expect({ verdict: said.verdict, open: said.open > 0 }).toEqual({ verdict: 'undetermined', open: true });
        }
      },
    ),
    { numRuns: 30, seed: 7 },
  );
});

test('a server that dies half-way: what was read is judged, the rest is said to be open', async () => {
  const [firing] = WORLDS.filter(({ name }) => name.startsWith('SEL-001'));
  if (firing === undefined) throw new Error('no world of SEL-001');
  const { scenario } = firing;
  const dead = await read(objectsOf(scenario), snapshotOf(scenario), [{ path: '/kube-system/', fault: 'reset' }]);
  const { findings, unanswered, services } = judge(dead as Snapshot, RULES, ALL_RULES).diagnosis;
  expect(findings.filter(({ role }) => role === 'root').map(({ rule }) => rule)).toEqual(['SEL-001']);
  expect(services[0]?.verdict).toBe('ill');
  expect([...new Set(unanswered.map(({ why }) => why))]).toEqual(['unreachable']);
});
