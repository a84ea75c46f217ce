/** The bundled incidents: recorded from real clusters, judged like any snapshot. The build packs fixtures/incidents into one file. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
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

/** Every incident's file by its name. */
async function packedIn(root: string): Promise<Readonly<Record<string, IncidentFile>>> {
  const packed = await readFile(join(root, 'dist', 'incidents.json.br'));
  return JSON.parse(brotliDecompressSync(packed).toString()) as Record<string, IncidentFile>;
}

/** The commonest fault, shown when no incident is named. */
const FIRST = 'selector-typo';

function namesOf(packed: Readonly<Record<string, IncidentFile>>): string[] {
  return Object.keys(packed).sort((a, b) => (a === FIRST ? -1 : b === FIRST ? 1 : a < b ? -1 : 1));
}

/** The names of all bundled incidents below the package's root: the commonest first, then by alphabet. */
export async function incidentNames(root: string): Promise<string[]> {
  return namesOf(await packedIn(root));
}

/** One incident; a UsageError with the nearest name where there is none. */
export async function loadIncident(root: string, name: string): Promise<Incident> {
  const packed = await packedIn(root);
  const names = namesOf(packed);
  const file = packed[name];
  if (file === undefined) {
    const near = nearNames(name, names)[0];
    throw new UsageError(
      `there is no incident ${name}${near === undefined ? '' : `; did you mean ${near}?`}`,
      `there are: ${names.join(', ')}`,
    );
  }
  const { title, command, options, snapshot } = file;
  const loaded = loadSnapshot(JSON.stringify(snapshot), `incident ${name}`);
  return { name, title, command, symptom: options?.symptom ?? null, snapshot: loaded };
}
