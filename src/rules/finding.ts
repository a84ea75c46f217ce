/** What a rule says when it fails: plain data, rendered by reports, linked by the engine. */
import type { Patch } from '../model/patch.ts';

export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info';
export type Confidence = 'certain' | 'likely' | 'possible';

/** What a finding is about. `null` = the finding does not speak of it. Namespaced names are `namespace/name`. */
export interface Scope {
  service: string | null;
  /** The Service port: its name, or its number as text where it has none. */
  port: string | null;
  /** `namespace/name` when the finding is about one Pod; null when it is about several. */
  pod: string | null;
  node: string | null;
  policy: string | null;
  /** `namespace/kind/name` of the caller. */
  caller: string | null;
}

/** One proof from the cluster's own fields. Human output prints `label  text`; the rest is for machines. */
export interface Evidence {
  label: string;
  text: string;
  /** `Service shop/web`. */
  object: string;
  /** `spec.selector.app`. */
  path: string;
  found: string | null;
  expected: string | null;
}

export interface Fix {
  summary: string;
  /** safe: judged again after the patch; review: right in kind, look before you run it; guess: a value in it is a guess. */
  safety: 'safe' | 'review' | 'guess';
  /** Each runs as it stands. */
  commands: readonly string[];
  /** What a person must decide or do, in order; words, not commands. */
  steps: readonly string[];
  /** The change as data, so that the engine can judge the repaired world. Null when no patch says it. */
  patch: Patch | null;
}

export interface Note {
  label: 'also' | 'avoid' | 'note' | 'or' | 'prove' | 'not';
  text: string;
}

/** A cause outside the Service. Findings of one rule with equal keys have it in common. */
export interface Shared {
  /** `node/worker-1`, `quota/shop/compute`: names the cause. */
  key: string;
  /** What is wrong with it, as the beginning of a sentence: `Node worker-1 is not ready`. */
  subject: string;
  /** What proves it, whichever Service is looked at. */
  evidence: readonly Evidence[];
}

export interface Finding {
  /** The id of a specialisation (`SEL-003`), or null. */
  reason: string | null;
  /** Which of the rule's `causes` it is (`insufficient-cpu`), or null. */
  cause: string | null;
  severity: Severity;
  confidence: Confidence;
  /** One sentence that names the objects, no full stop: stands alone as the first line. */
  message: string;
  scope: Scope;
  evidence: readonly Evidence[];
  /** What clients see because of it: printed as "so …" lines. */
  effects: readonly string[];
  fix: Fix | null;
  notes: readonly Note[];
  /** `namespace/name` of the Service on which this fault depends: the roots found there explain this finding. */
  dependency: string | null;
  /** True when it is proven to be a fault of its own: then no other finding explains it by rule. */
  ownFault: boolean;
  /** What lies behind this fault and may lie behind others': then one cause for all of them. Null where it is the Service's own. */
  shared: Shared | null;
  /** True when the object is young or a rollout runs, so that the finding may pass by itself. */
  converging: boolean;
}

/** A finding from the parts a rule cares to give; the scope starts empty and the engine fills in the subject. */
export function finding(
  parts: Pick<Finding, 'message' | 'severity'> & Partial<Omit<Finding, 'scope'>> & { scope?: Partial<Scope> },
): Finding {
  return {
    reason: null,
    cause: null,
    confidence: 'certain',
    evidence: [],
    effects: [],
    fix: null,
    notes: [],
    dependency: null,
    ownFault: false,
    shared: null,
    converging: false,
    ...parts,
    scope: { service: null, port: null, pod: null, node: null, policy: null, caller: null, ...parts.scope },
  };
}
