/**
 * What many rules have in common: they are about something that this Service does not have, or their fault would show in something that
 * is plainly in order. Asked once a Service, so that a run over a whole cluster need not put each of those rules to each Service. A
 * closed gate only spares work: every rule behind it would find nothing, and what is said to pass would pass (a law test compares both ways).
 */

import type { FactName } from './facts.ts';
import type { GateOf } from './gate.ts';
import { ENTRANCE_GATES, type EntranceGate } from './gates-entrance.ts';
import { POD_GATES, type PodGate } from './gates-pods.ts';
import { SERVICE_GATES, type ServiceGate } from './gates-service.ts';
import { SURROUNDING_GATES, type SurroundingGate } from './gates-surroundings.ts';
import type { Glance, GlanceReader } from './glance.ts';

export type Gate = ServiceGate | PodGate | EntranceGate | SurroundingGate;

export const GATES: Readonly<Record<Gate, GateOf>> = {
  ...SERVICE_GATES,
  ...POD_GATES,
  ...ENTRANCE_GATES,
  ...SURROUNDING_GATES,
};

const NAMES = Object.keys(GATES) as Gate[];
const ALL = Object.values(GATES);

function isWhole(name: FactName, read: GlanceReader): boolean {
  const fact = read(name);
  return fact.known && fact.complete;
}

/** The gates that are closed, as bits in the order of `GATES`. */
export function closedAt(glance: Glance): number {
  const { read } = glance;
  const isHere = (fact: FactName): boolean => isWhole(fact, read);
  let closed = 0;
  let bit = 1;
  for (const { also, isClosed } of ALL) {
    if ((also === undefined || also.every(isHere)) && isClosed(glance)) closed += bit;
    bit *= 2;
  }
  return closed;
}

/** True when the gate is among the closed ones. */
export function isClosed(gate: Gate, closed: number): boolean {
  return Math.floor(closed / 2 ** NAMES.indexOf(gate)) % 2 === 1;
}
