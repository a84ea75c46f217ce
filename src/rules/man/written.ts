/** What the rules about unapplied Services share: they judge what a file says before the API server has seen it. */
import type { Oddity, Service } from '../../facts/wire.ts';
import type { JsonPatchOperation } from '../../model/patch.ts';
import { type Patch, patchCommand } from '../../model/patch.ts';
import { type Evidence, type Finding, type Fix, finding } from '../finding.ts';
import { type Check, failIfAny, notApplicable } from '../rule.ts';
import { nameOf, serviceRow } from '../service-text.ts';

/** A Service that no file holds was accepted by an API server: what it refuses cannot be wrong with it. */
export const ACCEPTED = notApplicable('the API server has accepted it');

/** What a kubectl user sees of a manifest that is refused. */
const REFUSED = 'kubectl apply fails, and whatever is in the cluster stays as it is';

export interface Refusal {
  /** What is wrong, as the rest of a sentence: `port 2 has no number`. */
  words: string;
  path: string;
  found: string | null;
  expected: string | null;
  fix: Fix | null;
  /** The port it is about: its name or number. */
  port?: string | null;
  confidence?: Finding['confidence'];
  notes?: Finding['notes'];
}

/** The finding for a Service that the API server will not take. */
export function refusal(
  service: Service,
  { words, path, found, expected, fix, port = null, ...more }: Refusal,
): Finding {
  const text = found === null ? 'none' : found;
  const evidence: Evidence = serviceRow(service, `${path} ${text}`, path, found, expected);
  return finding({
    severity: 'critical',
    message: `${nameOf(service)} will be refused: ${words}`,
    evidence: [evidence],
    effects: [REFUSED],
    fix,
    scope: { port },
    ...more,
  });
}

/** The verdict on a Service that is written in a file; one that is not was accepted. */
export function judgeWritten(service: Service, judge: () => readonly Finding[]): Check {
  return service.written === undefined ? ACCEPTED : failIfAny(judge());
}

/** One JSON patch of the Service. */
export function jsonFix(
  service: Service,
  operations: readonly JsonPatchOperation[],
  summary: string,
  safety: Fix['safety'],
): Fix {
  const { namespace = '', name = '' } = service.metadata ?? {};
  const patch: Patch = { kind: 'service', namespace, name, type: 'json', body: operations };
  return { summary, safety, commands: [patchCommand(patch)], steps: [], patch };
}

/** What is not of the type that the API takes, at this path. */
export function oddityAt(service: Service, path: string): Oddity | null {
  return service.written?.oddities.find((one) => one.path === path) ?? null;
}
