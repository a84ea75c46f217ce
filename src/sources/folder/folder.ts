/** A folder or an archive as a snapshot: a recorded incident, `kubectl get` output, a cluster-info dump, a support bundle. */
import type { Snapshot } from '../../facts/snapshot.ts';
import type { KubeObject } from '../../facts/wire.ts';
import { kubeObject, Misfit } from '../snapshot/shape.ts';
import { SnapshotError } from '../snapshot/snapshot-error.ts';
import { openArchive } from './archive.ts';
import { type Collected, snapshotOfFolder } from './collected.ts';
import { readDump } from './dump.ts';
import { type Files, FolderFiles } from './files.ts';
import { isRecordedManifest, readRecorded } from './recorded.ts';

function json(files: Files, path: string): unknown {
  try {
    return JSON.parse(files.read(path));
  } catch (error) {
    if (error instanceof SnapshotError) throw error;
    throw new SnapshotError(
      `${files.root}/${path} is not valid JSON: ${(error as Error).message}`,
      'Collect it again.',
    );
  }
}

/** Every object with the fields that rules read without asking; the first that has them otherwise is named. */
function checked(collected: Collected, root: string): Collected {
  try {
    const objects = collected.objects.map((object, index) => kubeObject(object, `${object.kind ?? 'object'} ${index}`));
    return { ...collected, objects };
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    throw new SnapshotError(`${root} is not usable: ${error.message}`, 'Collect it again.');
  }
}

/** Reads the archive at the path. Throws nothing but `SnapshotError`. */
export function loadArchive(path: string): Snapshot {
  return load(openArchive(path));
}

/** Reads the folder at the path. Throws nothing but `SnapshotError`. */
export function loadFolder(path: string): Snapshot {
  return load(new FolderFiles(path));
}

function load(files: Files): Snapshot {
  if (files.paths.includes('manifest.json') && files.paths.includes('objects.json')) {
    const manifest = json(files, 'manifest.json');
    if (isRecordedManifest(manifest)) {
      const { items } = json(files, 'objects.json') as { items?: KubeObject[] };
      return snapshotOfFolder(checked(readRecorded(files, manifest, Array.isArray(items) ? items : []), files.root));
    }
  }
  return snapshotOfFolder(checked(readDump(files), files.root));
}
