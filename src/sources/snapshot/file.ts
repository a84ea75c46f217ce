/** A Snapshot as a file: JSON with a format version and keys in a stable order. */
import { LineCounter, parseDocument } from 'yaml';
import type { Snapshot } from '../../facts/snapshot.ts';
import { jsonBreak } from './json-break.ts';
import { isData, Misfit, snapshotFrom } from './shape.ts';
import { SnapshotError } from './snapshot-error.ts';

const API_VERSION = 'svc-doctor.dev/v1';
const KIND = 'Snapshot';
const SAVE_HINT = 'Save one with: kubectl svc-doctor snapshot -o FILE';

/** Objects with their keys sorted, all the way down, so that equal snapshots are equal files. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isData(value)) return value;
  const entries = Object.entries(value).filter(([, of]) => of !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, of]) => [key, sorted(of)]));
}

/** The text of a snapshot file. The same snapshot gives the same bytes, whatever the order of its keys. */
export function saveSnapshot(snapshot: Snapshot): string {
  const { source, context, server, collectedAt, ask, answers, makers } = snapshot;
  const file = { apiVersion: API_VERSION, kind: KIND, source, context, server, collectedAt };
  return `${JSON.stringify({ ...file, ask: sorted(ask), makers, answers: sorted(answers) }, null, 1)}\n`;
}

/** Nesting that no snapshot has. The YAML parser recurses, and V8 ends the process when a regular expression meets a full stack. */
const TOO_DEEP = /(?:[[{][^[\]{}]{0,100}){200}|(?:[-?:][ \t\n]+){200}|\n {1000}/;

function parseYaml(text: string, fileName: string): unknown {
  if (TOO_DEEP.test(text)) throw new SnapshotError(`${fileName} is not a snapshot: it is nested too deeply`, SAVE_HINT);
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' });
    const error = document.errors[0];
    if (error === undefined) return document.toJS({ maxAliasCount: 100 });
    const { line, col } = lines.linePos(error.pos[0]);
    const why = error.message.split('\n')[0] ?? '';
    throw new SnapshotError(`${fileName}:${line}:${col} is neither JSON nor YAML: ${why}`, SAVE_HINT);
  } catch (problem) {
    if (problem instanceof SnapshotError) throw problem;
    const why = problem instanceof Error ? problem.message : String(problem);
    throw new SnapshotError(`${fileName} cannot be read as YAML: ${why}`, SAVE_HINT);
  }
}

function parse(text: string, fileName: string): unknown {
  if (text.trim() === '') throw new SnapshotError(`${fileName} is empty`, SAVE_HINT);
  try {
    return JSON.parse(text);
  } catch {
    if (!/^\s*[{[]/.test(text)) return parseYaml(text, fileName);
    const { line, column, why } = jsonBreak(text);
    throw new SnapshotError(
      `${fileName}:${line}:${column} is not valid JSON: ${why}`,
      'The file may have been cut off or edited: save it again.',
    );
  }
}

function checkHeader(of: Record<string, unknown>, fileName: string): void {
  const { apiVersion, kind } = of;
  if (typeof apiVersion === 'string' && /^svc-doctor\.dev\/v/.test(apiVersion) && apiVersion !== API_VERSION) {
    throw new SnapshotError(
      `${fileName} has format ${apiVersion}; this svc-doctor reads ${API_VERSION}`,
      'Update svc-doctor, or save the snapshot again with this version.',
    );
  }
  if (kind === KIND && apiVersion === API_VERSION) return;
  const what = typeof kind === 'string' && kind !== '' ? `holds kind ${kind}` : 'does not say what it is (no kind)';
  const hint =
    apiVersion === API_VERSION
      ? `That is a report of svc-doctor, not what it was made from. ${SAVE_HINT}`
      : `For manifests: kubectl svc-doctor preflight -f ${fileName}. ${SAVE_HINT}`;
  throw new SnapshotError(`${fileName} is not a snapshot: it ${what}`, hint);
}

/** The snapshot in a file's text (JSON, or YAML where it is not JSON). Throws nothing but `SnapshotError`. */
export function loadSnapshot(text: string, fileName: string): Snapshot {
  const parsed = parse(text.replace(/^\ufeff/, ''), fileName);
  if (!isData(parsed)) throw new SnapshotError(`${fileName} is not a snapshot: it holds no object`, SAVE_HINT);
  checkHeader(parsed, fileName);
  try {
    return snapshotFrom(parsed);
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    throw new SnapshotError(`${fileName} is not a usable snapshot: ${error.message}`, SAVE_HINT);
  }
}
