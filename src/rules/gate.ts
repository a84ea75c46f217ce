/** What a gate is. */
import type { FactName } from './facts.ts';
import type { Glance } from './glance.ts';

/** What a rule behind a closed gate comes to. */
export type Spared = 'pass' | 'not-applicable';

export interface GateOf {
  /** Why the rules behind a closed gate pass or do not apply. */
  why: string;
  spares: Spared;
  /** Facts, besides those of a glance, that must be known whole for the gate to close: rules behind it need them. */
  also?: readonly FactName[];
  isClosed(glance: Glance): boolean;
}
