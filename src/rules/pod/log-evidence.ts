/** The last words of a container that fails, as evidence. */
import type { Fact } from '../../facts/fact.ts';
import type { PodCause } from '../../model/pod-cause.ts';
import type { LogReader } from '../facts.ts';
import type { Evidence, Note } from '../finding.ts';
import { podName, podObject } from './impact.ts';

const TIMESTAMP = /^\d{4}-\d\d-\d\dT[\d:.]+Z\s*/;
const MAX = 200;

function lastLine(lines: readonly string[]): string | null {
  const line = lines
    .map((entry) => entry.replace(TIMESTAMP, '').trim())
    .filter((entry) => entry !== '')
    .at(-1);
  return line === undefined ? null : line.slice(0, MAX);
}

/** The log of the run before, else of the present one; unknown where neither may be read. */
export function linesOf(cause: PodCause, logs: Fact<LogReader>): Fact<readonly string[]> {
  if (!logs.known) return logs;
  const name = cause.state?.container.name ?? '';
  const previous = logs.value(cause.pod, name, true);
  if (previous.known && previous.value.length > 0) return previous;
  const present = logs.value(cause.pod, name, false);
  return present.known ? present : previous;
}

/** The last line that the container wrote; none where the log is empty or not known. */
export function logEvidence(cause: PodCause, logs: Fact<LogReader>): readonly Evidence[] {
  const lines = linesOf(cause, logs);
  const line = lines.known ? lastLine(lines.value) : null;
  if (line === null) return [];
  return [{ label: 'last log', text: `"${line}"`, object: podObject(cause), path: 'log', found: line, expected: null }];
}

/** Says so when the log, which would tell more, may not be read. */
export function logNotes(cause: PodCause, logs: Fact<LogReader>): readonly Note[] {
  const lines = linesOf(cause, logs);
  if (lines.known || lines.why !== 'denied') return [];
  return [{ label: 'note', text: `why it fails is not known: not allowed to read the log of Pod ${podName(cause)}` }];
}

/** The command that shows the log of the run that failed: while the container is stopped it is the present one. */
export function logCommand(cause: PodCause): string {
  const { namespace, name } = cause.pod.metadata ?? {};
  const previous = cause.state?.status?.state?.terminated === undefined ? ' --previous' : '';
  return `kubectl -n ${namespace} logs ${name} -c ${cause.state?.container.name ?? ''}${previous}`;
}
