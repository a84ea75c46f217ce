/** The findings of Pods whose containers end again and again: what POD-008, POD-010 and POD-011 share. */
import type { Fact } from '../../facts/fact.ts';
import type { Service } from '../../facts/wire.ts';
import type { Census, PodCause } from '../../model/pod-cause.ts';
import type { RunEnd } from '../../model/restarts.ts';
import type { LogReader } from '../facts.ts';
import type { Evidence, Finding } from '../finding.ts';
import { agoText, containerText, ownersText, podFinding, podObject, podsEvidence, statusPath } from './impact.ts';
import { logEvidence, logNotes } from './log-evidence.ts';

const CODES: Readonly<Record<number, string>> = {
  0: 'the process ends by itself: a container needs one that stays in the foreground',
  126: 'the command may not be executed',
  127: 'the command is not found in the image',
  134: 'the process aborted',
  137: 'it was killed',
  139: 'segmentation fault',
  143: 'it was told to stop',
};

/** What the exit code means, in words. */
export function exitText(end: RunEnd): string {
  const meaning = CODES[end.exitCode];
  return meaning === undefined ? `exit code ${end.exitCode}` : `exit code ${end.exitCode}: ${meaning}`;
}

/** `5 restarts, last exit code 1 40s ago`. */
export function endEvidence(cause: PodCause, end: RunEnd): Evidence {
  const restarts = end.restarts === 1 ? '1 restart' : `${end.restarts} restarts`;
  return {
    label: 'container',
    text: `"${cause.state?.container.name ?? ''}": ${restarts}, last ended${agoText(end.ago)} with ${exitText(end)}`,
    object: podObject(cause),
    path: `${statusPath(cause)}.${cause.state?.status?.state?.terminated === undefined ? 'lastState' : 'state'}.terminated`,
    found: end.reason === '' ? `exit code ${end.exitCode}` : `${end.reason}, exit code ${end.exitCode}`,
    expected: 'running',
  };
}

/** One finding for a group of Pods with the same failing container; `words` says what happens to it. */
export function crashFinding(
  service: Service,
  census: Census,
  group: readonly [PodCause, ...PodCause[]],
  words: string,
  logs: Fact<LogReader>,
  parts: Pick<Finding, 'fix'> & Partial<Pick<Finding, 'confidence' | 'evidence' | 'notes'>>,
): Finding {
  const [first] = group;
  const { end } = first;
  return podFinding(service, census, group, `${containerText(first)} of ${ownersText(group)} ${words}`, {
    ...parts,
    evidence: [
      podsEvidence(census, group, 'restarting'),
      ...(end === null ? [] : [endEvidence(first, end)]),
      ...(parts.evidence ?? []),
      ...logEvidence(first, logs),
    ],
    notes: [...(parts.notes ?? []), ...logNotes(first, logs)],
  });
}
