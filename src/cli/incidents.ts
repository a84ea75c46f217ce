/** The bundled incidents: recorded from real clusters, judged like any snapshot. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Symptom } from '../engine/symptom.ts';
import type { Snapshot } from '../facts/snapshot.ts';
import { nearNames } from '../model/near-names.ts';
import { loadSnapshot } from '../sources/snapshot/file.ts';
import { UsageError } from './failure.ts';

export interface Incident {
  name: string;
  title: string;
  /** The command line that a person would have typed. */
  command: string;
  symptom: Symptom | null;
  snapshot: Snapshot;
}

interface IncidentFile {
  title: string;
  command: string;
  options?: { symptom?: Symptom };
  snapshot: unknown;
}

function folderIn(root: string): string {
  return join(root, 'fixtures', 'incidents');
}

/** The commonest fault, shown when no incident is named. */
const FIRST = 'selector-typo';

/** The names of all bundled incidents below the package's root: the commonest first, then by alphabet. */
export async function incidentNames(root: string): Promise<string[]> {
  const files = await readdir(folderIn(root));
  return files
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort((a, b) => (a === FIRST ? -1 : b === FIRST ? 1 : a < b ? -1 : 1));
}

/** One incident; a UsageError with the nearest name where there is none. */
export async function loadIncident(root: string, name: string): Promise<Incident> {
  const names = await incidentNames(root);
  if (names.length === 0) throw new UsageError('no incidents are bundled with this build');
  if (!names.includes(name)) {
    const near = nearNames(name, names)[0];
    throw new UsageError(
      `there is no incident ${name}${near === undefined ? '' : `; did you mean ${near}?`}`,
      `there are: ${names.join(', ')}`,
    );
  }
  const file = join(folderIn(root), `${name}.json`);
  const { title, command, options, snapshot } = JSON.parse(await readFile(file, 'utf8')) as IncidentFile;
  const loaded = loadSnapshot(JSON.stringify(snapshot), file);
  return { name, title, command, symptom: options?.symptom ?? null, snapshot: loaded };
}
