/** Gates that what leads to the Service closes. */
import type { Fact } from '../facts/fact.ts';
import type { GateOf } from './gate.ts';

export type EntranceGate = 'ingresses' | 'routes' | 'api-server';

/** Known to be none, or never asked for. */
function isNone(fact: Fact<readonly unknown[] | null>): boolean {
  return fact.known ? fact.complete && fact.value?.length === 0 : fact.why === 'not-collected';
}

export const ENTRANCE_GATES: Readonly<Record<EntranceGate, GateOf>> = {
  ingresses: {
    why: 'there are no Ingresses',
    spares: 'not-applicable',
    isClosed: ({ read }) => isNone(read('ingresses')),
  },
  routes: {
    why: 'there are no routes',
    spares: 'not-applicable',
    isClosed: ({ read }) => isNone(read('routes')),
  },
  'api-server': {
    why: 'no webhook and no API calls a Service of the namespace',
    spares: 'not-applicable',
    isClosed: ({ read }) => isNone(read('apiServerCalls')),
  },
};
