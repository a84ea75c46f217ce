/** What is read again, and when, as a cluster changes: against an API server in process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { followCluster, type Seen } from '../../src/cli/follow.ts';
import type { Wish } from '../../src/cli/wish.ts';
import { judge } from '../../src/engine/engine.ts';
import type { Snapshot } from '../../src/facts/snapshot.ts';
import { RULES } from '../../src/rules/index.ts';
import type { Fault } from '../api/faults.ts';
import { type Api, startApi } from '../api/server.ts';
import { objectsOf } from '../support/scenario.ts';
import { ALL_RULES, ILL, WELL } from '../support/shop.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'svc-doctor-follow-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function verdictOf(snapshot: Snapshot | null): string {
  if (snapshot === null) return 'lost';
  // the fixture's objects are of long ago: their ages do not matter here
  return judge(snapshot, RULES, ALL_RULES)
    .diagnosis.services.map(({ verdict }) => verdict)
    .join();
}

interface Story {
  api: Api;
  /** The next snapshot. */
  next(): Promise<Seen>;
  /** Paths of the lists and objects that were asked for since the last call, watches left out. */
  asked(): readonly string[];
}

async function story(faults: readonly Fault[], tell: (story: Story) => Promise<void>): Promise<void> {
  const api = await startApi({ objects: objectsOf(ILL), faults });
  const kubeconfig = api.kubeconfig(join(folder, 'config'));
  const wish: Wish = {
    services: ['web'],
    from: null,
    file: null,
    flags: { kubeconfig },
    version: false,
    onRequest: null,
    settled: () => true,
  };
  const end = new AbortController();
  const looks = followCluster(wish, end.signal);
  let seen = 0;
  const next = async (): Promise<Seen> => {
    const { value } = await looks.next();
    if (value === undefined) throw new Error('the looks ended');
    return value;
  };
  const asked = (): readonly string[] => {
    const fresh = api.requests.slice(seen).map(({ path }) => path);
    seen = api.requests.length;
    return fresh.filter((path) => !path.includes('watch=')).map((path) => path.replace(/\?.*/, ''));
  };
  try {
    await tell({ api, next, asked });
  } finally {
    end.abort();
    await looks.next();
    await api.close();
  }
}

/** Until the server has that many watches open. */
async function watching(api: Api, count: number): Promise<void> {
  while (api.changes.watchers < count) await new Promise((resolve) => setTimeout(resolve, 10));
}

test.concurrent('a change of one list reads that list again, and what is not watched, and nothing else', () =>
  story([], async ({ api, next, asked }) => {
    const first = await next();
    expect(verdictOf(first.snapshot)).toBe('ill');
    const lists = asked().filter((path) => !/\/namespaces\/shop$/.test(path));
    const second = next();
    await watching(api, lists.length);
    api.changes.replace(objectsOf(WELL));
    const { snapshot, watched, unwatched } = await second;
    expect(verdictOf(snapshot)).toBe('healthy');
    expect({ watched, unwatched }).toEqual({ watched: expect.any(Number), unwatched: 0 });
    expect(watched).toBeGreaterThanOrEqual(lists.length);
    const again = asked();
    expect(again).toContain('/api/v1/namespaces/shop/services');
    expect(again.filter((path) => lists.includes(path) && !/shop\/(?:services|endpointslices)$/.test(path))).toEqual(
      [],
    );
  }));

test.concurrent('a revision that is gone is listed again, and watches that end go on', () =>
  story([], async ({ api, next }) => {
    await next();
    const second = next();
    await watching(api, 5);
    api.changes.forget();
    expect(verdictOf((await second).snapshot)).toBe('ill');
    const third = next();
    await watching(api, 5);
    api.changes.end();
    await watching(api, 5);
    api.changes.replace(objectsOf(WELL));
    expect(verdictOf((await third).snapshot)).toBe('healthy');
  }));

test.concurrent('where watching is denied, the clock says when to read again', { timeout: 20_000 }, () =>
  story([{ path: 'watch=true', fault: { status: 403, message: 'cannot watch' } }], async ({ api, next }) => {
    await next();
    api.changes.replace(objectsOf(WELL));
    let { snapshot, unwatched } = await next();
    while (verdictOf(snapshot) === 'ill') ({ snapshot, unwatched } = await next());
    expect(verdictOf(snapshot)).toBe('healthy');
    expect(unwatched).toBeGreaterThan(5);
  }),
);

test.concurrent('a server that goes away later is said, and waited for', { timeout: 20_000 }, () =>
  story([], async ({ api, next }) => {
    await next();
    const second = next();
    await watching(api, 5);
    api.faults.push({ path: '/', fault: { status: 500, message: 'etcd is down' }, left: 40 });
    api.changes.replace(objectsOf(WELL));
    expect((await second).lost?.message).toMatch(/^The API server .* fails with 500: etcd is down\.$/);
    api.faults.length = 0;
    expect(verdictOf((await next()).snapshot)).toBe('healthy');
  }),
);
