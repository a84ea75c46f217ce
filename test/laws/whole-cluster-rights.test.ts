/** The rights of which `access -A` speaks are enough for what the plan asks for where the whole cluster is asked about. */
import { expect, test } from 'vitest';
import { wishedFor } from '../../src/cli/access-from-cluster.ts';
import { namespaceOf } from '../../src/facts/reads.ts';
import { type FactRequest, keyOf, permissionOf } from '../../src/facts/resources.ts';
import { type Answer, readList, readLog, readObject, type Snapshot } from '../../src/facts/snapshot.ts';
import { wantedFacts } from '../../src/sources/plan.ts';
import { worlds } from '../support/worlds.ts';

/** Every tenth world: the plan is the same for all. */
const SOME = worlds().filter(({ scenario }, index) => scenario.kind !== 'denied' && index % 10 === 0);

function answerFrom(full: Snapshot, request: FactRequest): Answer {
  if (request.type === 'log') {
    const lines = readLog(full, request);
    return lines.known ? { known: true, lines: lines.value } : lines;
  }
  const { resource, namespace, name, labelSelector } = request;
  if (name !== null) {
    const object = readObject(full, resource, namespace, name);
    return object.known ? { known: true, object: object.value } : object;
  }
  const list = readList(full, resource, namespace, labelSelector);
  return list.known ? { known: true, items: list.value, complete: true } : list;
}

test('no request that they do not cover', () => {
  const rights = new Set(
    wishedFor('everywhere').map(({ read }) => `${read.verb} ${read.resource} ${namespaceOf(read, '') ?? '*'}`),
  );
  const beyond = new Set<string>();
  for (const { snapshot } of SOME) {
    let seen: Snapshot = {
      ...snapshot,
      ask: { services: [], namespace: 'shop', caller: null, everywhere: true },
      answers: {},
    };
    for (let wave = 1; wave <= 4; wave += 1) {
      const answers = { ...seen.answers };
      for (const request of wantedFacts(seen)) {
        const { verb, resource, namespace } = permissionOf(request);
        const wide = `${verb} ${resource} *`;
        const own = `${verb} ${resource} ${namespace ?? '*'}`;
        if (!rights.has(own) && !rights.has(wide)) beyond.add(own);
        answers[keyOf(request)] = answerFrom(snapshot, request);
      }
      seen = { ...seen, answers };
    }
  }
  expect([...beyond].sort()).toEqual([]);
});
