/** Many diagnoses in one process: the memory at the end is that of the beginning. `npm run bench:soak` makes a thousand of them. */
import { queryObjects, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { judge } from '../../src/engine/engine.ts';
import { human } from '../../src/report/human.ts';
import { RULES } from '../../src/rules/index.ts';
import { collectLive } from '../../src/sources/live/collect.ts';
import { connect } from '../../src/sources/live/connection.ts';
import { wantedFacts } from '../../src/sources/plan.ts';
import { projectObject } from '../../src/sources/project.ts';
import { startApi } from '../api/server.ts';
import { objectsOf, snapshotOf } from '../support/scenario.ts';
import { ALL_RULES, ILL } from '../support/shop.ts';

const PLAIN = { colour: false, width: 80, ascii: false, verbose: false, headers: true };
const DIAGNOSES = Number(process.env.SOAK ?? 40);
/** Objects of every kind, lists and functions too. None is left by a diagnosis; a few may be the runner's own. */
const NOTHING_OBJECTS = 10;
/** Texts and tables, however many diagnoses there are. */
const NOTHING_BYTES = 300_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

async function held(): Promise<{ objects: number; bytes: number }> {
  // what is cleaned up when garbage is found becomes garbage itself
  for (let round = 0; round < 2; round += 1) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const bytes = process.memoryUsage().heapUsed;
  return { objects: queryObjects(Object, { format: 'count' }), bytes };
}

/** V8's optimised code and what belongs to it grow for a long time, and would hide what is asked here. */
function optimise(on: boolean): void {
  for (const part of ['opt', 'sparkplug']) setFlagsFromString(`--${on ? '' : 'no-'}${part}`);
}

test('over one connection after the other', { timeout: 120_000 }, async () => {
  const api = await startApi({ objects: objectsOf(ILL) });
  const { ask, collectedAt } = snapshotOf(ILL);
  const diagnose = async (): Promise<string> => {
    const connection = await connect({ server: api.url }, { HOME: '/nonexistent' }, {});
    const snapshot = await collectLive(connection, ask, wantedFacts, {
      project: projectObject,
      version: false,
      now: () => new Date(collectedAt),
    });
    connection.close();
    api.requests.length = 0;
    return human(judge(snapshot, RULES, ALL_RULES), PLAIN);
  };
  optimise(false);
  try {
    const first = await diagnose();
    for (let run = 0; run < 20; run += 1) await diagnose();
    // what only the tests before needed goes first
    await held();
    for (let run = 0; run < 10; run += 1) await diagnose();
    const before = await held();
    for (let run = 0; run < DIAGNOSES; run += 1) await diagnose();
    const after = await held();
    const [objects, bytes] = [after.objects - before.objects, after.bytes - before.bytes];
    console.log(`soak: ${DIAGNOSES} diagnoses, ${objects} objects and ${Math.round(bytes / 1000)} kB more held`);
    expect(objects).toBeLessThanOrEqual(NOTHING_OBJECTS);
    expect(bytes).toBeLessThan(NOTHING_BYTES);
    expect(await diagnose()).toBe(first);
  } finally {
    optimise(true);
    await api.close();
  }
});
