/** Many diagnoses in one process: the memory at the end is that of the beginning. `npm run bench:soak` makes a thousand of them. */
import { setFlagsFromString } from 'node:v8';
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
const DIAGNOSES = Number(process.env.SOAK ?? 150);
/** Compiled code comes and goes; a snapshot held by each run would be fifty times as much. */
const NOTHING_BYTES = 2_000_000 + DIAGNOSES * 1_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

async function heldBytes(): Promise<number> {
  // what is cleaned up when garbage is found becomes garbage itself
  for (let round = 0; round < 4; round += 1) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return process.memoryUsage().heapUsed;
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
  try {
    const first = await diagnose();
    for (let run = 0; run < 50; run += 1) await diagnose();
    const before = await heldBytes();
    for (let run = 0; run < DIAGNOSES; run += 1) await diagnose();
    const grown = (await heldBytes()) - before;
    console.log(`soak: ${DIAGNOSES} diagnoses, ${Math.round(grown / 1000)} kB more held`);
    expect(grown).toBeLessThan(NOTHING_BYTES);
    expect(await diagnose()).toBe(first);
  } finally {
    await api.close();
  }
});
